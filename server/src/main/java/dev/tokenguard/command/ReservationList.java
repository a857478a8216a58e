package dev.tokenguard.command;

import dev.tokenguard.v1.ListReservationsRequest;
import dev.tokenguard.v1.ListReservationsResponse;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Open reservations of an account, those that expire first first. */
@Command(
    name = "list",
    sortOptions = false,
    description = "Open reservations of an account, those that expire first first.")
final class ReservationList extends AdminCommand {
  @Parameters(paramLabel = "ACCOUNT", description = "Which account.")
  private String account = "";

  @Option(names = "--member", paramLabel = "MEMBER", description = "Only on behalf of this member.")
  private String member = "";

  @Mixin private PageOptions pages = new PageOptions();

  @Override
  int run(Session session) throws CommandException {
    ListReservationsRequest.Builder request =
        ListReservationsRequest.newBuilder().setAccountId(account).setMemberId(member);
    Table table = new Table(out(), "reservation", "feature", "member", "holds", "made", "expires");
    pages.list(
        this,
        table,
        (size, token) -> {
          ListReservationsResponse page =
              session
                  .admin()
                  .listReservations(request.setPageSize(size).setPageToken(token).build());
          return new PageOptions.Page<>(page.getReservationsList(), page.getNextPageToken());
        },
        each ->
            table.row(
                each.getReservationId(),
                each.getFeature(),
                each.getMemberId(),
                TypeAmount.text(each.getAmountsMap()),
                time(each.hasCreateTime(), each.getCreateTime()),
                time(each.hasExpireTime(), each.getExpireTime())));
    return DONE;
  }
}
