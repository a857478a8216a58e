package dev.tokenguard.command;

import dev.tokenguard.v1.GetEstimatesRequest;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What features were estimated to cost, and really cost, over all accounts. */
@Command(
    name = "estimates",
    sortOptions = false,
    description = "What features were estimated to cost, and really cost, over all accounts.")
final class UsageEstimates extends AdminCommand {
  @Option(names = "--feature", paramLabel = "FEATURE", description = "Only of this feature.")
  private String feature = "";

  @Option(
      names = "--days",
      paramLabel = "N",
      description = "Over so many days, today included, in UTC (default: 30).")
  private int days;

  @Override
  int run(Session session) throws CommandException {
    GetEstimatesRequest request =
        GetEstimatesRequest.newBuilder().setFeature(feature).setDays(days).build();
    Table table =
        new Table(
            out(),
            "feature",
            "token type",
            ">commits",
            ">mean held",
            ">mean used",
            ">half at most",
            ">95% at most",
            ">max",
            ">overrun",
            ">catalog");
    PageOptions.everything()
        .list(
            this,
            table,
            (size, token) ->
                new PageOptions.Page<>(
                    session.admin().getEstimates(request).getEstimatesList(), ""),
            each ->
                table.row(
                    each.getFeature(),
                    each.getTokenType(),
                    each.getCount(),
                    String.format(Locale.ROOT, "%.1f", each.getMeanEstimated()),
                    String.format(Locale.ROOT, "%.1f", each.getMeanActual()),
                    each.getP50Actual(),
                    each.getP95Actual(),
                    each.getMaxActual(),
                    String.format(Locale.ROOT, "%.1f%%", 100 * each.getOverrunRatio()),
                    each.getCatalogCost()));
    return DONE;
  }
}
