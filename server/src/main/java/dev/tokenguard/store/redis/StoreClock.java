package dev.tokenguard.store.redis;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/**
 * The clock of Redis, as far as this side needs it: to send the right periods along, and for all
 * that sidecars must agree on. Scripts read the real one. Thread-safe.
 */
public class StoreClock {
  private final Clock machine;
  private volatile long offset;

  StoreClock() {
    this(Clock.systemUTC());
  }

  private StoreClock(Clock machine) {
    this.machine = machine;
  }

  /** The clock of Redis. */
  public static StoreClock ofRedis() {
    return new StoreClock();
  }

  /**
   * The clock of Redis, seen from a machine that has this one, which may be off. Until Redis has
   * answered it is this one.
   */
  public static StoreClock ofRedis(Clock machine) {
    return new StoreClock(machine);
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
    return machine.millis() + offset;
  }

  /** The same for those who know nothing of stores: all sidecars of a Redis agree on it. */
  public Clock asClock() {
    return new AsClock(this);
  }

  private static final class AsClock extends Clock {
    private final StoreClock store;

    AsClock(StoreClock store) {
      this.store = store;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException("the store's clock is in UTC, not in " + zone);
    }

    @Override
    public Instant instant() {
      return Instant.ofEpochMilli(store.now());
    }
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
    long difference = redisNow - machine.millis();
    if (Math.abs(difference - offset) > 50) { // less is the way of the reply
      offset = difference;
    }
  }
}
