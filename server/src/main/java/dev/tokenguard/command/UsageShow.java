package dev.tokenguard.command;

import dev.tokenguard.v1.GetUsageRequest;
import dev.tokenguard.v1.GetUsageResponse;
import dev.tokenguard.v1.UsageDimension;
import dev.tokenguard.v1.UsageRow;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What was charged to an account. */
@Command(name = "show", sortOptions = false, description = "What was charged to an account.")
final class UsageShow extends AdminCommand {
  @Parameters(paramLabel = "ACCOUNT", description = "Which account.")
  private String account = "";

  @Mixin private UsageDays days = new UsageDays();

  @Option(
      names = "--by",
      paramLabel = "WHAT",
      split = ",",
      converter = Choice.Dimension.class,
      description = "What rows are told apart by: day, feature, type, member; several with commas.")
  private List<UsageDimension> by = List.of();

  @Option(names = "--type", paramLabel = "TYPE", description = "Only of this token type.")
  private String tokenType = "";

  @Option(names = "--feature", paramLabel = "FEATURE", description = "Only for this feature.")
  private String feature = "";

  @Option(names = "--member", paramLabel = "MEMBER", description = "Only on behalf of this member.")
  private String member = "";

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "How many rows at most, those of the largest amounts (default: 1,000).")
  private int limit;

  @Override
  int run(Session session) {
    GetUsageResponse answer =
        session
            .admin()
            .getUsage(
                GetUsageRequest.newBuilder()
                    .setAccountId(account)
                    .setStartDate(days.from())
                    .setEndDate(days.to())
                    .addAllGroupBy(by)
                    .setTokenType(tokenType)
                    .setFeature(feature)
                    .setMemberId(member)
                    .setLimit(limit)
                    .build());
    answer(answer, () -> tell(answer));
    return DONE;
  }

  private void tell(GetUsageResponse answer) {
    say("%s to %s", answer.getStartDate(), answer.getEndDate());
    List<UsageDimension> columns =
        by.isEmpty() ? List.of(UsageDimension.USAGE_DIMENSION_TOKEN_TYPE) : by;
    List<String> titles = new ArrayList<>();
    columns.forEach(each -> titles.add(Choice.word(each).replace('-', ' ')));
    titles.add(">tokens");
    Table table = new Table(out(), titles.toArray(new String[0]));
    for (UsageRow row : answer.getRowsList()) {
      List<Object> cells = new ArrayList<>();
      columns.forEach(each -> cells.add(cell(row, each)));
      cells.add(row.getAmount());
      table.row(cells.toArray());
    }
    table.print();
    say(
        "in all %s",
        answer.getTotalsCount() == 0 ? "nothing" : TypeAmount.text(answer.getTotalsMap()));
    if (answer.getTruncated()) {
      note("the largest %,d rows: --limit tells more", answer.getRowsCount());
    }
  }

  private static String cell(UsageRow row, UsageDimension column) {
    return switch (column) {
      case USAGE_DIMENSION_DAY -> row.getDay();
      case USAGE_DIMENSION_FEATURE -> row.getFeature();
      case USAGE_DIMENSION_TOKEN_TYPE -> row.getTokenType();
      case USAGE_DIMENSION_MEMBER -> row.getMemberId();
      case USAGE_DIMENSION_UNSPECIFIED, UNRECOGNIZED -> "";
    };
  }
}
