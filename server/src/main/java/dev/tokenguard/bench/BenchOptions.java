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
 * @param sidecars whether it is measured what many sidecars on one Redis cost
 * @param topologies whether Clusters and replicas are measured
 * @param capacity whether it is measured what accounts and calls take of Redis
 * @param manyAccounts how many accounts that are
 * @param ledgerEntries how long a history that is
 */
record BenchOptions(
    Duration row,
    int rounds,
    Duration warmUp,
    int channels,
    int accounts,
    boolean growth,
    boolean sidecars,
    boolean topologies,
    boolean capacity,
    int manyAccounts,
    int ledgerEntries) {
  /** How many holds of one account are many. */
  int openHolds() {
    return ledgerEntries / 10;
  }

  Duration slice() {
    return row.dividedBy(rounds);
  }
}
