/** What tests of several packages share. */
@NullMarked
package dev.tokenguard.testing;

import org.jspecify.annotations.NullMarked;
