/**
 * The process: its commands, its life cycle, and the wiring of everything to everything.
 *
 * <p>The only package that knows all others, and that none of them knows.
 */
@NullMarked
package dev.tokenguard;

import org.jspecify.annotations.NullMarked;
