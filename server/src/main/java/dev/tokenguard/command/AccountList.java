package dev.tokenguard.command;

import dev.tokenguard.v1.Account;
import dev.tokenguard.v1.AccountStatus;
import dev.tokenguard.v1.ListAccountsRequest;
import dev.tokenguard.v1.ListAccountsResponse;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Accounts in order of id. */
@Command(name = "list", sortOptions = false, description = "Accounts in order of id.")
final class AccountList extends AdminCommand {
  @Option(names = "--prefix", paramLabel = "TEXT", description = "Only those whose id begins so.")
  private String prefix = "";

  @Option(names = "--plan", paramLabel = "PLAN", description = "Only those on this plan.")
  private String plan = "";

  @Option(
      names = "--status",
      paramLabel = "STATUS",
      converter = Choice.Status.class,
      description = "Only those that are active, or suspended.")
  private AccountStatus status = AccountStatus.ACCOUNT_STATUS_UNSPECIFIED;

  @Option(names = "--low", description = "Only those with a balance that is low.")
  private boolean low;

  @Option(
      names = "--member-of",
      paramLabel = "USER",
      description = "Only those that this user was added to as a member.")
  private String memberOf = "";

  @Mixin private PageOptions pages = new PageOptions();

  @Override
  int run(Session session) throws CommandException {
    ListAccountsRequest.Builder request =
        ListAccountsRequest.newBuilder()
            .setIdPrefix(prefix)
            .setPlan(plan)
            .setStatus(status)
            .setLow(low)
            .setMemberOf(memberOf);
    Table table =
        new Table(
            out(),
            "account",
            "plan",
            "status",
            "expires",
            ">members",
            ">open",
            "available",
            "name");
    pages.list(
        this,
        table,
        fetch(session, request),
        each ->
            table.row(
                each.getAccountId(),
                each.getPlan(),
                Choice.word(each.getStatus()),
                time(each.hasExpireTime(), each.getExpireTime()),
                each.getMemberCount(),
                each.getOpenReservations(),
                Balances.brief(each.getBalancesList()),
                each.getDisplayName()));
    return DONE;
  }

  static PageOptions.Fetch<Account> fetch(Session session, ListAccountsRequest.Builder request) {
    return (size, token) -> {
      ListAccountsResponse page =
          session.admin().listAccounts(request.setPageSize(size).setPageToken(token).build());
      return new PageOptions.Page<>(page.getAccountsList(), page.getNextPageToken());
    };
  }
}
