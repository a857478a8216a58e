package dev.tokenguard.command;

import dev.tokenguard.v1.GetStatisticsRequest;
import dev.tokenguard.v1.GetStatisticsResponse;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** An account in numbers. */
@Command(name = "statistics", sortOptions = false, description = "An account in numbers.")
final class UsageStatistics extends AdminCommand {
  @Parameters(paramLabel = "ACCOUNT", description = "Which account.")
  private String account = "";

  @Override
  int run(Session session) {
    GetStatisticsResponse answer =
        session
            .admin()
            .getStatistics(GetStatisticsRequest.newBuilder().setAccountId(account).build());
    answer(answer, () -> tell(answer));
    return DONE;
  }

  private void tell(GetStatisticsResponse answer) {
    say("account     %s on plan %s", account, answer.getAccount().getPlan());
    say(
        "in all      %d available, %d consumed, %d held of %d granted",
        answer.getTotalAvailable(),
        answer.getTotalConsumed(),
        answer.getTotalHeld(),
        answer.getTotalGranted());
    say("today       %s", text(answer.getConsumedTodayMap()));
    say("30 days     %s", text(answer.getConsumed30DaysMap()));
    say(
        "next reset  %s",
        answer.hasNextResetTime() ? time(true, answer.getNextResetTime()) : "never");
    say("");
    Balances.print(this, answer.getAccount().getBalancesList());
  }

  private static String text(Map<String, Long> amounts) {
    return amounts.isEmpty() ? "nothing" : TypeAmount.text(amounts);
  }
}
