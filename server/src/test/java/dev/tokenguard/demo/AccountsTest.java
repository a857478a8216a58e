package dev.tokenguard.demo;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.config.CatalogException;
import dev.tokenguard.v1.Balance;
import dev.tokenguard.v1.LifetimeTotals;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class AccountsTest {
  private static final Balance GOOD =
      Balance.newBuilder()
          .setGranted(10)
          .setAvailable(0)
          .setDebt(2)
          .setHeld(3)
          .setConsumed(8)
          .setLapsed(1)
          .setLifetime(
              LifetimeTotals.newBuilder().setGranted(20).setHeld(4).setConsumed(18).setLapsed(0))
          .build();

  @Test
  void addsUp() {
    assertTrue(Accounts.Equation.ofPeriod(GOOD).holds());
    assertTrue(Accounts.Equation.ofLifetime(GOOD).holds());
    assertEquals("10 = 0 - 2 + 3 + 8 + 1", Accounts.Equation.ofPeriod(GOOD).toString());
  }

  @Test
  void findsOneTokenTooMany() {
    Balance wrong = GOOD.toBuilder().setAvailable(1).build();

    assertFalse(Accounts.Equation.ofPeriod(wrong).holds());
    assertFalse(Accounts.Equation.ofLifetime(wrong).holds());
  }

  @Test
  void tellsTimes() {
    assertEquals("2.9 s", Times.of(Duration.ofMillis(2_949)));
    assertEquals("0.0 s", Times.of(Duration.ofMillis(-5)));
    assertEquals("6 h 07 min", Times.of(Duration.ofMinutes(367)));
  }

  @Test
  void tellsPlans() throws IOException, CatalogException {
    var plans = DemoServer.catalog().plans();

    assertEquals(
        "5 website tokens, reset daily (Asia/Bangkok)",
        Plans.describe(requireNonNull(plans.get("free"))));
    assertEquals(
        "2 website tokens, reset every 2 seconds",
        Plans.describe(requireNonNull(plans.get("sprint"))));
  }
}
