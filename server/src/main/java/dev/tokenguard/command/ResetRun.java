package dev.tokenguard.command;

import dev.tokenguard.v1.BatchResult;
import dev.tokenguard.v1.ResetDueAccountsRequest;
import dev.tokenguard.v1.ResetDueAccountsResponse;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Resets what is due, page by page; for a cron job. */
@Command(
    name = "run",
    sortOptions = false,
    description = {
      "Resets what is due now, for those who do not want to wait for a call. Safe to repeat.",
      "",
      "Exits 1 if it could not be done for an account.",
      ""
    })
final class ResetRun extends AdminCommand {
  /** Of what went wrong, so many are told; the rest is counted. */
  private static final int MAX_ERRORS = 1000;

  @Parameters(
      paramLabel = "ACCOUNT",
      arity = "0..*",
      description = "These accounts; without any, all that are due.")
  private List<String> accounts = List.of();

  @Option(names = "--plan", paramLabel = "PLAN", description = "Only those on this plan.")
  private String plan = "";

  private final ResetDueAccountsResponse.Builder sum = ResetDueAccountsResponse.newBuilder();
  private long failed;

  @Override
  int run(Session session) {
    Progress progress = progress();
    try {
      if (accounts.isEmpty()) {
        all(session, progress);
      } else {
        for (int from = 0; from < accounts.size(); from += PageOptions.MAX_PAGE) {
          int to = Math.min(accounts.size(), from + PageOptions.MAX_PAGE);
          add(
              session
                  .admin()
                  .resetDueAccounts(request().addAllAccountIds(accounts.subList(from, to)).build()),
              progress);
        }
      }
    } finally {
      progress.clear();
    }
    answer(sum, this::tell);
    return failed == 0 ? DONE : FAILED;
  }

  private void all(Session session, Progress progress) {
    String token = "";
    do {
      ResetDueAccountsResponse page =
          session
              .admin()
              .resetDueAccounts(
                  request().setPageSize(PageOptions.MAX_PAGE).setPageToken(token).build());
      add(page, progress);
      token = page.getNextPageToken();
    } while (!token.isEmpty());
  }

  private ResetDueAccountsRequest.Builder request() {
    return ResetDueAccountsRequest.newBuilder().setPlan(plan);
  }

  private void add(ResetDueAccountsResponse page, Progress progress) {
    sum.setLookedAt(sum.getLookedAt() + page.getLookedAt())
        .setReset(sum.getReset() + page.getReset());
    failed += page.getErrorsCount();
    page.getErrorsList().stream().limit(MAX_ERRORS - sum.getErrorsCount()).forEach(sum::addErrors);
    progress.at(
        String.format(
            Locale.ROOT, "%,d accounts looked at, %,d reset", sum.getLookedAt(), sum.getReset()));
  }

  private void tell() {
    say("%,d accounts looked at, %,d reset, %,d failed", sum.getLookedAt(), sum.getReset(), failed);
    for (BatchResult error : sum.getErrorsList()) {
      note(
          "%s: %s %s",
          error.getAccountId(), error.getError().getReason(), error.getError().getMessage());
    }
  }
}
