package dev.tokenguard.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.v1.AccountBalances;
import dev.tokenguard.v1.Balance;
import java.util.List;

/** Holds what a reply says of balances against what must be true at every moment. */
public final class Books {

  private Books() {}

  /** Every token is in one place, and none is there twice. */
  public static void check(List<Balance> balances) {
    for (Balance each : balances) {
      long available = each.getAvailable() - each.getDebt();
      assertEquals(
          each.getGranted(),
          available + each.getHeld() + each.getConsumed() + each.getLapsed(),
          each::toString);
      assertEquals(
          each.getLifetime().getGranted(),
          available
              + each.getLifetime().getHeld()
              + each.getLifetime().getConsumed()
              + each.getLifetime().getLapsed(),
          each::toString);
      assertTrue(each.getAvailable() >= 0 && each.getHeld() >= 0, each::toString);
      assertTrue(
          each.getHeld() + each.getConsumed() <= each.getGranted() + each.getDebt(),
          each::toString);
    }
  }

  /** The balance of a token type. */
  public static Balance of(List<Balance> balances, String tokenType) {
    return balances.stream()
        .filter(each -> each.getTokenType().equals(tokenType))
        .findFirst()
        .orElseThrow(() -> new AssertionError(tokenType + " is not in " + balances));
  }

  /** The balance of a token type, its books checked. */
  public static Balance of(AccountBalances account, String tokenType) {
    check(account.getBalancesList());
    return of(account.getBalancesList(), tokenType);
  }

  /** In short: granted, consumed, held, available, debt. */
  public static String shortly(Balance balance) {
    return String.format(
        "granted %d, consumed %d, held %d, available %d, debt %d",
        balance.getGranted(),
        balance.getConsumed(),
        balance.getHeld(),
        balance.getAvailable(),
        balance.getDebt());
  }
}
