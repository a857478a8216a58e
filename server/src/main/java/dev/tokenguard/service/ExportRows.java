package dev.tokenguard.service;

import dev.tokenguard.domain.Account;
import dev.tokenguard.domain.Balance;
import dev.tokenguard.domain.Catalog;
import dev.tokenguard.domain.LedgerEntry;
import dev.tokenguard.domain.LedgerEntry.Line;
import dev.tokenguard.domain.TokenType;
import dev.tokenguard.domain.UsageCell;
import java.util.List;

/** The columns of exported files, and how a row fills them. */
final class ExportRows {

  static final List<String> TRANSACTIONS =
      List.of(
          "account_id",
          "revision",
          "time",
          "kind",
          "token_type",
          "amount",
          "granted",
          "consumed",
          "lapsed",
          "released",
          "balance",
          "feature",
          "member_id",
          "reservation_id",
          "reason",
          "late",
          "metadata");

  static final List<String> USAGE =
      List.of("account_id", "day", "feature", "token_type", "member_id", "amount");

  static final List<String> BALANCES =
      List.of(
          "account_id",
          "plan",
          "token_type",
          "granted",
          "consumed",
          "held",
          "available",
          "debt",
          "lapsed",
          "reset_time",
          "remaining_percent",
          "low",
          "lifetime_granted",
          "lifetime_consumed",
          "lifetime_held",
          "lifetime_lapsed",
          "revision");

  private ExportRows() {}

  static void transaction(RowWriter row, String account, LedgerEntry entry, Line line) {
    row.text("account_id", account);
    row.number("revision", entry.revision());
    row.time("time", entry.time());
    row.text("kind", entry.kind().name());
    row.text("token_type", line.tokenType());
    row.number("amount", line.amount());
    row.number("granted", line.granted());
    row.number("consumed", line.consumed());
    row.number("lapsed", line.lapsed());
    row.number("released", line.released());
    row.number("balance", line.balance());
    row.text("feature", entry.feature());
    row.text("member_id", entry.member());
    row.text("reservation_id", entry.reservation());
    row.text("reason", entry.reason());
    row.flag("late", entry.late());
    row.texts("metadata", entry.metadata());
    row.endRow();
  }

  static void usage(RowWriter row, String account, UsageCell cell) {
    row.text("account_id", account);
    row.text("day", cell.day().toString());
    row.text("feature", cell.feature());
    row.text("token_type", cell.tokenType());
    row.text("member_id", cell.member());
    row.number("amount", cell.amount());
    row.endRow();
  }

  static void balance(RowWriter row, Account account, Balance balance, Catalog names) {
    TokenType type = names.tokenTypes().get(balance.tokenType());
    row.text("account_id", account.id());
    row.text("plan", account.fields().plan());
    row.text("token_type", balance.tokenType());
    row.number("granted", balance.granted());
    row.number("consumed", balance.consumed());
    row.number("held", balance.held());
    row.number("available", balance.available());
    row.number("debt", balance.debt());
    row.number("lapsed", balance.lapsed());
    row.time("reset_time", balance.resetAt());
    row.decimal("remaining_percent", balance.remainingPercent());
    row.flag(
        "low", balance.isBelow(type == null ? TokenType.DEFAULT_LOW_PERCENT : type.lowPercent()));
    row.number("lifetime_granted", balance.lifetime().granted());
    row.number("lifetime_consumed", balance.lifetime().consumed());
    row.number("lifetime_held", balance.lifetime().held());
    row.number("lifetime_lapsed", balance.lifetime().lapsed());
    row.number("revision", account.revision());
    row.endRow();
  }
}
