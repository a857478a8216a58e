package dev.tokenguard.client;

import java.time.Duration;

/** Checks and conversions of durations. */
final class Durations {

  private Durations() {}

  static Duration requirePositive(String name, Duration duration) {
    if (duration.isNegative() || duration.isZero()) {
      throw new IllegalArgumentException(name + ": " + duration + " (expected: > 0)");
    }
    return duration;
  }

  /** In nanoseconds, at most a hundred years: a sum with a clock reading cannot overflow. */
  static long toNanos(Duration duration) {
    Duration longest = Duration.ofDays(36_500);
    return (duration.compareTo(longest) < 0 ? duration : longest).toNanos();
  }

  static Duration min(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  /**
   * The wait before the retry that follows attempt {@code attempt} (from 1): exponential, jittered
   * over its upper half so that callers that failed together do not come back together.
   *
   * @param random from 0 (inclusive) to 1
   */
  static long backoffNanos(int attempt, Duration initial, Duration max, double random) {
    long initialNanos = toNanos(initial);
    long maxNanos = toNanos(max);
    int doublings = Math.min(attempt - 1, 62);
    long full = initialNanos > (maxNanos >> doublings) ? maxNanos : initialNanos << doublings;
    return (long) (full * (0.5 + 0.5 * random));
  }
}
