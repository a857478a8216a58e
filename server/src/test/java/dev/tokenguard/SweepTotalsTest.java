package dev.tokenguard;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tokenguard.metrics.GuardMetrics;
import dev.tokenguard.service.SweepListener;
import dev.tokenguard.testing.Samples;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@NullMarked
class SweepTotalsTest {
  private final GuardMetrics metrics =
      new GuardMetrics(() -> Samples.CATALOG, Clock.systemUTC(), Duration.ofDays(1), "test", 2);
  private final SweepTotals totals = new SweepTotals(metrics);
  private final SweepListener one = totals.tenant();
  private final SweepListener other = totals.tenant();

  @AfterEach
  void close() {
    metrics.close();
  }

  private String told() {
    return new String(metrics.scrape("").body(), UTF_8)
        .lines()
        .filter(
            line ->
                line.matches(
                    "tokenguard_sweep_(holder|last_walk_timestamp_seconds|drifted\\w*) .*"))
        .map(line -> line.replaceFirst("tokenguard_sweep_", ""))
        .sorted()
        .collect(Collectors.joining(", "));
  }

  private static void walk(SweepListener tenant, long second, long drifted) {
    tenant.walked(Instant.ofEpochSecond(second), Duration.ofSeconds(1), drifted);
  }

  @Test
  void tellsOfWhatThisServerWalksOver() {
    one.holder(true);
    walk(one, 100, 2);
    String alone = told();
    assertEquals(true, alone.contains("holder 1.0") && alone.contains("100.0"), alone);
    assertEquals(true, alone.contains("2.0"), "another server walks over the other: " + alone);

    other.holder(true);
    walk(other, 90, 3);
    assertEquals(true, told().contains("90.0") && told().contains("5.0"), told());

    one.holder(false);
    walk(other, 110, 3);
    assertEquals(true, told().contains("110.0") && told().contains("3.0"), told());
  }
}
