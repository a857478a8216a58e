package dev.tokenguard.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** How a long work is told of. */
class PaceTest {
  private static final long SECOND = 1_000_000_000;

  private final Pace pace = new Pace(1_000_000, "accounts");

  @Test
  void whatIsLeftIsToldInSeconds() {
    assertEquals(
        "400,000 of 1,000,000 accounts, 10,000/s, 60 s left", pace.at(400_000, 40 * SECOND));
  }

  @Test
  void orInMinutes() {
    assertEquals(
        "100,000 of 1,000,000 accounts, 5,000/s, 3 min left", pace.at(100_000, 20 * SECOND));
  }

  @Test
  void nothingIsSaidOfTheEndBeforeThereIsARateOrAfterIt() {
    assertEquals("0 of 1,000,000 accounts, 0/s", pace.at(0, 0));
    assertEquals("0 of 1,000,000 accounts, 0/s", pace.at(0, SECOND));
    assertEquals("1,000,000 of 1,000,000 accounts, 10,000/s", pace.at(1_000_000, 100 * SECOND));
  }
}
