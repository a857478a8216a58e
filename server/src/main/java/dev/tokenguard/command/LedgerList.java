package dev.tokenguard.command;

import dev.tokenguard.v1.ListTransactionsRequest;
import dev.tokenguard.v1.ListTransactionsResponse;
import dev.tokenguard.v1.Transaction;
import dev.tokenguard.v1.TransactionLine;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The ledger of an account, newest first. */
@Command(
    name = "list",
    sortOptions = false,
    description = "The ledger of an account, newest first.")
final class LedgerList extends AdminCommand {
  @Parameters(paramLabel = "ACCOUNT", description = "Which account.")
  private String account = "";

  @Mixin private TransactionFilterOptions filter = new TransactionFilterOptions();

  @Mixin private PageOptions pages = new PageOptions();

  @Override
  int run(Session session) throws CommandException {
    ListTransactionsRequest.Builder request =
        ListTransactionsRequest.newBuilder()
            .setAccountId(account)
            .setFilter(filter.filter(terminal().zone()));
    Table table =
        new Table(
            out(),
            ">revision",
            "time",
            "kind",
            "token type",
            ">change",
            ">released",
            ">balance",
            "feature",
            "member",
            "reservation or grant",
            "reason",
            "");
    pages.list(
        this,
        table,
        (size, token) -> {
          ListTransactionsResponse page =
              session
                  .admin()
                  .listTransactions(request.setPageSize(size).setPageToken(token).build());
          return new PageOptions.Page<>(page.getTransactionsList(), page.getNextPageToken());
        },
        each -> rows(table, each));
    return DONE;
  }

  /** A row for each token type; one that has none still is an entry. */
  private void rows(Table table, Transaction entry) {
    for (TransactionLine line : entry.getLinesList()) {
      row(
          table,
          entry,
          line.getTokenType(),
          String.format(Locale.ROOT, "%+d", line.getAmount()),
          String.valueOf(line.getReleased()),
          String.valueOf(line.getBalance()));
    }
    if (entry.getLinesCount() == 0) {
      row(table, entry, "", "", "", "");
    }
  }

  private void row(
      Table table, Transaction entry, String type, String change, String released, String balance) {
    table.row(
        entry.getRevision(),
        time(entry.hasTime(), entry.getTime()),
        Choice.word(entry.getKind()),
        type,
        change,
        released,
        balance,
        entry.getFeature(),
        entry.getMemberId(),
        entry.getReservationId(),
        entry.getReason(),
        entry.getLate() ? "late" : "");
  }
}
