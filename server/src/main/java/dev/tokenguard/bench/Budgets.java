package dev.tokenguard.bench;

import java.util.ArrayList;
import java.util.List;

/** Holds what was found against what the design asks for. */
final class Budgets {
  /** Names of rows. */
  static final String PING = "redis ping";

  static final String ECHO = "echo";
  static final String SCRIPT = "script";
  static final String RESERVE = "reserve";
  static final String COMMIT = "commit";
  static final String PAIR = "pair";
  static final String HOT = "pair, one account";
  static final String FRESH = "pair, new account";
  static final String LONG_LEDGER = "pair, long ledger";
  static final String MANY_HOLDS = "pair, many holds";
  static final String FEW_ACCOUNTS = "pair, few accounts";
  static final String MANY_ACCOUNTS = "pair, many accounts";
  static final String BORROW = "reserve + refund, over ten pockets";
  static final String LIST_FIRST = "list, first page";
  static final String LIST_MIDDLE = "list, middle page";
  static final String LIST_LAST = "list, last page";
  static final String LIST_PREFIX = "list, by prefix";
  static final String LIST_NONE = "list, a filter passes none";

  /** What follows "reserve, " and "commit, " in names of rows. */
  static final String CAPPED_MEMBER = "capped member";

  static final String TEN_POCKETS = "ten pockets";
  static final String GROUP_PAYS = "group pays";

  /** Names of figures. */
  static final String SCRIPTS_A_RESERVE = "reserve of a member: script calls";

  static final String DRIFTED = "background walk, accounts that are off";
  static final String IDLE_ACCOUNT = "idle account";
  static final String LEDGER_ENTRY = "ledger entry";

  static final int ONE = 1;
  static final int MANY = 64;

  private static final double MIB = 1 << 20;

  private Budgets() {}

  static List<Budget> of(Results results) {
    Rows rows = results.rows();
    List<Budget> all = new ArrayList<>();
    rows.median(Budgets::share, MANY, ECHO, SCRIPT, RESERVE)
        .ifPresent(it -> all.add(atLeast("reserve: rate over 1/(1/echo + 1/script)", it, 0.85)));
    rows.median(Budgets::overhead, ONE, ECHO, PING, RESERVE)
        .ifPresent(it -> all.add(atMost("reserve: median over echo + redis ping", it, "us", 40)));
    rows.find(RESERVE, MANY)
        .ifPresent(it -> all.add(atMost("reserve: Redis CPU", it.scriptMicros(), "us", 20)));
    rows.find(COMMIT, MANY)
        .ifPresent(it -> all.add(atMost("commit: Redis CPU", it.scriptMicros(), "us", 20)));
    script(all, rows, CAPPED_MEMBER, 25);
    script(all, rows, GROUP_PAYS, 25);
    script(all, rows, TEN_POCKETS, 35);
    figure(all, results, SCRIPTS_A_RESERVE, SCRIPTS_A_RESERVE, "calls", 1);
    compare(all, rows, "one account against many", PAIR, HOT);
    all.add(atMost("one account: overspent", results.overspent(), "tokens", 0));
    compare(all, rows, "long ledger against none", FRESH, LONG_LEDGER);
    compare(all, rows, "many open holds against none", FRESH, MANY_HOLDS);
    compare(all, rows, "many accounts against few", FEW_ACCOUNTS, MANY_ACCOUNTS);
    figure(all, results, IDLE_ACCOUNT, "Redis memory, " + IDLE_ACCOUNT, "B", 500);
    figure(all, results, LEDGER_ENTRY, "Redis memory, " + LEDGER_ENTRY, "B", 200);
    rows.find(LIST_MIDDLE, ONE)
        .ifPresent(it -> all.add(atMost("list of 1,000: p99", it.micros(99) / 1e3, "ms", 100)));
    rows.median(slices -> slices.get(1).rate() / slices.get(0).rate(), ONE, LIST_FIRST, LIST_LAST)
        .ifPresent(it -> all.add(atLeast("list: last page against the first", it, 0.8)));
    figure(all, results, DRIFTED, DRIFTED, "accounts", 0);
    results
        .idleBytes()
        .ifPresent(it -> all.add(atMost("server memory, idle", it / MIB, "MiB", 96)));
    results
        .loadBytes()
        .ifPresent(it -> all.add(atMost("server memory, under load", it / MIB, "MiB", 128)));
    results
        .startTime()
        .ifPresent(
            it ->
                all.add(
                    atMost(
                        results.withAotCache() ? "start to SERVING, AOT cache" : "start to SERVING",
                        it.toMillis() / 1e3,
                        "s",
                        results.withAotCache() ? 0.7 : 1.3)));
    return all;
  }

  private static void script(List<Budget> all, Rows rows, String whose, double micros) {
    rows.find(RESERVE + ", " + whose, MANY)
        .ifPresent(
            it -> all.add(atMost(it.name() + ": Redis CPU", it.scriptMicros(), "us", micros)));
  }

  private static void figure(
      List<Budget> all, Results results, String figure, String what, String unit, double limit) {
    results.figure(figure).ifPresent(value -> all.add(atMost(what, value, unit, limit)));
  }

  private static void compare(
      List<Budget> all, Rows rows, String what, String against, String compared) {
    rows.median(slices -> slices.get(1).rate() / slices.get(0).rate(), MANY, against, compared)
        .ifPresent(ratio -> all.add(atLeast(what, ratio, 0.95)));
  }

  /** The share of the rate that a chain of echo and script would have. */
  private static double share(List<Slice> echoScriptReserve) {
    double echo = echoScriptReserve.get(0).rate();
    double script = echoScriptReserve.get(1).rate();
    return echoScriptReserve.get(2).rate() * (1 / echo + 1 / script);
  }

  private static double overhead(List<Slice> echoPingReserve) {
    return echoPingReserve.get(2).medianMicros()
        - echoPingReserve.get(0).medianMicros()
        - echoPingReserve.get(1).medianMicros();
  }

  private static Budget atLeast(String what, double value, double limit) {
    return new Budget(what, value, "", true, limit);
  }

  private static Budget atMost(String what, double value, String unit, double limit) {
    return new Budget(what, value, unit, false, limit);
  }
}
