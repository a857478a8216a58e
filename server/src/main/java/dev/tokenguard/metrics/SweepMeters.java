package dev.tokenguard.metrics;

import io.micrometer.core.instrument.Counter;
import java.time.Duration;
import java.time.Instant;

/** Tells of the background walk over all accounts. Thread-safe. */
final class SweepMeters {
  private final Counter accounts;
  private final Counter touched;
  private final Counter returned;
  private volatile boolean holder;
  private volatile Walk last = new Walk(0, 0, 0);

  SweepMeters(Meters meters) {
    accounts = meters.counter(Metric.SWEEP_ACCOUNTS);
    touched = meters.counter(Metric.SWEEP_TOUCHED);
    returned = meters.counter(Metric.SWEEP_RETURNED);
    meters.gauge(Metric.SWEEP_HOLDER, () -> holder ? 1 : 0);
    meters.gauge(Metric.SWEEP_LAST_WALK, () -> last.endedSeconds());
    meters.gauge(Metric.SWEEP_WALK_SECONDS, () -> last.seconds());
    meters.gauge(Metric.SWEEP_DRIFTED, () -> last.drifted());
  }

  /** The last walk of this sidecar. */
  private record Walk(double endedSeconds, double seconds, long drifted) {}

  /** What was off is for the one to tell that walks now. */
  void holder(boolean held) {
    if (holder && !held) {
      last = new Walk(last.endedSeconds(), last.seconds(), 0);
    }
    holder = held;
  }

  void looked(long lookedAt, long touchedOf, long holdsReturned) {
    accounts.increment(lookedAt);
    touched.increment(touchedOf);
    returned.increment(holdsReturned);
  }

  void walked(Instant ended, Duration took, long drifted) {
    last = new Walk(ended.toEpochMilli() / 1000.0, took.toMillis() / 1000.0, drifted);
  }
}
