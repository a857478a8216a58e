package dev.tokenguard.campaign;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

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

  private static final String UNEXPLAINED = "unexplained";

  /** Of calls that may have been lost or not, so many are taken for lost at most. */
  private static final int DOUBTS = 40;

  /** A doubtful call explains what is wrong so many revisions away. */
  private static final int NEAR = 12;

  private AccountChecker() {}

  /**
   * What was found.
   *
   * @param lost by fault, acknowledged changes that it took
   * @param undecided whether some of it cannot be told: where a fault left two lines of an account
   *     for a while, calls that nobody heard of may have been carried out on both
   */
  record Verdict(List<Violation> violations, Map<Loss, List<Call>> lost, boolean undecided) {

    /** What cannot be explained is no violation where changes were lost. */
    private Verdict orUndecided() {
      boolean unsure =
          !lost.isEmpty() && violations.stream().allMatch(each -> each.rule().equals(UNEXPLAINED));
      return unsure ? new Verdict(List.of(), lost, true) : this;
    }
  }

  /** Checks an account. */
  static Verdict check(AccountHistory history) {
    Set<Call> away = new HashSet<>();
    Line line = new Line(history, away);
    Verdict first = check(history, line);
    Verdict verdict = first;
    while (!verdict.violations.isEmpty() && away.size() < DOUBTS) {
      Call suspect = suspect(line.doubtful(), verdict.violations);
      if (suspect == null) {
        return first.orUndecided();
      }
      away.add(suspect);
      line = new Line(history, away);
      verdict = check(history, line);
    }
    return verdict.violations.isEmpty() ? verdict : first.orUndecided();
  }

  /** Of calls that may have been lost, the one that is closest to what is wrong. */
  private static @Nullable Call suspect(List<Call> doubtful, List<Violation> violations) {
    Call suspect = null;
    long closest = NEAR + 1L;
    for (Violation violation : violations) {
      for (Call call : violation.calls()) {
        for (Call each : doubtful) {
          boolean same = each.id == call.id;
          long far = same ? 0 : Math.abs(each.revision - call.revision);
          if ((same || call.told.tellsState()) && far < closest) {
            closest = far;
            suspect = each;
          }
        }
      }
    }
    return suspect;
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
        violations.add(violation(history, UNEXPLAINED, i, change, String.valueOf(wrong)));
        return new Verdict(violations, losses.taken(), false);
      }
      wrong = model.apply(i, change);
      if (wrong != null) {
        violations.add(violation(history, "model", i, change, wrong));
        return new Verdict(violations, losses.taken(), false);
      }
      replayed.note(i, model);
    }
    ReplyChecker replies = new ReplyChecker(history, line, model, replayed, losses);
    violations.addAll(replies.check());
    violations.addAll(order.check(replies.confirmed()));
    return new Verdict(violations, losses.taken(), false);
  }

  private static Violation violation(
      AccountHistory history, String rule, int revision, @Nullable Change change, String text) {
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

  /**
   * Whether it can be taken for lost where it does not fit; of others the ledger says what they
   * did.
   */
  private static boolean isPlaced(Call call) {
    return call.madeChange() && (call.rpc == Rpc.RESERVE || call.rpc == Rpc.EXTEND);
  }

  /** What callers were told is held, where no fault may have taken what they were told. */
  private static NavigableMap<Integer, Long> heldAt(AccountHistory history, Line line) {
    NavigableMap<Integer, Long> held = new TreeMap<>();
    Set<Call> lost = new HashSet<>(line.lost());
    for (Call call : history.calls()) {
      boolean onLine =
          isPlaced(call)
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
