/**
 * Settings and the catalog: read from YAML, the environment and flags, and checked.
 *
 * <p>{@link dev.tokenguard.config.SettingsLoader} and {@link dev.tokenguard.config.CatalogLoader}
 * are the two ways in; both tell every problem at once, where it is and what was expected. The root
 * package loads; others are handed the records that come out. {@link
 * dev.tokenguard.config.CatalogWatcher} loads a catalog again when its file changes, into the
 * {@link dev.tokenguard.config.CatalogHolder} that everybody asks. Uses the domain and the YAML
 * library, whose types stay here.
 */
@NullMarked
package dev.tokenguard.config;

import org.jspecify.annotations.NullMarked;
