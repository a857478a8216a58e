/**
 * Many sidecars on one Redis: how many connections they have, how they come back when it was away,
 * who walks over all accounts, and what becomes of one that is stopped for a while, whose clock is
 * off, or whose catalog is of another release.
 *
 * <p>{@link dev.tokenguard.fleet.Fleet} is of sidecars without ports, in this JVM. Classes whose
 * names end in {@code IT} start real ones, and run when there is a jar.
 */
@NullMarked
package dev.tokenguard.fleet;

import org.jspecify.annotations.NullMarked;
