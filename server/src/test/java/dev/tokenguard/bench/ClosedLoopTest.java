package dev.tokenguard.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ClosedLoopTest {
  private static final Duration LONG = Duration.ofMinutes(1);

  private final ExecutorService executor = Executors.newFixedThreadPool(2);

  @AfterEach
  void stop() {
    executor.shutdownNow();
  }

  @Test
  void callsAreNeverMoreThanThoseAskedForAndEachIsCounted() throws Exception {
    AtomicInteger left = new AtomicInteger(1000);
    AtomicInteger inFlight = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    Operation operation =
        done -> {
          if (left.decrementAndGet() < 0) {
            return false;
          }
          most.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
          executor.execute(
              () -> {
                inFlight.decrementAndGet();
                done.succeeded();
              });
          return true;
        };

    Slice slice = ClosedLoop.run(operation, 8, LONG);

    assertEquals(1000, slice.calls());
    assertEquals(1000, slice.latencies().getTotalCount());
    assertTrue(most.get() <= 8, "in flight: " + most);
    assertTrue(slice.nanos() < LONG.toNanos(), "ended when nothing was left");
  }

  @Test
  void itEndsWithItsTime() throws Exception {
    Operation operation =
        done -> {
          executor.execute(done::succeeded);
          return true;
        };

    Slice slice = ClosedLoop.run(operation, 4, Duration.ofMillis(20));

    assertTrue(slice.calls() > 0);
    assertTrue(slice.nanos() <= 20_000_000);
  }

  @Test
  void aTimeTooShortForOneCallCountsTheLateOnes() throws Exception {
    Operation operation =
        done -> {
          executor.execute(done::succeeded);
          return true;
        };

    Slice slice = ClosedLoop.run(operation, 2, Duration.ofNanos(1));

    assertEquals(2, slice.calls());
    assertTrue(slice.nanos() > 1);
  }

  @Test
  void whatFailsIsToldAndEndsIt() throws Exception {
    Operation operation =
        done -> {
          executor.execute(() -> done.failed("denied"));
          return true;
        };

    Slice slice = ClosedLoop.run(operation, 1, LONG);

    assertEquals(Map.of("denied", 100L), slice.failures());
    assertEquals(0, slice.calls());
  }
}
