/** What can be said about the console without a browser. */
@NullMarked
package dev.tokenguard.console;

import org.jspecify.annotations.NullMarked;
