package dev.tokenguard.command;

import dev.tokenguard.v1.Balance;
import dev.tokenguard.v1.MemberBalance;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Prints balances for people. */
final class Balances {
  private Balances() {}

  static void print(AdminCommand command, List<Balance> balances) {
    Table table =
        new Table(
            command.out(),
            "token type",
            ">available",
            ">granted",
            ">consumed",
            ">held",
            ">debt",
            ">lapsed",
            ">used",
            "resets",
            "");
    for (Balance each : balances) {
      table.row(
          each.getTokenType(),
          each.getAvailable(),
          each.getGranted(),
          each.getConsumed(),
          each.getHeld(),
          each.getDebt(),
          each.getLapsed(),
          String.format(Locale.ROOT, "%.0f%%", 100 * each.getUsedRatio()),
          each.hasResetTime() ? command.time(true, each.getResetTime()) : "never",
          each.getLow() ? "low" : "");
    }
    table.print();
  }

  /** What can be spent, in one cell: {@code image=3(low) website=40}. */
  static String brief(List<Balance> balances) {
    return balances.stream()
        .map(
            each ->
                each.getTokenType()
                    + "="
                    + (each.getDebt() > 0 ? -each.getDebt() : each.getAvailable())
                    + (each.getLow() ? "(low)" : ""))
        .collect(Collectors.joining(" "));
  }

  /** What a member used and holds of its caps, in one cell: {@code image=3/10 website=4}. */
  static String used(List<MemberBalance> balances) {
    return balances.stream()
        .map(
            each ->
                each.getTokenType()
                    + "="
                    + (each.getConsumed() + each.getHeld())
                    + (each.hasCap() ? "/" + each.getCap() : ""))
        .collect(Collectors.joining(" "));
  }
}
