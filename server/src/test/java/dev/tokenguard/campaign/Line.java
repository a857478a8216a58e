package dev.tokenguard.campaign;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What happened to an account, revision by revision, as far as calls and ledger tell: the one line
 * of changes that led to what its books say at the end. What was acknowledged and is not on it is
 * lost; what is missing on it has to be explained.
 */
final class Line {

  private final AccountHistory history;
  private final Map<Operation.Key, Operation> operations = new HashMap<>();
  private final @Nullable Change[] changes;

  /** By revision, what was granted and consumed by then: the ledger has all of it. */
  private final long[] granted;

  private final long[] consumed;

  private final Set<Long> surviving = new HashSet<>();
  private final List<Call> lost = new ArrayList<>();
  private final List<Call> doubtful = new ArrayList<>();
  private final List<Violation> violations = new ArrayList<>();

  /**
   * @param away calls to be taken for lost, of which nothing but what comes of it can tell
   */
  Line(AccountHistory history, Set<Call> away) {
    this.history = history;
    this.changes = new Change[(int) history.closing().revision() + 1];
    this.granted = new long[changes.length];
    this.consumed = new long[changes.length];
    for (Call call : history.calls()) {
      if (call.rpc.changes()) {
        operations
            .computeIfAbsent(new Operation.Key(call.rpc, call.id), Operation::new)
            .calls
            .add(call);
      }
    }
    sum();
    placeLedger();
    placeReserves(away);
    placeExtensions(away);
  }

  /** The last revision. */
  int last() {
    return changes.length - 1;
  }

  /** What was done at a revision; null where nobody tells. */
  @Nullable Change at(int revision) {
    return changes[revision];
  }

  /** Explains a revision. */
  void explain(int revision, Change change) {
    changes[revision] = change;
  }

  /** All that callers wanted. */
  Map<Operation.Key, Operation> operations() {
    return operations;
  }

  @Nullable Operation operation(Rpc rpc, long id) {
    return operations.get(new Operation.Key(rpc, id));
  }

  /** Whether the books know of a reservation at the end. */
  boolean survives(long id) {
    return surviving.contains(id);
  }

  /** Changes that were acknowledged and are not on the line. */
  List<Call> lost() {
    return lost;
  }

  /** Calls of which it cannot be told whether they were lost. */
  List<Call> doubtful() {
    return doubtful;
  }

  List<Violation> violations() {
    return violations;
  }

  private void placeLedger() {
    history.closing().open().forEach(hold -> surviving.add(hold.id()));
    for (Closing.Entry entry : history.closing().ledger()) {
      Change change = change(entry);
      if (entry.revision() < 1 || entry.revision() > last() || at((int) entry.revision()) != null) {
        report(
            "ledger", "two entries, or one too many, at revision " + entry.revision(), List.of());
        continue;
      }
      changes[(int) entry.revision()] = change;
      switch (entry.kind()) {
        case COMMIT, REFUND, EXPIRE -> surviving.add(entry.id());
        default -> {}
      }
      Operation asked = change.asked();
      if (entry.kind() != Closing.Kind.OPEN
          && entry.kind() != Closing.Kind.EXPIRE
          && (asked == null || asked.start() == Long.MAX_VALUE)) {
        report(
            "unasked",
            change
                + " at revision "
                + entry.revision()
                + " is in the ledger and nobody asked for it",
            asked == null ? List.of() : asked.calls);
      }
    }
  }

  private void sum() {
    for (Closing.Entry entry : history.closing().ledger()) {
      if (entry.revision() >= 1 && entry.revision() <= last()) {
        granted[(int) entry.revision()] += entry.granted();
        consumed[(int) entry.revision()] += entry.consumed();
      }
    }
    for (int i = 1; i <= last(); i++) {
      granted[i] += granted[i - 1];
      consumed[i] += consumed[i - 1];
    }
  }

  private Change change(Closing.Entry entry) {
    Change.Kind kind =
        switch (entry.kind()) {
          case OPEN -> Change.Kind.OPEN;
          case GRANT -> Change.Kind.GRANT;
          case COMMIT ->
              operation(Rpc.CONSUME, entry.id()) == null ? Change.Kind.COMMIT : Change.Kind.CONSUME;
          case REFUND -> Change.Kind.REFUND;
          case EXPIRE -> Change.Kind.EXPIRE;
          case ADJUST -> Change.Kind.ADJUST;
        };
    boolean byItself = kind == Change.Kind.OPEN || kind == Change.Kind.EXPIRE;
    Operation asked = byItself ? null : operation(Rpc.valueOf(kind.name()), entry.id());
    Call maker = null;
    if (asked != null) {
      for (Call call : asked.calls) {
        if (call.madeChange() && call.revision == entry.revision() && isOnThisLine(call)) {
          maker = call;
        }
      }
      for (Call call : asked.calls) {
        if (call.madeChange() && call != maker) {
          lost.add(call);
        }
      }
    }
    return new Change(kind, entry.id(), asked, maker, entry);
  }

  private void placeReserves(Set<Call> away) {
    for (Operation asked : operations.values()) {
      if (asked.rpc() == Rpc.RESERVE) {
        placeOne(asked, away);
      } else if (asked.rpc() != Rpc.EXTEND && !isInLedger(asked)) {
        asked.calls.stream().filter(Call::madeChange).forEach(lost::add);
      }
    }
  }

  /** Of two lines each may have carried it out: one of the answers is of this one at most. */
  private void placeOne(Operation asked, Set<Call> away) {
    boolean placed = false;
    for (int i = asked.calls.size() - 1; i >= 0; i--) {
      Call call = asked.calls.get(i);
      if (!call.madeChange()) {
        continue;
      }
      if (placed || away.contains(call) || !place(Change.Kind.RESERVE, asked, call)) {
        lost.add(call);
        continue;
      }
      placed = true;
      if (asked.calls.size() > 1 && history.mayBeLost(call)) {
        // Another call may have been carried out on this line, and this one on another.
        doubtful.add(call);
      }
    }
  }

  private boolean isInLedger(Operation asked) {
    return inLedger().contains(asked.key);
  }

  private @Nullable Set<Operation.Key> inLedger;

  private Set<Operation.Key> inLedger() {
    if (inLedger == null) {
      inLedger = new HashSet<>();
      for (Change change : changes) {
        if (change != null && change.asked() != null) {
          inLedger.add(change.asked().key);
        }
      }
    }
    return Objects.requireNonNull(inLedger);
  }

  private boolean place(Change.Kind kind, Operation asked, Call call) {
    int revision = (int) call.revision;
    if (!survives(asked.id()) || revision > last() || revision < 1 || changes[revision] != null) {
      return false;
    }
    if (!isOnThisLine(call)) {
      return false;
    }
    changes[revision] = new Change(kind, asked.id(), asked, call, null);
    return true;
  }

  /**
   * Where a fault may have left two lines, what was granted and consumed tells which one it was.
   */
  private boolean isOnThisLine(Call call) {
    int revision = (int) call.revision;
    return !history.mayBeLost(call)
        || (call.granted == granted[revision] && call.consumed == consumed[revision]);
  }

  private void placeExtensions(Set<Call> away) {
    for (Operation asked : operations.values()) {
      if (asked.rpc() != Rpc.EXTEND) {
        continue;
      }
      for (Call call : asked.calls) {
        if (!call.madeChange()) {
          continue;
        }
        boolean placed = !away.contains(call) && place(Change.Kind.EXTEND, asked, call);
        if (!placed) {
          lost.add(call);
        }
        if (placed && history.mayBeLost(call)) {
          doubtful.add(call);
        }
      }
    }
  }

  private void report(String rule, String text, List<Call> calls) {
    violations.add(new Violation(history.account(), rule, text, List.copyOf(calls)));
  }
}
