package dev.tokenguard.campaign;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/**
 * Whether all that was told of an account can be true.
 *
 * <p>Calls and ledger give the line of its changes ({@link Line}); what is missing on it must be
 * explained ({@link GapFiller}); it is replayed in a plain model ({@link Model}); and every answer
 * is held against the state at its revision ({@link ReplyChecker}) and against real time ({@link
 * OrderChecker}). What was acknowledged and is not on the line must have been taken by a fault that
 * may take it ({@link Losses}).
 */
final class AccountChecker {

  /** Extensions that may have been lost or not, of which every combination is tried. */
  private static final int DOUBTS = 4;

  private AccountChecker() {}

  /**
   * What was found.
   *
   * @param lost by fault, acknowledged changes that it took
   */
  record Verdict(List<Violation> violations, Map<Loss, List<Call>> lost) {}

  /** Checks an account. */
  static Verdict check(AccountHistory history) {
    List<Call> doubtful = new Line(history, Set.of()).doubtful();
    int doubts = Math.min(DOUBTS, doubtful.size());
    Verdict first = null;
    for (int choice = 0; choice < 1 << doubts; choice++) {
      Set<Call> away = new HashSet<>();
      for (int i = 0; i < doubts; i++) {
        if ((choice >> i & 1) != 0) {
          away.add(doubtful.get(doubtful.size() - 1 - i));
        }
      }
      Verdict verdict = check(history, new Line(history, away));
      if (verdict.violations.isEmpty()) {
        return verdict;
      }
      first = first == null ? verdict : first;
    }
    return java.util.Objects.requireNonNull(first);
  }

  private static Verdict check(AccountHistory history, Line line) {
    Losses losses = new Losses(history, line);
    List<Violation> violations = new ArrayList<>(line.violations());
    violations.addAll(losses.violations());
    OrderChecker order = new OrderChecker(history, line);
    Model model = new Model(history, order.knownBy());
    Replayed replayed = new Replayed(line.last());
    replayed.note(0, model);
    GapFiller filler =
        new GapFiller(line, model, order.knownBy(), heldAt(history, line), shownAt(history, line));
    for (int i = 1; i <= line.last(); i++) {
      String wrong = line.at(i) == null ? filler.fill(i) : null;
      Change change = line.at(i);
      if (wrong != null || change == null) {
        violations.add(violation(history, "unexplained", i, change, String.valueOf(wrong)));
        return new Verdict(violations, losses.taken());
      }
      wrong = model.apply(i, change);
      if (wrong != null) {
        violations.add(violation(history, "model", i, change, wrong));
        return new Verdict(violations, losses.taken());
      }
      replayed.note(i, model);
    }
    ReplyChecker replies = new ReplyChecker(history, line, model, replayed, losses);
    violations.addAll(replies.check());
    violations.addAll(order.check(replies.confirmed()));
    return new Verdict(violations, losses.taken());
  }

  private static Violation violation(
      AccountHistory history,
      String rule,
      int revision,
      @org.jspecify.annotations.Nullable Change change,
      String text) {
    List<Call> calls = new ArrayList<>();
    for (Call call : history.calls()) {
      boolean near = call.told.tellsState() && Math.abs(call.revision - revision) <= 1;
      if (near || (change != null && change.id() != 0 && call.id == change.id())) {
        calls.add(call);
      }
    }
    String what = change == null ? "" : change + ": ";
    return new Violation(
        history.account(), rule, "revision " + revision + ": " + what + text, calls);
  }

  /** What callers were told is held, where no fault may have taken what they were told. */
  private static NavigableMap<Integer, Long> heldAt(AccountHistory history, Line line) {
    NavigableMap<Integer, Long> held = new TreeMap<>();
    Set<Call> lost = new HashSet<>(line.lost());
    for (Call call : history.calls()) {
      boolean onLine =
          call.madeChange()
              ? !lost.contains(call)
              : call.told.tellsState() && !history.mayBeLost(call);
      if (onLine && call.revision > 0 && call.revision <= line.last()) {
        held.putIfAbsent((int) call.revision, call.held);
      }
    }
    held.put(line.last(), history.closing().balance().held);
    return held;
  }

  /** By reservation, the first revision that shows that it was made by then. */
  private static Map<Long, Integer> shownAt(AccountHistory history, Line line) {
    Map<Long, Integer> shown = new HashMap<>();
    for (int i = line.last(); i >= 1; i--) {
      Change change = line.at(i);
      if (change != null && change.id() != 0) {
        shown.put(change.id(), i);
      }
    }
    for (Call call : history.calls()) {
      if (call.rpc == Rpc.RESERVE
          && call.told == Told.OK
          && call.replayed
          && !history.mayBeLost(call)) {
        shown.merge(call.id, (int) call.revision, Math::min);
      }
    }
    return shown;
  }
}
