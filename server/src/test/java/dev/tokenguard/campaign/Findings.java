package dev.tokenguard.campaign;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Tells of a violation: how to run its round again, and the smallest history that shows it. */
final class Findings {

  private static final int TRIES = 400;
  private static final int REVISIONS = 5;
  private static final long NANOS = 3_000_000_000L;

  private Findings() {}

  static String text(String name, RoundChecker.Found found) {
    Violation violation = found.violation();
    StringBuilder text = new StringBuilder("VIOLATION of " + Requests.account(violation.account()));
    text.append(" (").append(violation.rule()).append("): ").append(violation.text());
    text.append("\n  again: ")
        .append(name)
        .append("\n  what shows it, in ms since the first call:\n");
    List<Call> calls = new ArrayList<>(smallest(found));
    calls.sort(Comparator.comparingLong(call -> call.start));
    List<Call> near = calls.stream().filter(call -> isNear(call, violation)).toList();
    long start = near.isEmpty() ? 0 : near.get(0).start;
    text.append(String.format("  (and %d earlier ones that agree)%n", calls.size() - near.size()));
    for (Call call : near) {
      text.append(
          String.format(
              "  %10.3f ..%10s  %s%n",
              (call.start - start) / 1e6,
              call.end == Long.MAX_VALUE ? "?" : String.format("%.3f", (call.end - start) / 1e6),
              call));
    }
    return text.toString();
  }

  /** Whether it is about the same, or about a revision close by. */
  private static boolean isNear(Call call, Violation violation) {
    return violation.calls().stream()
        .anyMatch(
            other ->
                call == other
                    || (call.id != 0 && call.id == other.id)
                    || (call.told.tellsState()
                        && Math.abs(call.revision - other.revision) <= REVISIONS)
                    || (call.isUnknown() && Math.abs(call.start - other.start) < NANOS));
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
        fewer
            .subList(from, Math.min(calls.size(), from + size))
            .removeIf(call -> !kept.contains(call));
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
        .anyMatch(
            each -> each.rule().equals(violation.rule()) && each.text().equals(violation.text()));
  }
}
