package dev.tokenguard.campaign;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Holds every answer against what the model has at its revision. */
final class ReplyChecker {

  private final AccountHistory history;
  private final Line line;
  private final Model model;
  private final Replayed replayed;
  private final Set<Call> lost;
  private final Set<Long> lostIds = new HashSet<>();
  private final List<Call> confirmed = new ArrayList<>();
  private final List<Violation> violations = new ArrayList<>();

  /** Revisions that were told, by the time they were: each array in order. */
  private final Known known;

  ReplyChecker(AccountHistory history, Line line, Model model, Replayed replayed, Losses losses) {
    this.history = history;
    this.line = line;
    this.model = model;
    this.replayed = replayed;
    this.lost = new HashSet<>(line.lost());
    losses.taken().values().forEach(all -> all.forEach(call -> lostIds.add(call.id)));
    this.known = new Known(history);
  }

  /** Answers that agree with the line. */
  List<Call> confirmed() {
    return confirmed;
  }

  List<Violation> check() {
    for (Call call : history.calls()) {
      if (lost.contains(call)) {
        continue;
      }
      String wrong =
          switch (call.told) {
            case OK, DENIED -> state(call);
            case NOT_FOUND, ENDED -> end(call);
            case INSUFFICIENT -> insufficient(call);
            case BROKEN -> "was told what nobody may be told";
            case UNKNOWN, NOT_DONE -> null;
          };
      if (wrong == null && call.told.tellsState()) {
        confirmed.add(call);
      } else if (wrong != null && !isExcused(call)) {
        report(call, wrong);
      }
    }
    closing();
    return violations;
  }

  /**
   * Whether a call may have been told what it was by a server that a fault then took away: of
   * changes that were new, never of one that was acknowledged long before.
   */
  private boolean isExcused(Call call) {
    Hold hold = model.hold(call.id);
    for (Loss loss : history.losses()) {
      long sure = known.at(loss.from() - loss.windowNanos());
      boolean isNew =
          switch (call.told) {
            case OK, DENIED -> call.revision > sure && addsUp(call);
            case NOT_FOUND -> hold == null || hold.reservedAt > sure;
            case ENDED, INSUFFICIENT -> true;
            case BROKEN, UNKNOWN, NOT_DONE -> false;
          };
      if (isNew && loss.isNear(call)) {
        return true;
      }
    }
    return false;
  }

  private static boolean addsUp(Call call) {
    return call.granted == call.available - call.debt + call.held + call.consumed + call.lapsed;
  }

  private @Nullable String state(Call call) {
    if (!addsUp(call)) {
      return "tells a balance that does not add up";
    }
    if (!replayed.agrees(call)) {
      return "tells another balance than revision "
          + call.revision
          + " has: "
          + replayed.text((int) call.revision);
    }
    long wall = history.wallMillis(call.start);
    if (call.revision > 0 && replayed.firstDue((int) call.revision) < wall - Model.CLOCK_MILLIS) {
      return "came "
          + (wall - replayed.firstDue((int) call.revision))
          + " ms after a reservation was to return, which is held still";
    }
    return call.told == Told.DENIED ? denied(call) : allowed(call);
  }

  private static @Nullable String denied(Call call) {
    if (call.charged <= call.available) {
      return "was denied " + call.charged + " of " + call.available;
    }
    return call.rpc != Rpc.EXTEND && call.charged != call.amount
        ? "was denied what it did not ask"
        : null;
  }

  private @Nullable String allowed(Call call) {
    return switch (call.rpc) {
      case RESERVE -> reserve(call);
      case COMMIT -> commit(call);
      case REFUND -> refund(call);
      case EXTEND -> extend(call);
      case CONSUME, GRANT, ADJUST -> made(call);
      case CHECK -> call.amount > replayed.free((int) call.revision) ? "may not be allowed" : null;
      case BALANCE -> null;
    };
  }

  /** Whether the first time it was carried out is where it was told. */
  private @Nullable String made(Call call) {
    Long at = model.made(new Operation.Key(call.rpc, call.id));
    if (at == null) {
      return "was acknowledged and is not there";
    }
    if (call.replayed ? at > call.revision : at != call.revision) {
      return "was carried out at revision " + at;
    }
    return null;
  }

  private @Nullable String reserve(Call call) {
    String wrong = made(call);
    Hold hold = model.hold(call.id);
    if (wrong != null || hold == null) {
      return wrong;
    }
    if (call.state != hold.at(call.revision)) {
      return "is told as " + call.state + " and is " + hold.at(call.revision);
    }
    if (!call.replayed) {
      long from = history.wallMillis(call.start) + call.ttlMillis - Model.CLOCK_MILLIS;
      long until = history.wallMillis(call.end) + call.ttlMillis + Model.CLOCK_MILLIS;
      if (call.reserved != call.amount || call.expireMillis < from || call.expireMillis > until) {
        return "holds another amount or for another time than was asked";
      }
    }
    return null;
  }

  private @Nullable String extend(Call call) {
    Change change = line.at((int) call.revision);
    if (change == null || change.maker() != call) {
      return "was acknowledged and is not there";
    }
    long until = history.wallMillis(call.end) + call.ttlMillis + Model.CLOCK_MILLIS;
    Hold hold = model.hold(call.id);
    boolean longer =
        call.expireMillis >= history.wallMillis(call.start) + call.ttlMillis - Model.CLOCK_MILLIS;
    if (hold == null
        || call.reserved < call.amount
        || !longer
        || call.expireMillis > Math.max(until, hold.expiresUntil)) {
      return "holds another amount or for another time than was asked";
    }
    return null;
  }

  private @Nullable String commit(Call call) {
    String wrong = made(call);
    Hold hold = model.hold(call.id);
    if (wrong != null || hold == null) {
      return wrong;
    }
    boolean same =
        call.charged == hold.charged
            && call.returned == hold.returned
            && call.overdrawn == hold.overdrawn
            && call.late == hold.late
            && call.reserved == hold.amount
            && call.state == HoldState.COMMITTED;
    return same
        ? null
        : String.format(
            "charged %d returned %d overdrawn %d late %s of %d; is %d %d %d %s of %d",
            call.charged,
            call.returned,
            call.overdrawn,
            call.late,
            call.reserved,
            hold.charged,
            hold.returned,
            hold.overdrawn,
            hold.late,
            hold.amount);
  }

  private @Nullable String refund(Call call) {
    String wrong = made(call);
    Hold hold = model.hold(call.id);
    if (wrong != null || hold == null) {
      return wrong;
    }
    return call.returned == hold.amount && call.state == HoldState.REFUNDED
        ? null
        : "returned " + call.returned + " of " + hold.amount;
  }

  /** A fault that says how a reservation is has no revision: some moment of the call must fit. */
  private @Nullable String end(Call call) {
    Hold hold = model.hold(call.id);
    if (call.told == Told.NOT_FOUND) {
      return hold != null && hold.reservedAt <= known.before(call)
          ? "was told that it is not there, which it is since revision " + hold.reservedAt
          : null;
    }
    long since = hold == null ? Hold.NEVER : hold.since(call.state);
    long until = known.after(call, replayed.last());
    if (since > until) {
      return lostIds.contains(call.id)
          ? null
          : "was told " + call.state + ", which it was not by revision " + until;
    }
    return null;
  }

  private @Nullable String insufficient(Call call) {
    long last = known.after(call, replayed.last());
    for (long i = known.before(call); i <= last; i++) {
      if (replayed.free((int) i) < -call.amount) {
        return null;
      }
    }
    return "was told that there is too little, and there never was";
  }

  private void closing() {
    Closing closing = history.closing();
    if (!replayed.agrees(closing.balance())) {
      report(
          closing.balance(),
          "the balance at the end is not what all came to: " + replayed.text(replayed.last()));
    }
    long held = closing.open().stream().mapToLong(Closing.OpenHold::amount).sum();
    for (Closing.OpenHold open : closing.open()) {
      Hold hold = model.hold(open.id());
      if (hold == null || hold.state != HoldState.OPEN || hold.amount != open.amount()) {
        report(
            closing.balance(),
            Requests.name(open.id())
                + " is listed as open with "
                + open.amount()
                + ", and is "
                + (hold == null ? "not there" : hold.state + " of " + hold.amount));
      }
    }
    if (held != model.held) {
      report(closing.balance(), "reservations that are listed hold " + held + " of " + model.held);
    }
    closing.findings().forEach(finding -> report(closing.balance(), "the audit says: " + finding));
  }

  private void report(Call call, String wrong) {
    violations.add(new Violation(history.account(), "reply", call + ": " + wrong, List.of(call)));
  }

  /** Which revisions had been told before a moment, and which were told to whom asked after it. */
  private static final class Known {
    private final long[] ends;
    private final long[] highest;
    private final long[] starts;
    private final long[] lowest;

    Known(AccountHistory history) {
      List<Call> told =
          history.calls().stream()
              .filter(call -> call.told.tellsState() && !history.mayBeLost(call))
              .toList();
      List<Call> byEnd = new ArrayList<>(told);
      byEnd.sort(java.util.Comparator.comparingLong(call -> call.end));
      List<Call> byStart = new ArrayList<>(told);
      byStart.sort(java.util.Comparator.comparingLong(call -> call.start));
      int count = told.size();
      ends = new long[count];
      highest = new long[count];
      starts = new long[count];
      lowest = new long[count];
      for (int i = 0; i < count; i++) {
        ends[i] = byEnd.get(i).end;
        highest[i] = Math.max(byEnd.get(i).revision, i == 0 ? 0 : highest[i - 1]);
      }
      for (int i = count - 1; i >= 0; i--) {
        starts[i] = byStart.get(i).start;
        lowest[i] =
            Math.min(byStart.get(i).revision, i == count - 1 ? Long.MAX_VALUE : lowest[i + 1]);
      }
    }

    long before(Call call) {
      return at(call.start);
    }

    /** The highest revision that somebody had been told by then. */
    long at(long time) {
      int at = Arrays.binarySearch(ends, time);
      int index = (at >= 0 ? at : -at - 1) - 1;
      return index < 0 ? 0 : highest[index];
    }

    long after(Call call, long last) {
      int at = Arrays.binarySearch(starts, call.end);
      int index = at >= 0 ? at : -at - 1;
      return index >= starts.length ? last : Math.min(last, lowest[index]);
    }
  }
}
