package dev.tokenguard.bench;

import static dev.tokenguard.bench.Budgets.COMMIT;
import static dev.tokenguard.bench.Budgets.ECHO;
import static dev.tokenguard.bench.Budgets.HOT;
import static dev.tokenguard.bench.Budgets.MANY;
import static dev.tokenguard.bench.Budgets.ONE;
import static dev.tokenguard.bench.Budgets.PAIR;
import static dev.tokenguard.bench.Budgets.PING;
import static dev.tokenguard.bench.Budgets.RESERVE;
import static dev.tokenguard.bench.Budgets.SCRIPT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

/** Which figures make which ratios, and when a budget is met. */
class BudgetsTest {
  private static final long MIB = 1 << 20;

  private final Rows rows = new Rows();

  @Test
  void reserveIsHeldAgainstAChainOfEchoAndScript() {
    slice(ECHO, MANY, 30_000, 1, 0);
    slice(SCRIPT, MANY, 15_000, 1, 0);
    slice(RESERVE, MANY, 9_000, 1, 0); // the chain would do 10,000

    assertBudget(budget("reserve: rate over 1/(1/echo + 1/script)"), 0.9, true);
  }

  @Test
  void aRoundOnABusyMachineDoesNotDecide() {
    for (int rate : new int[] {9_000, 100, 8_600}) {
      slice(ECHO, MANY, 30_000, 1, 0);
      slice(SCRIPT, MANY, 15_000, 1, 0);
      slice(RESERVE, MANY, rate, 1, 0);
    }

    assertBudget(budget("reserve: rate over 1/(1/echo + 1/script)"), 0.86, true);
  }

  @Test
  void latencyIsHeldAgainstEchoAndOneRoundTrip() {
    slice(ECHO, ONE, 10, 100, 0);
    slice(PING, ONE, 10, 30, 0);
    slice(RESERVE, ONE, 10, 171, 0);

    assertBudget(budget("reserve: median over echo + redis ping"), 41, false);
  }

  @Test
  void redisIsAskedWhatItsScriptsTook() {
    slice(RESERVE, MANY, 100, 1, 15);
    slice(COMMIT, MANY, 100, 1, 21);

    assertBudget(budget("reserve: Redis CPU"), 15, true);
    assertBudget(budget("commit: Redis CPU"), 21, false);
  }

  @Test
  void membersAndPocketsMayCostMore() {
    slice("reserve, capped member", MANY, 100, 1, 24);
    slice("reserve, group pays", MANY, 100, 1, 26);
    slice("reserve, ten pockets", MANY, 100, 1, 34);

    assertBudget(budget("reserve, capped member: Redis CPU"), 24, true);
    assertBudget(budget("reserve, group pays: Redis CPU"), 26, false);
    assertBudget(budget("reserve, ten pockets: Redis CPU"), 34, true);
  }

  @Test
  void aReserveIsOneScriptCallWhoeverPays() {
    for (double calls : new double[] {1, 1.01}) {
      List<Figure> figures = List.of(new Figure(Budgets.SCRIPTS_A_RESERVE, calls, "calls"));
      List<Budget> budgets = Budgets.of(results(0, List.of(), false, 0, figures));

      assertBudget(find(budgets, "reserve of a member: script calls"), calls, calls == 1);
    }
  }

  @Test
  void aPageIsQuickWhereverItIs() {
    slice(Budgets.LIST_FIRST, ONE, 100, 10_000, 0);
    slice(Budgets.LIST_MIDDLE, ONE, 50, 101_000, 0);
    slice(Budgets.LIST_LAST, ONE, 90, 11_000, 0);

    assertBudget(budget("list of 1,000: p99"), 101, false);
    assertBudget(budget("list: last page against the first"), 0.9, true);
  }

  @Test
  void notOneAccountMayBeOff() {
    List<Figure> figures = List.of(new Figure(Budgets.DRIFTED, 1, "accounts"));
    List<Budget> budgets = Budgets.of(results(0, List.of(), false, 0, figures));

    assertBudget(find(budgets, "background walk, accounts that are off"), 1, false);
  }

  @Test
  void figuresAreToldWithTheirUnits() {
    List<Figure> figures =
        List.of(
            new Figure("accounts made through the API", 1_000_000, "accounts"),
            new Figure("time to make them", 98.765, "s"));

    List<String> lines = TextReport.of(results(0, List.of(), false, 0, figures)).lines().toList();

    assertTrue(
        lines.containsAll(
            List.of(
                "accounts made through the API  1,000,000 accounts",
                "time to make them                         98.77 s")),
        () -> String.join("\n", lines));
  }

  @Test
  void oneAccountIsHeldAgainstMany() {
    slice(PAIR, MANY, 1_000, 1, 0);
    slice(HOT, MANY, 940, 1, 0);

    assertBudget(budget("one account against many"), 0.94, false);
  }

  @Test
  void whatWasNotMeasuredHasNoBudget() {
    slice(ECHO, MANY, 30_000, 1, 0);

    assertEquals(
        List.of("one account: overspent"),
        Budgets.of(results(0, List.of(), false, 0, List.of())).stream().map(Budget::what).toList());
  }

  @Test
  void notOneTokenMayBeOverspent() {
    Results results = results(1, List.of(), false, 0, List.of());

    assertFalse(Budgets.of(results).get(0).met());
  }

  @Test
  void memoryAndStartOfTheServer() {
    List<Duration> starts =
        List.of(Duration.ofMillis(900), Duration.ofMillis(5000), Duration.ofMillis(1200));
    List<Budget> budgets = Budgets.of(results(0, starts, false, 97 * MIB, List.of()));

    assertBudget(find(budgets, "server memory, idle"), 97, false);
    assertBudget(find(budgets, "server memory, under load"), 98, true);
    assertBudget(find(budgets, "start to SERVING"), 1.2, true);
  }

  @Test
  void aStartWithACacheHasATighterBudget() {
    List<Duration> starts = List.of(Duration.ofMillis(800));
    List<Budget> budgets = Budgets.of(results(0, starts, true, 0, List.of()));

    assertBudget(find(budgets, "start to SERVING, AOT cache"), 0.8, false);
  }

  @Test
  void memoryOfRedis() {
    List<Figure> figures =
        List.of(
            new Figure(Budgets.IDLE_ACCOUNT, 480, "B"), new Figure(Budgets.LEDGER_ENTRY, 210, "B"));
    List<Budget> budgets = Budgets.of(results(0, List.of(), false, 0, figures));

    assertBudget(find(budgets, "Redis memory, idle account"), 480, true);
    assertBudget(find(budgets, "Redis memory, ledger entry"), 210, false);
  }

  @Test
  void theTableIsAlignedAndTellsWhatFailed() {
    slice(ECHO, MANY, 30_000, 100, 0);
    Histogram none = new Histogram(3);
    rows.row(RESERVE, ONE)
        .add(
            new Row.Measured(
                new Slice(0, 1, none, Map.of("denied: INSUFFICIENT_TOKENS", 7L)),
                RedisStats.NONE,
                Duration.ZERO));

    List<String> lines =
        TextReport.of(results(0, List.of(), false, 97 * MIB, List.of())).lines().toList();

    assertEquals("server    java", lines.get(0));
    assertEquals(
        "         in flight  calls/s  p50 us  p99 us  p99.9 us  script us  Redis us  server us",
        lines.get(2));
    assertEquals(
        "echo            64   30,000     100     100       100          -       3.0          -",
        lines.get(3));
    assertTrue(lines.contains("FAILED reserve, 1 in flight: 7 calls, denied: INSUFFICIENT_TOKENS"));
    assertTrue(
        lines.contains("server memory, idle          97 MiB    <= 96 MiB  MISSED"),
        () -> String.join("\n", lines));
  }

  private Budget budget(String what) {
    return find(Budgets.of(results(0, List.of(), false, 0, List.of())), what);
  }

  private static Budget find(List<Budget> budgets, String what) {
    return budgets.stream().filter(each -> each.what().equals(what)).findFirst().orElseThrow();
  }

  private static void assertBudget(Budget budget, double value, boolean met) {
    assertEquals(value, budget.value(), 0.05 * Math.max(0.1, value / 10), budget.what());
    assertEquals(met, budget.met(), budget.what());
  }

  private Results results(
      long overspent,
      List<Duration> starts,
      boolean withAotCache,
      long idle,
      List<Figure> figures) {
    return new Results(
        Map.of("server", "java"),
        rows,
        starts,
        withAotCache,
        idle == 0 ? OptionalLong.empty() : OptionalLong.of(idle),
        idle == 0 ? OptionalLong.empty() : OptionalLong.of(idle + MIB),
        overspent,
        figures);
  }

  /** A second of so many calls, each of which took so long and cost Redis so much. */
  private void slice(String name, int inFlight, long calls, long micros, double scriptMicros) {
    Histogram latencies = new Histogram(5);
    latencies.recordValueWithCount(micros * 1000, calls);
    rows.row(name, inFlight)
        .add(
            new Row.Measured(
                new Slice(calls, 1_000_000_000, latencies, Map.of()),
                new RedisStats(calls, scriptMicros * calls, 3.0 * calls, 0),
                Duration.ZERO));
  }
}
