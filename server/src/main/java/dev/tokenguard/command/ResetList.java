package dev.tokenguard.command;

import dev.tokenguard.v1.ListDueAccountsRequest;
import dev.tokenguard.v1.ListDueAccountsResponse;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Accounts whose allowance is due for a reset. */
@Command(
    name = "list",
    sortOptions = false,
    description = "Accounts whose allowance is due for a reset.")
final class ResetList extends AdminCommand {
  @Option(names = "--prefix", paramLabel = "TEXT", description = "Only those whose id begins so.")
  private String prefix = "";

  @Option(names = "--plan", paramLabel = "PLAN", description = "Only those on this plan.")
  private String plan = "";

  @Mixin private PageOptions pages = new PageOptions();

  @Override
  int run(Session session) throws CommandException {
    ListDueAccountsRequest.Builder request =
        ListDueAccountsRequest.newBuilder().setIdPrefix(prefix).setPlan(plan);
    Table table = new Table(out(), "account", "plan", "due since", "token types");
    pages.list(
        this,
        table,
        (size, token) -> {
          ListDueAccountsResponse page =
              session
                  .admin()
                  .listDueAccounts(request.setPageSize(size).setPageToken(token).build());
          return new PageOptions.Page<>(page.getAccountsList(), page.getNextPageToken());
        },
        each ->
            table.row(
                each.getAccountId(),
                each.getPlan(),
                time(each.hasDueTime(), each.getDueTime()),
                String.join(" ", each.getTokenTypesList())));
    return DONE;
  }
}
