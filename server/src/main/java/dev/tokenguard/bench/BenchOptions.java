package dev.tokenguard.bench;

import java.time.Duration;

/**
 * How long, and over what.
 *
 * @param row how long each row is measured
 * @param rounds into how many slices that time is cut
 * @param warmUp how long the server works before anything is measured
 * @param channels connections to the server
 * @param accounts over which calls are spread
 * @param growth whether it is measured what a long history and many accounts cost
 * @param manyAccounts how many accounts that are
 */
record BenchOptions(
    Duration row,
    int rounds,
    Duration warmUp,
    int channels,
    int accounts,
    boolean growth,
    int manyAccounts) {
  Duration slice() {
    return row.dividedBy(rounds);
  }
}
