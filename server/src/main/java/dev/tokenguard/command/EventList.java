package dev.tokenguard.command;

import dev.tokenguard.v1.AdminEvent;
import dev.tokenguard.v1.AdminEventOutcome;
import dev.tokenguard.v1.ListAdminEventsRequest;
import dev.tokenguard.v1.ListAdminEventsResponse;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What operators changed, newest first. */
@Command(
    name = "list",
    sortOptions = false,
    description =
        "What operators changed, or tried to, newest first. --json tells each event whole.")
final class EventList extends AdminCommand {
  @Option(
      names = "--account",
      paramLabel = "ACCOUNT",
      description = "Only of this account; a key that is limited to some accounts needs it.")
  private String account = "";

  @Option(
      names = "--who",
      paramLabel = "NAME",
      description = "Only by this key's name, or for this actor.")
  private String who = "";

  @Option(names = "--rpc", paramLabel = "RPC", description = "Only of this call: UpdateAccount.")
  private String rpc = "";

  @Option(
      names = "--outcome",
      paramLabel = "OUTCOME",
      split = ",",
      converter = Choice.EventOutcome.class,
      description = "Only done, replayed, refused or unknown; several with commas.")
  private List<AdminEventOutcome> outcomes = List.of();

  @Option(
      names = {"--from", "--since"},
      paramLabel = "TIME",
      converter = Moment.Converter.class,
      description = "Only at this time or later: 2026-11-01 (its first moment), or a time.")
  private @Nullable Moment from;

  @Option(
      names = "--before",
      paramLabel = "TIME",
      converter = Moment.Converter.class,
      description = "Only before this time: 2026-12-01 for all of November.")
  private @Nullable Moment before;

  @Option(names = "--oldest-first", description = "From the oldest to the newest.")
  private boolean oldestFirst;

  @Mixin private PageOptions pages = new PageOptions();

  @Override
  int run(Session session) throws CommandException {
    ListAdminEventsRequest.Builder request =
        ListAdminEventsRequest.newBuilder()
            .setAccountId(account)
            .setWho(who)
            .setRpc(rpc)
            .addAllOutcomes(outcomes)
            .setOldestFirst(oldestFirst);
    if (from != null) {
      request.setStartTime(from.in(terminal().zone()));
    }
    if (before != null) {
      request.setEndTime(before.in(terminal().zone()));
    }
    Table table =
        new Table(
            out(), "time", "who", "for", "call", "account", "member", "outcome", "before", "after");
    pages.list(
        this,
        table,
        (size, token) -> {
          ListAdminEventsResponse page =
              session
                  .admin()
                  .listAdminEvents(request.setPageSize(size).setPageToken(token).build());
          return new PageOptions.Page<>(page.getEventsList(), page.getNextPageToken());
        },
        each -> row(table, each));
    return DONE;
  }

  /** What was asked stands for what became of it, where nothing did. */
  private void row(Table table, AdminEvent event) {
    boolean done = event.getOutcome() == AdminEventOutcome.ADMIN_EVENT_OUTCOME_DONE;
    table.row(
        time(event.hasTime(), event.getTime()),
        event.getCaller().getName(),
        event.getActor(),
        event.getRpc(),
        event.getAccountId(),
        event.getMemberId(),
        done
            ? Choice.word(event.getOutcome())
            : Choice.word(event.getOutcome()) + " " + event.getReason(),
        event.getBefore(),
        done ? event.getAfter() : "asked: " + event.getRequest());
  }
}
