package dev.tokenguard.store.redis;

import java.time.Clock;
import java.time.Duration;

/**
 * The clock of Redis, as far as this side needs it: to send the right periods along. Scripts read
 * the real one. Thread-safe.
 */
public class StoreClock {
  private volatile long offset;

  /** The clock of Redis. */
  public static StoreClock ofRedis() {
    return new StoreClock();
  }

  /** Another clock, in the place of that of Redis: for those who cannot wait until midnight. */
  public static StoreClock told(Clock clock) {
    return new StoreClock() {
      @Override
      long now() {
        return clock.millis();
      }

      @Override
      long forScripts() {
        return clock.millis();
      }

      @Override
      void learn(long redisNow) {}
    };
  }

  /** The time of Redis now, as estimated from its last reply; milliseconds since the epoch. */
  long now() {
    return System.currentTimeMillis() + offset;
  }

  /** How far the clock of Redis is ahead of this machine's, by its last reply. */
  public Duration offset() {
    return Duration.ofMillis(offset);
  }

  /** What scripts are told to take as the time; 0 for the clock of Redis itself. */
  long forScripts() {
    return 0;
  }

  /** A reply said what time it was. */
  void learn(long redisNow) {
    long difference = redisNow - System.currentTimeMillis();
    if (Math.abs(difference - offset) > 50) { // less is the way of the reply
      offset = difference;
    }
  }
}
