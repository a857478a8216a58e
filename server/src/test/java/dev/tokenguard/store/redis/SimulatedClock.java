package dev.tokenguard.store.redis;

import java.time.Duration;
import java.time.Instant;

/**
 * Time as a parameter: what scripts take as the clock of Redis, and a server's own clock beside it
 * that may be off. Thread-safe.
 */
final class SimulatedClock extends StoreClock {
  private volatile long redisMillis;
  private volatile long skewMillis;

  SimulatedClock(Instant start) {
    redisMillis = start.toEpochMilli();
  }

  Instant time() {
    return Instant.ofEpochMilli(redisMillis);
  }

  void set(Instant time) {
    redisMillis = time.toEpochMilli();
  }

  void set(String time) {
    set(Instant.parse(time));
  }

  void advance(Duration duration) {
    set(time().plus(duration));
  }

  /** Puts the server's clock off by so much, until it learns better from a reply. */
  void skew(Duration skew) {
    skewMillis = skew.toMillis();
  }

  @Override
  long now() {
    return redisMillis + skewMillis;
  }

  @Override
  long forScripts() {
    return redisMillis;
  }

  @Override
  void learn(long redisNow) {
    long wrong = redisNow - now();
    if (Math.abs(wrong) > 50) { // as the real one
      skewMillis = redisNow - redisMillis;
    }
  }
}
