package dev.tokenguard.command;

import dev.tokenguard.v1.ListGrantsRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The grants of an account of which something is left, in the order in which they are spent. */
@Command(
    name = "list",
    sortOptions = false,
    description =
        "The grants of an account of which something is left, in the order in which they are spent.")
final class GrantList extends AdminCommand {
  @Parameters(paramLabel = "ACCOUNT", description = "Whose.")
  private String account = "";

  @Option(names = "--type", paramLabel = "TYPE", description = "Only of this token type.")
  private String tokenType = "";

  @Override
  int run(Session session) throws CommandException {
    ListGrantsRequest request =
        ListGrantsRequest.newBuilder().setAccountId(account).setTokenType(tokenType).build();
    Table table =
        new Table(
            out(),
            "grant",
            "token type",
            ">left",
            ">held",
            ">granted",
            ">priority",
            "state",
            "starts",
            "expires",
            "reason",
            "actor",
            "note");
    // All of them come in one answer.
    PageOptions.everything()
        .list(
            this,
            table,
            (size, token) ->
                new PageOptions.Page<>(session.admin().listGrants(request).getGrantsList(), ""),
            each ->
                table.row(
                    each.getGrantId(),
                    each.getTokenType(),
                    each.getRemaining(),
                    each.getHeld(),
                    each.getAmount(),
                    each.getPriority(),
                    Choice.word(each.getState()),
                    time(each.hasStartTime(), each.getStartTime()),
                    each.hasExpireTime() ? time(true, each.getExpireTime()) : "never",
                    each.getReason(),
                    each.getActor(),
                    each.getNote()));
    return DONE;
  }
}
