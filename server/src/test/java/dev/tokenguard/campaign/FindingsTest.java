package dev.tokenguard.campaign;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What is told of a violation can be run again and read. */
class FindingsTest {

  @Test
  void onlyWhatShowsIt() {
    HistoryBuilder account = new HistoryBuilder();
    for (int i = 1; i <= 50; i++) {
      account.consume(i, 1);
      account.balance();
    }
    Call wrong = account.balance();
    wrong.consumed++;
    for (int i = 51; i <= 60; i++) {
      account.consume(i, 1);
    }
    AccountHistory history = account.history();
    List<Violation> violations = AccountChecker.check(history).violations();
    assertEquals(1, violations.size());
    String text =
        Findings.text(
            "-Dcampaign.seed=1 -Dcampaign.round=2",
            new RoundChecker.Found(violations.get(0), history));
    assertTrue(text.contains("-Dcampaign.seed=1 -Dcampaign.round=2"), text);
    assertTrue(text.contains("tells a balance that does not add up"), text);
    // That one, and the changes close by, which the ledger has and so somebody must have asked for.
    long told = text.lines().filter(line -> line.contains(" -> ")).count();
    assertTrue(told <= 13, text);
  }
}
