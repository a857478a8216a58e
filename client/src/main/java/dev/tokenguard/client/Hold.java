package dev.tokenguard.client;

import dev.tokenguard.v1.Reservation;

/** What is known of a reservation at the server: what it last said. Thread-safe. */
final class Hold {

  private final Timing timing;
  private final HoldTime time;
  private volatile Reservation known;
  private long revision;
  private long untilNanos;

  Hold(Timing timing, HoldTime time, Reservation known, long revision) {
    this.timing = timing;
    this.time = time;
    this.known = known;
    this.revision = revision;
    this.untilNanos = timing.nanoTime() + Durations.toNanos(time.longest());
  }

  String id() {
    return known.getReservationId();
  }

  String accountId() {
    return known.getAccountId();
  }

  HoldTime time() {
    return time;
  }

  Reservation known() {
    return known;
  }

  /** When it expires unless it is extended, by the ticker; later rather than sooner. */
  synchronized long untilNanos() {
    return untilNanos;
  }

  /** Takes over what the server says, unless something newer is known. */
  synchronized void learn(Reservation now, long nowRevision) {
    if (nowRevision >= revision) {
      known = now;
      revision = nowRevision;
    }
  }

  synchronized void livesOn(long nanos) {
    long until = timing.nanoTime() + nanos;
    untilNanos = until - untilNanos > 0 ? until : untilNanos;
  }
}
