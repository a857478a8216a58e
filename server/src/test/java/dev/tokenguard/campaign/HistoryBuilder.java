package dev.tokenguard.campaign;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Makes histories by hand: what happens to one account, in the words of its callers. Every call
 * takes ten milliseconds and begins after the one before has ended, unless it is told otherwise.
 */
final class HistoryBuilder {

  static final long ALLOWANCE = 1000;
  private static final long MILLI = 1_000_000;
  private static final long TTL_MILLIS = 60_000;
  private static final long TOOK = 10 * MILLI;

  private final List<Call> calls = new ArrayList<>();
  private final List<Closing.Entry> ledger = new ArrayList<>();
  private final Map<Long, long[]> open = new LinkedHashMap<>();
  private final Map<Long, long[]> expired = new LinkedHashMap<>();
  private final List<Loss> losses = new ArrayList<>();
  private final List<String> findings = new ArrayList<>();
  private long now = 1000 * MILLI;
  private long revision;
  private long granted = ALLOWANCE;
  private long consumed;
  private long held;

  HistoryBuilder() {
    revision = 1;
    entry(Closing.Kind.OPEN, 0, ALLOWANCE, 0, 0, false);
  }

  /** The time, as calls have it. */
  long now() {
    return now;
  }

  void pass(long millis) {
    now += millis * MILLI;
  }

  Call reserve(long id, long amount) {
    return reserve(id, amount, TTL_MILLIS);
  }

  Call reserve(long id, long amount, long ttlMillis) {
    Call call = ask(Rpc.RESERVE, id, amount);
    call.ttlMillis = ttlMillis;
    call.expireMillis = now / MILLI + 5 + ttlMillis;
    revision++;
    held += amount;
    open.put(id, new long[] {amount, call.expireMillis});
    call.reserved = amount;
    call.state = HoldState.OPEN;
    return answered(call);
  }

  Call reserveAgain(long id) {
    Call call = ask(Rpc.RESERVE, id, Objects.requireNonNull(open.get(id))[0]);
    call.ttlMillis = TTL_MILLIS;
    call.replayed = true;
    call.state = HoldState.OPEN;
    return answered(call);
  }

  Call extend(long id, long total) {
    Call call = ask(Rpc.EXTEND, id, total);
    long[] hold = Objects.requireNonNull(open.get(id));
    call.ttlMillis = TTL_MILLIS;
    revision++;
    held += total - hold[0];
    hold[0] = total;
    hold[1] = now / MILLI + 5 + TTL_MILLIS;
    call.expireMillis = hold[1];
    call.reserved = total;
    call.state = HoldState.OPEN;
    return answered(call);
  }

  Call commit(long id, long actual) {
    Call call = ask(Rpc.COMMIT, id, actual);
    long free = granted - consumed - held;
    boolean late = !open.containsKey(id);
    long amount = Objects.requireNonNull(late ? expired.remove(id) : open.remove(id))[0];
    long released = late ? 0 : amount;
    call.late = late;
    call.charged = actual == Call.WHOLE ? amount : actual;
    call.returned = Math.max(0, released - call.charged);
    call.overdrawn = Math.max(0, Math.max(0, call.charged - released) - Math.max(0, free));
    call.reserved = amount;
    call.state = HoldState.COMMITTED;
    revision++;
    held -= released;
    consumed += call.charged;
    entry(Closing.Kind.COMMIT, id, 0, call.charged, released, late);
    return answered(call);
  }

  Call refund(long id) {
    Call call = ask(Rpc.REFUND, id, 0);
    long amount = Objects.requireNonNull(open.remove(id))[0];
    revision++;
    held -= amount;
    call.returned = amount;
    call.reserved = amount;
    call.state = HoldState.REFUNDED;
    entry(Closing.Kind.REFUND, id, 0, 0, amount, false);
    return answered(call);
  }

  /** Its time comes, and it returns. */
  void expire(long id) {
    long[] hold = Objects.requireNonNull(open.remove(id));
    now = Math.max(now, hold[1] * MILLI);
    expired.put(id, hold);
    revision++;
    held -= hold[0];
    entry(Closing.Kind.EXPIRE, id, 0, 0, hold[0], false);
  }

  Call consume(long id, long amount) {
    Call call = ask(Rpc.CONSUME, id, amount);
    revision++;
    consumed += amount;
    call.reserved = amount;
    call.state = HoldState.COMMITTED;
    entry(Closing.Kind.COMMIT, id, 0, amount, 0, false);
    return answered(call);
  }

  Call grant(long id, long amount) {
    Call call = ask(Rpc.GRANT, id, amount);
    revision++;
    granted += amount;
    entry(Closing.Kind.GRANT, id, amount, 0, 0, false);
    return answered(call);
  }

  Call adjust(long id, long amount) {
    Call call = ask(Rpc.ADJUST, id, amount);
    revision++;
    granted += amount;
    entry(Closing.Kind.ADJUST, id, amount, 0, 0, false);
    return answered(call);
  }

  Call balance() {
    return answered(ask(Rpc.BALANCE, 0, 0));
  }

  Call check(long amount) {
    Call call = ask(Rpc.CHECK, 0, amount);
    answered(call);
    denyIfShort(call);
    return call;
  }

  Call reserveDenied(long id, long amount) {
    Call call = answered(ask(Rpc.RESERVE, id, amount));
    denyIfShort(call);
    return call;
  }

  Call told(Rpc rpc, long id, long amount, Told told, HoldState state) {
    Call call = ask(rpc, id, amount);
    call.told = told;
    call.state = state;
    return call;
  }

  private static void denyIfShort(Call call) {
    if (call.amount > call.available) {
      call.told = Told.DENIED;
      call.charged = call.amount;
    }
  }

  /** Its caller never heard. */
  static Call unheard(Call call) {
    Call blank = new Call();
    call.told = Told.UNKNOWN;
    call.end = blank.end;
    call.revision = 0;
    call.granted = 0;
    call.consumed = 0;
    call.held = 0;
    call.available = 0;
    call.reserved = 0;
    call.expireMillis = 0;
    return call;
  }

  private Call ask(Rpc rpc, long id, long amount) {
    Call call = new Call();
    call.rpc = rpc;
    call.id = id;
    call.amount = amount;
    now += MILLI;
    call.start = now;
    now += TOOK;
    call.end = now;
    calls.add(call);
    return call;
  }

  private Call answered(Call call) {
    call.told = Told.OK;
    call.revision = revision;
    call.granted = granted;
    call.consumed = consumed;
    call.held = held;
    call.available = Math.max(0, granted - consumed - held);
    call.debt = Math.max(0, held + consumed - granted);
    return call;
  }

  private void entry(
      Closing.Kind kind, long id, long grants, long charges, long releases, boolean late) {
    ledger.add(
        new Closing.Entry(
            revision,
            kind,
            id,
            grants,
            charges,
            0,
            releases,
            granted - consumed,
            late,
            now / MILLI));
  }

  /** A moment to come back to. */
  record Mark(
      long revision, long granted, long consumed, long held, int entries, Map<Long, long[]> open) {}

  Mark mark() {
    Map<Long, long[]> copy = new LinkedHashMap<>();
    open.forEach((id, hold) -> copy.put(id, hold.clone()));
    return new Mark(revision, granted, consumed, held, ledger.size(), copy);
  }

  /** A fault takes everything since a moment. */
  void lose(Mark mark, long windowMillis) {
    now += MILLI;
    losses.add(new Loss("fault", now, now, windowMillis * MILLI, false));
    forget(mark);
  }

  /** Everything since a moment is gone, and no fault was there to take it. */
  void forget(Mark mark) {
    revision = mark.revision;
    granted = mark.granted;
    consumed = mark.consumed;
    held = mark.held;
    ledger.subList(mark.entries, ledger.size()).clear();
    open.clear();
    mark.open.forEach((id, hold) -> open.put(id, hold.clone()));
    now += TOOK;
  }

  void finding(String text) {
    findings.add(text);
  }

  List<Closing.Entry> ledger() {
    return ledger;
  }

  AccountHistory history() {
    Call balance = answered(ask(Rpc.BALANCE, 0, 0));
    calls.remove(balance);
    List<Closing.OpenHold> holds = new ArrayList<>();
    open.forEach((id, hold) -> holds.add(new Closing.OpenHold(id, hold[0], hold[1])));
    return new AccountHistory(
        7,
        List.copyOf(calls),
        new Closing(balance, holds, List.copyOf(ledger), List.copyOf(findings)),
        losses,
        ALLOWANCE,
        0);
  }
}
