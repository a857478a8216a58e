package dev.tokenguard.metrics;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * Counts reservations that are open, in memory that does not grow with them: by the minute in which
 * they expire, in a ring of minutes. Those that nobody ends leave by themselves when their minute
 * is over. Thread-safe.
 *
 * <p>A count can fall below zero: a sidecar may end what another one, or itself before a restart,
 * has reserved. The sum over all sidecars is right.
 */
final class OpenReservations {

  private static final int SECONDS = 60;

  private final Clock clock;

  /** The minute since the epoch that each place of the ring counts. */
  private final long[] minutes;

  private final long[] counts;

  /**
   * Counts nothing yet.
   *
   * @param longest the longest time to live of a reservation
   */
  OpenReservations(Clock clock, Duration longest) {
    this.clock = clock;
    // Two more: the minute that has begun, and one for a store whose clock is ahead of ours.
    int size = Math.toIntExact(longest.toMinutes() + 3);
    this.minutes = new long[size];
    this.counts = new long[size];
  }

  /** One that expires then was made. */
  void opened(Instant expiresAt) {
    count(expiresAt, 1);
  }

  /** One that would have expired then was ended. */
  void ended(Instant expiresAt) {
    count(expiresAt, -1);
  }

  /** Those that are open now. */
  synchronized long open() {
    long now = minute(clock.instant());
    long open = 0;
    for (int i = 0; i < minutes.length; i++) {
      if (minutes[i] >= now) {
        open += counts[i];
      }
    }
    return open;
  }

  private synchronized void count(Instant expiresAt, int by) {
    long now = minute(clock.instant());
    long minute = minute(expiresAt);
    if (minute < now || minute >= now + minutes.length) {
      return;
    }
    int place = (int) (minute % minutes.length);
    if (minutes[place] != minute) {
      minutes[place] = minute;
      counts[place] = 0;
    }
    counts[place] += by;
  }

  private static long minute(Instant instant) {
    return Math.floorDiv(instant.getEpochSecond(), SECONDS);
  }
}
