package dev.tokenguard.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for conditions, no longer than anything takes on a machine that is very busy. */
public final class Await {

  /** Longer than anything takes. */
  public static final Duration LONG = Duration.ofSeconds(60);

  private static final long POLL_NANOS = Duration.ofMillis(2).toNanos();

  private Await() {}

  /** Waits until something holds. */
  public static void until(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + LONG.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        fail("waited in vain until " + what);
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  /** Waits until something is as expected, and says what it was if it never is. */
  public static <T> void untilEquals(T expected, Callable<T> actual) throws Exception {
    long end = System.nanoTime() + LONG.toNanos();
    T now = actual.call();
    while (!expected.equals(now)) {
      if (System.nanoTime() - end > 0) {
        assertEquals(expected, now, "waited in vain");
      }
      LockSupport.parkNanos(POLL_NANOS);
      now = actual.call();
    }
  }
}
