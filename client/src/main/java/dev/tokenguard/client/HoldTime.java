package dev.tokenguard.client;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long a hold lives, as far as this side can tell.
 *
 * @param ttl what the caller asked for; null: the server's default
 * @param longest the longest it may live without an extend: for so long its settlement is retried
 * @param heartbeat between two heartbeats: a third of the time it lives, or less if that is not
 *     known
 */
record HoldTime(@Nullable Duration ttl, Duration longest, Duration heartbeat) {

  /** When nothing is known: the server's own default, and a beat often enough for most others. */
  static final HoldTime UNKNOWN =
      new HoldTime(null, Duration.ofMinutes(10), Duration.ofSeconds(20));

  /**
   * The time of a hold that was just reserved.
   *
   * @param replayed whether it was made before: what it had was extended since then, perhaps
   */
  static HoldTime of(
      @Nullable Duration ttl, dev.tokenguard.v1.Reservation reservation, boolean replayed) {
    if (ttl != null) {
      return new HoldTime(ttl, ttl, ttl.dividedBy(3));
    }
    if (!reservation.hasCreateTime() || !reservation.hasExpireTime()) {
      return UNKNOWN;
    }
    Duration lives =
        Duration.between(
            Protos.instant(reservation.getCreateTime()),
            Protos.instant(reservation.getExpireTime()));
    if (lives.isNegative() || lives.isZero()) {
      return UNKNOWN;
    }
    Duration third = lives.dividedBy(3);
    return new HoldTime(null, lives, replayed ? Durations.min(third, UNKNOWN.heartbeat()) : third);
  }
}
