package dev.tokenguard.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tokenguard.testing.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OpenReservationsTest {

  private static final Duration DAY = Duration.ofDays(1);

  private final ManualClock clock = new ManualClock(Instant.parse("2026-03-01T12:00:30Z"));
  private final OpenReservations open = new OpenReservations(clock, DAY);

  @Test
  void countsWhatIsMadeAndNotEnded() {
    Instant soon = in(Duration.ofMinutes(10));
    open.opened(soon);
    open.opened(soon);
    open.opened(in(DAY));
    assertEquals(3, open.open());
    open.ended(soon);
    assertEquals(2, open.open());
  }

  @Test
  void whatNobodyEndsLeavesWithItsMinute() {
    open.opened(in(Duration.ofMinutes(1)));
    open.opened(in(Duration.ofMinutes(5)));
    clock.pass(Duration.ofSeconds(60));
    assertEquals(2, open.open(), "its minute is not over");
    clock.pass(Duration.ofSeconds(60));
    assertEquals(1, open.open());
    clock.pass(Duration.ofMinutes(4));
    assertEquals(0, open.open());
  }

  @Test
  void whatEndsAfterItsTimeIsNotCountedTwice() {
    Instant expiry = in(Duration.ofMinutes(1));
    open.opened(expiry);
    clock.pass(Duration.ofMinutes(3));
    open.ended(expiry);
    assertEquals(0, open.open());
  }

  @Test
  void anExtendMovesIt() {
    Instant before = in(Duration.ofMinutes(1));
    Instant after = in(Duration.ofMinutes(9));
    open.opened(before);
    open.ended(before);
    open.opened(after);
    assertEquals(1, open.open());
    clock.pass(Duration.ofMinutes(5));
    assertEquals(1, open.open());
    open.ended(after);
    assertEquals(0, open.open());
  }

  @Test
  void whatAnotherSidecarMadeCountsBelowZeroHere() {
    open.ended(in(Duration.ofMinutes(1)));
    assertEquals(-1, open.open());
    clock.pass(Duration.ofMinutes(2));
    assertEquals(0, open.open());
  }

  @Test
  void aTimeBeyondTheLongestIsNotCountedAnywhereElse() {
    open.opened(in(DAY.multipliedBy(3)));
    open.ended(in(DAY.multipliedBy(-3)));
    assertEquals(0, open.open());
  }

  @Test
  void theRingIsUsedAgainDayAfterDay() {
    for (int minute = 0; minute < 3 * 24 * 60; minute++) {
      open.opened(in(Duration.ofMinutes(10)));
      clock.pass(Duration.ofMinutes(1));
    }
    assertEquals(10, open.open(), "one for each of the minutes to come, and this one");
  }

  @Test
  void agreesWithCountingThemOneByOne() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    List<Instant> model = new ArrayList<>();
    Deque<Instant> ended = new ArrayDeque<>();
    for (int step = 0; step < 20_000; step++) {
      switch (random.nextInt(4)) {
        case 0, 1 -> {
          Instant expiry = in(Duration.ofSeconds(1 + random.nextInt((int) DAY.toSeconds())));
          model.add(expiry);
          open.opened(expiry);
        }
        case 2 -> {
          if (!model.isEmpty()) {
            ended.add(model.remove(random.nextInt(model.size())));
            open.ended(ended.getLast());
          }
        }
        default -> clock.pass(Duration.ofSeconds(random.nextInt(300)));
      }
      long now = clock.instant().getEpochSecond() / 60;
      model.removeIf(expiry -> expiry.getEpochSecond() / 60 < now);
      assertEquals(model.size(), open.open(), "seed " + seed + ", step " + step);
    }
  }

  private Instant in(Duration time) {
    return clock.instant().plus(time);
  }
}
