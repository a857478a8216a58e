/**
 * The built jar as a process of its own: starts, signals, exit codes, and what outlives them.
 *
 * <p>{@link dev.tokenguard.process.ServerProcess} is one of them. Their names end in {@code IT}:
 * they run when there is a jar.
 */
@NullMarked
package dev.tokenguard.process;

import org.jspecify.annotations.NullMarked;
