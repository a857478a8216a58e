package dev.tokenguard.command;

import dev.tokenguard.v1.ListMembersRequest;
import dev.tokenguard.v1.ListMembersResponse;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The members of an account, in no particular order. */
@Command(
    name = "list",
    sortOptions = false,
    description = "The members of an account, in no particular order.")
final class MemberList extends AdminCommand {
  @Parameters(paramLabel = "ACCOUNT", description = "Which account.")
  private String account = "";

  @Option(names = "--counted", description = "Also those that an open account merely counts.")
  private boolean counted;

  @Mixin private PageOptions pages = new PageOptions();

  @Override
  int run(Session session) throws CommandException {
    ListMembersRequest.Builder request =
        ListMembersRequest.newBuilder().setAccountId(account).setShowCounted(counted);
    Table table = new Table(out(), "member", "added", "caps", "used");
    pages.list(
        this,
        table,
        (size, token) -> {
          ListMembersResponse page =
              session.admin().listMembers(request.setPageSize(size).setPageToken(token).build());
          return new PageOptions.Page<>(page.getMembersList(), page.getNextPageToken());
        },
        each ->
            table.row(
                each.getMemberId(),
                each.getAdded() ? "yes" : "no",
                TypeAmount.text(each.getCapsMap()),
                Balances.used(each.getBalancesList())));
    return DONE;
  }
}
