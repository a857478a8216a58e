/**
 * Pages in a real browser, against the built jar. Run by {@code mvn -Pbrowser verify}, with the
 * Chromium of this machine; {@link dev.tokenguard.browser.BrowserTest} says how to write one.
 */
@NullMarked
package dev.tokenguard.browser;

import org.jspecify.annotations.NullMarked;
