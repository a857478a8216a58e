/** Tests of the bench. */
@NullMarked
package dev.tokenguard.bench;

import org.jspecify.annotations.NullMarked;
