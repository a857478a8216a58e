package dev.tokenguard.campaign;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Whether the order of revisions is one that real time allows: who is answered before another one
 * asks is told an earlier revision, or the same if the other changes nothing.
 */
final class OrderChecker {

  private final AccountHistory history;
  private final Line line;
  private final long[] knownBy;

  OrderChecker(AccountHistory history, Line line) {
    this.history = history;
    this.line = line;
    this.knownBy = new long[line.last() + 2];
    Arrays.fill(knownBy, Long.MAX_VALUE);
    Set<Call> lost = new HashSet<>(line.lost());
    for (Call call : history.calls()) {
      boolean onLine =
          call.madeChange()
              ? !lost.contains(call)
              : call.told.tellsState() && !history.mayBeLost(call);
      if (onLine && call.revision >= 0 && call.revision <= line.last()) {
        int revision = (int) call.revision;
        knownBy[revision] = Math.min(knownBy[revision], call.end);
      }
    }
    for (int i = line.last() - 1; i >= 0; i--) {
      knownBy[i] = Math.min(knownBy[i], knownBy[i + 1]);
    }
  }

  /** For every revision, the earliest end of a call that was told of it or of a later one. */
  long[] knownBy() {
    return knownBy;
  }

  /** Checks calls whose revisions are on the line. */
  List<Violation> check(List<Call> confirmed) {
    List<Violation> violations = new ArrayList<>();
    for (Call call : confirmed) {
      int first = (int) call.revision + (call.madeChange() ? 0 : 1);
      // A change's own answer is among those that tell of it, and ends after it began.
      if (first <= line.last() && knownBy[first] < call.start && !history.mayBeLost(call)) {
        Call other = toldBefore(call, first);
        if (other != null) {
          violations.add(
              new Violation(
                  history.account(),
                  "order",
                  "revision " + call.revision + " was told after a later one was known",
                  List.of(other, call)));
        }
      }
    }
    for (int i = 1; i <= line.last(); i++) {
      Change change = line.at(i);
      Operation asked = change == null ? null : change.asked();
      if (change != null && asked != null && change.maker() == null && asked.start() > knownBy[i]) {
        violations.add(
            new Violation(
                history.account(),
                "order",
                "revision " + i + " was known before anybody asked for " + change,
                List.copyOf(asked.calls)));
      }
    }
    return violations;
  }

  private @org.jspecify.annotations.Nullable Call toldBefore(Call call, int revision) {
    return history.calls().stream()
        .filter(
            other ->
                other.told.tellsState()
                    && other.revision >= revision
                    && other.end < call.start
                    && !history.mayBeLost(other))
        .findFirst()
        .orElse(null);
  }
}
