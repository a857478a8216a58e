package dev.tokenguard.command;

import dev.tokenguard.v1.Account;
import java.time.Duration;
import java.util.stream.Collectors;

/** Prints an account for people. */
final class AccountView {
  private AccountView() {}

  static void print(AdminCommand command, Account account) {
    command.say("account        %s", account.getAccountId());
    line(command, "name", account.getDisplayName());
    line(command, "description", account.getDescription());
    line(command, "plan", account.getPlan());
    line(command, "status", Choice.word(account.getStatus()));
    line(command, "expires", expires(command, account));
    line(command, "members", members(account));
    line(command, "paid by", account.getPayerId());
    line(command, "time zone", account.getTimeZone());
    line(command, "locale", account.getLocale());
    line(
        command,
        "allowances",
        account.getAllowancesList().stream()
            .map(AllowanceText::text)
            .collect(Collectors.joining(", ")));
    line(command, "reservations", account.getOpenReservations() + " open");
    line(command, "created", command.time(account.hasCreateTime(), account.getCreateTime()));
    line(command, "version", account.getVersion() + " (revision " + account.getRevision() + ")");
    if (account.getBalancesCount() > 0) {
      command.say("");
      Balances.print(command, account.getBalancesList());
    }
  }

  private static String expires(AdminCommand command, Account account) {
    Duration grace =
        Duration.ofSeconds(
            account.getGracePeriod().getSeconds(), account.getGracePeriod().getNanos());
    String expires = command.time(account.hasExpireTime(), account.getExpireTime());
    return grace.isZero() ? expires : (expires + " and " + Span.text(grace) + " of grace").strip();
  }

  private static String members(Account account) {
    return account.getMemberCount()
        + (account.getMembersOnly() ? ", and nobody else may spend" : "");
  }

  private static void line(AdminCommand command, String name, String value) {
    if (!value.isEmpty()) {
      command.say("%-13s  %s", name, value);
    }
  }
}
