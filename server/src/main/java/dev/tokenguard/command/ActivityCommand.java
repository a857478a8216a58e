package dev.tokenguard.command;

import dev.tokenguard.v1.ActivityPoint;
import dev.tokenguard.v1.ActivityResolution;
import dev.tokenguard.v1.GetActivityRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What was allowed, denied and consumed over time, over all accounts. */
@Command(
    name = "activity",
    sortOptions = false,
    description = "What was allowed, denied and consumed over time, over all accounts.")
final class ActivityCommand extends AdminCommand {
  @Option(
      names = "--days",
      paramLabel = "N",
      description = "By day, of so many days until now, in UTC; at most 90.")
  private int days;

  @Override
  int run(Session session) throws CommandException {
    GetActivityRequest.Builder request = GetActivityRequest.newBuilder();
    if (days > 0) {
      Instant start = Instant.now().minus(Duration.ofDays(days - 1L));
      request
          .setResolution(ActivityResolution.ACTIVITY_RESOLUTION_DAY)
          .setStartTime(
              com.google.protobuf.Timestamp.newBuilder().setSeconds(start.getEpochSecond()));
    }
    Table table = new Table(out(), "from", ">allowed", ">denied", "why", "consumed");
    PageOptions.everything()
        .list(
            this,
            table,
            (size, token) ->
                new PageOptions.Page<>(
                    session.admin().getActivity(request.build()).getPointsList(), ""),
            each -> row(table, each));
    return DONE;
  }

  private void row(Table table, ActivityPoint point) {
    table.row(
        time(point.hasStartTime(), point.getStartTime()),
        point.getAllowed(),
        point.getDeniedMap().values().stream().mapToLong(Long::longValue).sum(),
        text(point.getDeniedMap()),
        text(point.getConsumedMap()));
  }

  private static String text(Map<String, Long> numbers) {
    return new TreeMap<>(numbers)
        .entrySet().stream()
            .map(each -> each.getKey() + " " + each.getValue())
            .collect(Collectors.joining(", "));
  }
}
