package dev.tokenguard.demo;

import dev.tokenguard.client.BalanceRequest;
import dev.tokenguard.client.TokenGuardClient;
import dev.tokenguard.v1.AccountBalances;
import dev.tokenguard.v1.Balance;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The end of the demo: every balance, and whether all of them add up. */
final class Accounts {
  private final TokenGuardClient tokens;
  private final Console console;

  Accounts(TokenGuardClient tokens, Console console) {
    this.tokens = tokens;
    this.console = console;
  }

  /**
   * Asks for every user's balance, shows it and checks it.
   *
   * @param built how many sites each user was given, by user
   * @return whether everything adds up
   */
  boolean show(Map<String, Integer> built) {
    List<AccountBalances> accounts =
        built.keySet().stream().map(user -> tokens.balance(BalanceRequest.of(user))).toList();
    console.heading("Balances");
    console.table(rows(accounts));
    console.heading(
        "Nothing lost, nothing made up: granted = available - debt + held + consumed + lapsed");
    boolean good = true;
    for (AccountBalances account : accounts) {
      for (Balance balance : account.getBalancesList()) {
        Equation period = Equation.ofPeriod(balance);
        Equation lifetime = Equation.ofLifetime(balance);
        good &= check(account.getAccountId(), "this period  " + period, period.holds());
        good &= check("", "lifetime     " + lifetime, lifetime.holds());
        int sites = built.getOrDefault(account.getAccountId(), 0);
        long charged = balance.getLifetime().getConsumed();
        good &= check("", "sites built  " + sites + " = " + charged + " charged", sites == charged);
      }
    }
    return good;
  }

  private boolean check(String user, String text, boolean good) {
    console.event(
        good ? Console.Mood.PLAIN : Console.Mood.BAD,
        user,
        "%-44s %s".formatted(text, good ? "ok" : "WRONG"));
    return good;
  }

  private static List<List<String>> rows(List<AccountBalances> accounts) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("user", "plan", "granted", "consumed", "held", "available", "resets"));
    for (AccountBalances account : accounts) {
      for (Balance balance : account.getBalancesList()) {
        rows.add(
            List.of(
                account.getAccountId(),
                account.getPlan(),
                String.valueOf(balance.getGranted()),
                String.valueOf(balance.getConsumed()),
                String.valueOf(balance.getHeld()),
                String.valueOf(balance.getAvailable()),
                resets(account, balance)));
      }
    }
    return rows;
  }

  private static String resets(AccountBalances account, Balance balance) {
    return balance.hasResetTime()
        ? "in " + Times.until(read(account), Times.instant(balance.getResetTime()))
        : "never";
  }

  private static Instant read(AccountBalances account) {
    return Times.instant(account.getReadTime());
  }

  /** What a balance must be at every moment. */
  record Equation(long granted, long available, long debt, long held, long consumed, long lapsed) {

    static Equation ofPeriod(Balance balance) {
      return new Equation(
          balance.getGranted(),
          balance.getAvailable(),
          balance.getDebt(),
          balance.getHeld(),
          balance.getConsumed(),
          balance.getLapsed());
    }

    static Equation ofLifetime(Balance balance) {
      return new Equation(
          balance.getLifetime().getGranted(),
          balance.getAvailable(),
          balance.getDebt(),
          balance.getLifetime().getHeld(),
          balance.getLifetime().getConsumed(),
          balance.getLifetime().getLapsed());
    }

    boolean holds() {
      return granted == available - debt + held + consumed + lapsed;
    }

    @Override
    public String toString() {
      return "%s = %s - %s + %s + %s + %s"
          .formatted(granted, available, debt, held, consumed, lapsed);
    }
  }
}
