package dev.tokenguard.campaign;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Checks every account of a round, and counts. */
final class RoundChecker {

  /** After a fault has ended, calls are still told of it for so long. */
  private static final long ECHO_NANOS = 500_000_000L;

  private RoundChecker() {}

  /**
   * One fault in the report.
   *
   * @param times it struck
   * @param calls that began while it lasted
   * @param faults of these, how many were told a fault
   * @param lost acknowledged changes that it took
   * @param replicated of these, how many were acknowledged as replicated
   * @param violations of which calls that it met are part
   */
  record Row(long times, long calls, long faults, long lost, long replicated, long violations) {
    Row plus(Row other) {
      return new Row(
          times + other.times,
          calls + other.calls,
          faults + other.faults,
          lost + other.lost,
          replicated + other.replicated,
          violations + other.violations);
    }
  }

  /**
   * What came out.
   *
   * @param rows by fault
   * @param unknown calls whose outcome their callers never knew
   * @param undecided accounts of which not all could be told
   */
  record Outcome(
      long calls, long unknown, long undecided, Map<String, Row> rows, List<Found> found) {}

  /** A violation, with the history that shows it. */
  record Found(Violation violation, AccountHistory history) {}

  static Outcome check(Round.Result result) throws IOException {
    Map<Integer, List<Call>> byAccount = new HashMap<>();
    long[] total = new long[3];
    List<Round.Struck> struck = result.struck();
    long[] calls = new long[struck.size()];
    long[] faults = new long[struck.size()];
    for (String name : result.files()) {
      CallFile.read(
          Path.of(name),
          call -> {
            byAccount.computeIfAbsent(call.account, each -> new ArrayList<>()).add(call);
            total[0]++;
            boolean fault = call.told == Told.UNKNOWN || call.told == Told.NOT_DONE;
            total[1] += call.told == Told.UNKNOWN ? 1 : 0;
            for (int i = 0; i < calls.length; i++) {
              if (met(call, struck.get(i))) {
                calls[i]++;
                faults[i] += fault ? 1 : 0;
              }
            }
          });
    }
    Map<String, Row> rows = new HashMap<>();
    for (int i = 0; i < calls.length; i++) {
      rows.merge(struck.get(i).fault(), new Row(1, calls[i], faults[i], 0, 0, 0), Row::plus);
    }
    List<Found> found = new ArrayList<>();
    byAccount.forEach(
        (account, its) -> {
          AccountHistory history =
              new AccountHistory(
                  account,
                  its,
                  java.util.Objects.requireNonNull(result.closings().get(account)),
                  result.losses(),
                  Round.ALLOWANCE,
                  result.wallOffsetMillis());
          AccountChecker.Verdict verdict = AccountChecker.check(history);
          total[2] += verdict.undecided() ? 1 : 0;
          verdict.violations().forEach(each -> found.add(new Found(each, history)));
          verdict
              .lost()
              .forEach(
                  (loss, lost) ->
                      rows.merge(
                          loss.fault(),
                          new Row(0, 0, 0, lost.size(), replicated(result, lost), 0),
                          Row::plus));
        });
    for (Found each : found) {
      for (Round.Struck one : struck) {
        if (each.violation().calls().stream().anyMatch(call -> met(call, one))) {
          rows.merge(one.fault(), new Row(0, 0, 0, 0, 0, 1), Row::plus);
        }
      }
    }
    return new Outcome(total[0], total[1], total[2], rows, found);
  }

  /**
   * Whether a call began while a fault lasted, or so shortly before or after that it may feel it.
   */
  private static boolean met(Call call, Round.Struck fault) {
    return call.start >= fault.from() - ECHO_NANOS && call.start <= fault.until() + ECHO_NANOS;
  }

  private static long replicated(Round.Result result, List<Call> lost) {
    return result.setting().startsWith("replicas")
        ? lost.stream().filter(call -> !call.pending).count()
        : 0;
  }
}
