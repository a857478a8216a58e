/**
 * The command {@code bench}: measures a server over gRPC, and its Redis directly, in one run, and
 * holds the ratios against the budgets of the design.
 *
 * <p>Load generator, server and Redis are processes of their own. {@link
 * dev.tokenguard.bench.BenchCommand} reads the flags, {@code Bench} runs the rows, with {@code
 * MemberRows}, {@code Growth} and {@code Listing}; {@code ClosedLoop} makes the load, {@code
 * Budgets} judges, {@code TextReport} and {@code JsonReport} tell.
 */
@NullMarked
package dev.tokenguard.bench;

import org.jspecify.annotations.NullMarked;
