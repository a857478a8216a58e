package dev.tokenguard.campaign;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Tells of a violation: how to run its round again, and the smallest history that shows it. */
final class Findings {

  private static final int TRIES = 400;

  private Findings() {}

  static String text(String name, RoundChecker.Found found) {
    Violation violation = found.violation();
    StringBuilder text = new StringBuilder("VIOLATION of " + Requests.account(violation.account()));
    text.append(" (").append(violation.rule()).append("): ").append(violation.text());
    text.append("\n  again: ").append(name).append("\n  what shows it, in ms since the first call:\n");
    List<Call> calls = new ArrayList<>(smallest(found));
    calls.sort(Comparator.comparingLong(call -> call.start));
    long start = calls.isEmpty() ? 0 : calls.get(0).start;
    for (Call call : calls) {
      text.append(
          String.format(
              "  %10.3f ..%10s  %s%n",
              (call.start - start) / 1e6,
              call.end == Long.MAX_VALUE
                  ? "?"
                  : String.format("%.3f", (call.end - start) / 1e6),
              call));
    }
    return text.toString();
  }

  /** Drops calls for as long as the same is found without them. */
  private static List<Call> smallest(RoundChecker.Found found) {
    AccountHistory history = found.history();
    Set<Call> kept = new HashSet<>(found.violation().calls());
    List<Call> calls = new ArrayList<>(history.calls());
    int tries = 0;
    for (int size = calls.size() / 2; size > 0; size /= 2) {
      for (int from = 0; from < calls.size() && tries < TRIES; from += size) {
        List<Call> fewer = new ArrayList<>(calls);
        fewer.subList(from, Math.min(calls.size(), from + size)).removeIf(call -> !kept.contains(call));
        if (fewer.size() < calls.size()) {
          tries++;
          if (shows(history.with(fewer), found.violation())) {
            calls = fewer;
            from -= size;
          }
        }
      }
    }
    return calls;
  }

  private static boolean shows(AccountHistory history, Violation violation) {
    return AccountChecker.check(history).violations().stream()
        .anyMatch(each -> each.rule().equals(violation.rule()) && each.text().equals(violation.text()));
  }
}
