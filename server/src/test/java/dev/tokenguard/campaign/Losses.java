package dev.tokenguard.campaign;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What faults took from an account. Each may take the newest changes as a whole: nothing in the
 * middle, nothing that was acknowledged too long before, and nothing where no fault may take any.
 */
final class Losses {

  private final AccountHistory history;
  private final Line line;
  private final Map<Loss, List<Call>> taken = new LinkedHashMap<>();
  private final List<Violation> violations = new ArrayList<>();

  Losses(AccountHistory history, Line line) {
    this.history = history;
    this.line = line;
    for (Call call : line.lost()) {
      Loss loss = lossOf(call);
      if (loss == null) {
        report("lost", "acknowledged at revision " + call.revision + " and not there", call);
      } else {
        taken.computeIfAbsent(loss, each -> new ArrayList<>()).add(call);
      }
    }
    taken.forEach(this::check);
  }

  private @org.jspecify.annotations.Nullable Loss lossOf(Call call) {
    return history.losses().stream()
        .filter(loss -> loss.mayTake(call))
        .min(Comparator.comparingLong(loss -> Math.abs(loss.from() - call.end)))
        .orElse(null);
  }

  /** By fault, how many acknowledged changes it took. */
  Map<Loss, List<Call>> taken() {
    return taken;
  }

  List<Violation> violations() {
    return violations;
  }

  private void check(Loss loss, List<Call> lost) {
    lost.sort(Comparator.comparingLong(call -> call.revision));
    // What was acknowledged before there was another line was at the end of the only one. Of two
    // lines
    // either may be the one that stays.
    long root =
        lost.stream()
            .filter(call -> call.end < loss.from())
            .mapToLong(call -> call.revision - 1)
            .min()
            .orElse(Long.MAX_VALUE);
    for (int i = 1; i <= line.last(); i++) {
      Change change = line.at(i);
      Call maker = change == null ? null : change.maker();
      if (maker != null && i > root && maker.end < loss.from()) {
        violations.add(
            new Violation(
                history.account(),
                "hole",
                "revision "
                    + (root + 1)
                    + " is lost, and revision "
                    + i
                    + " before the fault is not",
                List.of(lost.get(0), maker)));
        return;
      }
    }
    long earliestEnd = Long.MAX_VALUE;
    for (int i = lost.size() - 1; i >= 0; i--) {
      Call call = lost.get(i);
      if (earliestEnd < call.start) {
        report(
            "order", "among what was lost, answered too early at revision " + call.revision, call);
      }
      earliestEnd = Math.min(earliestEnd, call.end);
      if (i > 0) {
        follows(lost.get(i - 1), call);
      }
    }
  }

  /** Of two lost changes in a row the second must be told as what follows from the first. */
  private void follows(Call before, Call call) {
    if (call.revision == before.revision) {
      report("twice", "two changes were acknowledged at revision " + call.revision, call);
    }
    if (call.revision != before.revision + 1 || call.rpc == Rpc.EXTEND) {
      return;
    }
    long[] change =
        switch (call.rpc) {
          case RESERVE -> new long[] {0, 0, call.amount};
          case CONSUME -> new long[] {0, call.amount, 0};
          case COMMIT -> new long[] {0, call.charged, call.late ? 0 : -call.reserved};
          case REFUND -> new long[] {0, 0, -call.reserved};
          case GRANT, ADJUST -> new long[] {call.amount, 0, 0};
          default -> new long[3];
        };
    if (call.granted != before.granted + change[0]
        || call.consumed != before.consumed + change[1]
        || call.held != before.held + change[2]) {
      report("balance", "among what was lost, wrong after revision " + before.revision, call);
    }
  }

  private void report(String rule, String text, Call call) {
    violations.add(new Violation(history.account(), rule, text, List.of(call)));
  }
}
