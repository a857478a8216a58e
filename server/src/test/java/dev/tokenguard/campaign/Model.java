package dev.tokenguard.campaign;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * An account of one token type in plain Java, as the contract describes it: whether a change is
 * allowed, and what it does. The allowance never resets and nothing lapses: all that there is to
 * know is three sums and the reservations.
 */
final class Model {

  /** How far two processes of a machine may be apart when they tell the time of day. */
  static final long CLOCK_MILLIS = 50;

  long granted;
  long consumed;
  long held;
  private final Map<Long, Hold> holds = new HashMap<>();
  private final Map<Operation.Key, Long> made = new HashMap<>();
  private final PriorityQueue<Hold> due =
      new PriorityQueue<>(Comparator.comparingLong(hold -> hold.expiresUntil));
  private final AccountHistory history;

  /** For every revision, the earliest end of a call that was told of it or of a later one. */
  private final long[] knownBy;

  Model(AccountHistory history, long[] knownBy) {
    this.history = history;
    this.knownBy = knownBy;
    this.granted = history.allowance();
  }

  /** What may be spent; negative if there is debt. */
  long free() {
    return granted - consumed - held;
  }

  @Nullable Hold hold(long id) {
    return holds.get(id);
  }

  /** At which revision something was done; null if it was not. */
  @Nullable Long made(Operation.Key key) {
    return made.get(key);
  }

  /** Until when the first of the open reservations returns at the latest. */
  long firstDue() {
    while (!due.isEmpty() && due.peek().state != HoldState.OPEN) {
      due.poll();
    }
    return due.isEmpty() ? Long.MAX_VALUE : due.peek().expiresUntil;
  }

  /** Makes a change; says what is wrong with it, or null. */
  @Nullable String apply(int revision, Change change) {
    Operation asked = change.asked();
    if (asked == null && change.kind() != Change.Kind.OPEN && change.kind() != Change.Kind.EXPIRE) {
      return "nobody asked for it";
    }
    if (asked != null
        && asked.rpc() != Rpc.EXTEND
        && made.put(asked.key, (long) revision) != null) {
      return asked + " took effect twice";
    }
    String wrong =
        switch (change.kind()) {
          case OPEN -> revision == 1 ? null : "opened again";
          case RESERVE -> reserve(revision, change);
          case EXTEND -> extend(revision, change);
          case COMMIT -> commit(revision, change);
          case CONSUME -> consume(revision, change);
          case REFUND -> end(revision, change, HoldState.REFUNDED);
          case EXPIRE -> end(revision, change, HoldState.EXPIRED);
          case GRANT -> grant(change);
          case ADJUST -> adjust(change);
        };
    return wrong != null ? wrong : entryDiffers(change);
  }

  private @Nullable String reserve(int revision, Change change) {
    Operation asked = asked(change);
    if (holds.containsKey(change.id())) {
      return "reserved again";
    }
    if (asked.amount() > free()) {
      return "held " + asked.amount() + " of " + free();
    }
    Hold hold = new Hold();
    hold.amount = asked.amount();
    hold.reservedAt = revision;
    live(hold, revision, change, asked);
    holds.put(change.id(), hold);
    due.add(hold);
    held += hold.amount;
    return null;
  }

  private void live(Hold hold, int revision, Change change, Operation asked) {
    Call maker = change.maker();
    if (maker != null) {
      hold.expiresFrom = maker.expireMillis;
      hold.expiresUntil = maker.expireMillis;
    } else {
      long latest = knownBy[revision];
      hold.expiresFrom =
          Math.max(hold.expiresFrom, history.wallMillis(asked.start()) + asked.ttlMillis());
      hold.expiresUntil =
          latest == Long.MAX_VALUE
              ? Long.MAX_VALUE
              : Math.max(hold.expiresUntil, history.wallMillis(latest) + asked.ttlMillis());
    }
  }

  private @Nullable String extend(int revision, Change change) {
    Operation asked = asked(change);
    Hold hold = holds.get(change.id());
    if (hold == null || hold.state != HoldState.OPEN) {
      return "extended what is not open";
    }
    long raise = Math.max(0, asked.amount() - hold.amount);
    if (raise > 0 && raise > free()) {
      return "raised by " + raise + " of " + free();
    }
    hold.amount += raise;
    held += raise;
    due.remove(hold);
    live(hold, revision, change, asked);
    due.add(hold);
    return null;
  }

  private @Nullable String commit(int revision, Change change) {
    Operation asked = asked(change);
    Hold hold = holds.get(change.id());
    if (hold == null || (hold.state != HoldState.OPEN && hold.state != HoldState.EXPIRED)) {
      return "committed what is " + (hold == null ? "not there" : hold.state);
    }
    long free = free();
    long released = hold.state == HoldState.OPEN ? hold.amount : 0;
    hold.late = hold.state == HoldState.EXPIRED;
    hold.charged = asked.amount() == Call.WHOLE ? hold.amount : asked.amount();
    hold.returned = Math.max(0, released - hold.charged);
    hold.overdrawn = Math.max(0, Math.max(0, hold.charged - released) - Math.max(0, free));
    hold.state = HoldState.COMMITTED;
    hold.committedAt = revision;
    held -= released;
    consumed += hold.charged;
    return null;
  }

  private @Nullable String consume(int revision, Change change) {
    Operation asked = asked(change);
    if (holds.containsKey(change.id())) {
      return "consumed again";
    }
    if (asked.amount() > free()) {
      return "consumed " + asked.amount() + " of " + free();
    }
    Hold hold = new Hold();
    hold.amount = asked.amount();
    hold.charged = hold.amount;
    hold.state = HoldState.COMMITTED;
    hold.reservedAt = revision;
    hold.committedAt = revision;
    holds.put(change.id(), hold);
    consumed += hold.amount;
    return null;
  }

  private @Nullable String end(int revision, Change change, HoldState state) {
    Hold hold = holds.get(change.id());
    if (hold == null || hold.state != HoldState.OPEN) {
      return state + " what is " + (hold == null ? "not there" : hold.state);
    }
    Closing.Entry entry = change.entry();
    if (state == HoldState.EXPIRED
        && entry != null
        && entry.timeMillis() < hold.expiresFrom - CLOCK_MILLIS) {
      return "expired " + (hold.expiresFrom - entry.timeMillis()) + " ms before its time";
    }
    hold.state = state;
    hold.returned = hold.amount;
    if (state == HoldState.REFUNDED) {
      hold.refundedAt = revision;
    } else {
      hold.expiredAt = revision;
    }
    held -= hold.amount;
    return null;
  }

  private @Nullable String grant(Change change) {
    granted += asked(change).amount();
    return null;
  }

  private @Nullable String adjust(Change change) {
    long amount = asked(change).amount();
    if (amount < 0 && -amount > Math.max(0, free())) {
      return "took " + -amount + " of " + free();
    }
    granted += amount;
    return null;
  }

  private static Operation asked(Change change) {
    Operation asked = change.asked();
    if (asked == null) {
      throw new IllegalStateException(change + " was not asked for");
    }
    return asked;
  }

  /** What the ledger says it did, against what it did. */
  private @Nullable String entryDiffers(Change change) {
    Closing.Entry entry = change.entry();
    if (entry == null) {
      return null;
    }
    Hold hold = holds.get(change.id());
    long granting =
        switch (change.kind()) {
          case OPEN -> history.allowance();
          case GRANT, ADJUST -> asked(change).amount();
          default -> 0;
        };
    boolean charges = change.kind() == Change.Kind.COMMIT || change.kind() == Change.Kind.CONSUME;
    long charging = charges && hold != null ? hold.charged : 0;
    boolean ends =
        hold != null && (charges ? change.kind() == Change.Kind.COMMIT && !hold.late : true);
    long releasing = ends && hold != null ? hold.amount : 0;
    boolean late = charges && hold != null && hold.late;
    if (entry.granted() != granting
        || entry.consumed() != charging
        || entry.released() != releasing
        || entry.lapsed() != 0
        || entry.late() != late
        || entry.balance() != granted - consumed) {
      return "the ledger has "
          + entry
          + ", the model "
          + granting
          + " granted, "
          + charging
          + " consumed, "
          + releasing
          + " released, balance "
          + (granted - consumed);
    }
    return null;
  }
}
