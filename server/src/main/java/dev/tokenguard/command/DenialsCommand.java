package dev.tokenguard.command;

import dev.tokenguard.v1.ListDenialsRequest;
import dev.tokenguard.v1.RecentDenial;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Why an account was denied lately. */
@Command(
    name = "denials",
    sortOptions = false,
    description = "Why an account was denied lately, newest first.")
final class DenialsCommand extends AdminCommand {
  @Parameters(paramLabel = "ACCOUNT", description = "Which account.")
  private String account = "";

  @Option(
      names = "--locale",
      paramLabel = "TAG",
      description = "Language of the messages: en, th or fa (default: the account's).")
  private String locale = "";

  @Override
  int run(Session session) throws CommandException {
    ListDenialsRequest request =
        ListDenialsRequest.newBuilder().setAccountId(account).setLocale(locale).build();
    Table table =
        new Table(
            out(),
            "last time",
            ">times",
            "since",
            "reason",
            "feature",
            "token type",
            ">required",
            ">available",
            "member",
            "reservation",
            "message");
    PageOptions.everything()
        .list(
            this,
            table,
            (size, token) ->
                new PageOptions.Page<>(session.admin().listDenials(request).getDenialsList(), ""),
            each -> row(table, each));
    return DONE;
  }

  private void row(Table table, RecentDenial each) {
    table.row(
        time(each.hasTime(), each.getTime()),
        each.getCount(),
        time(each.hasFirstTime(), each.getFirstTime()),
        Choice.word(each.getDenial().getReason()),
        each.getFeature(),
        each.getDenial().getTokenType(),
        each.getDenial().getRequired(),
        each.getDenial().getAvailable(),
        each.getMemberId(),
        each.getReservationId(),
        each.getDenial().getMessage());
  }
}
