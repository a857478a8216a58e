package dev.tokenguard.store.redis;

import dev.tokenguard.domain.AccountSnapshot;
import dev.tokenguard.domain.Balance;
import dev.tokenguard.domain.Denial;
import dev.tokenguard.domain.MemberBalance;
import dev.tokenguard.domain.Plan;
import dev.tokenguard.domain.Reservation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Reads one reply of a script: {@code {code, ms, detail, hold, account, events}}, as {@code
 * lua/lib/finish.lua} writes it.
 */
final class ReplyReader {
  private static final int DETAIL = 2;
  private static final int HOLD = 3;
  private static final int ACCOUNT = 4;
  private static final int EVENTS = 5;

  private static final Denial.Reason[] REASONS = Denial.Reason.values();
  private static final Denial.Scope[] SCOPES = Denial.Scope.values();
  private static final Reservation.State[] STATES = Reservation.State.values();
  private static final AccountSnapshot.Kind[] KINDS = AccountSnapshot.Kind.values();

  private final List<Object> reply;
  private final boolean replicationPending;

  ReplyReader(ScriptReply told) {
    this.reply = told.values();
    this.replicationPending = told.replicationPending();
  }

  /** Whether fewer replicas have what was done than were asked for. */
  boolean replicationPending() {
    return replicationPending;
  }

  ReplyCode code() {
    return ReplyCode.of(number(0));
  }

  /** The clock of Redis, milliseconds since the epoch. */
  long now() {
    return number(1);
  }

  long number(int index) {
    return StoredValues.number(reply, index);
  }

  String text(int index) {
    return StoredValues.text(reply, index);
  }

  /** After {@link ReplyCode#PROFILE}. */
  Profile profile() {
    return new Profile(
        text(3),
        number(2),
        number(4),
        text(5),
        text(6),
        Allowances.unpack(bytes(7)),
        text(8),
        number(9));
  }

  /** Whether an outcome is told again. */
  boolean replayed() {
    return number(DETAIL) == 1;
  }

  /**
   * What the call did, where a script tells it in words of its own: the values of a packed detail.
   */
  List<Object> detail() {
    return StoredValues.values(bytes(DETAIL));
  }

  /** The reservation that the call was about. */
  StoredValues.Hold hold(String account, String id) {
    return StoredValues.hold(account, id, bytes(HOLD));
  }

  /** The reservation as it was before an extend. */
  Reservation before(String account, String id) {
    return StoredValues.hold(account, id, bytes(DETAIL)).reservation();
  }

  Denial denial(String feature) {
    return denial(StoredValues.values(bytes(DETAIL)), 0, feature);
  }

  /** A denial as {@code lua/lib/decide.lua} says it, from some position on. */
  static Denial denial(List<Object> told, int from, String feature) {
    String type = StoredValues.text(told, from + 1);
    return new Denial(
        REASONS[(int) StoredValues.number(told, from)],
        feature,
        type.isEmpty() ? null : type,
        SCOPES[(int) StoredValues.number(told, from + 2)],
        StoredValues.number(told, from + 3),
        StoredValues.number(told, from + 4),
        time(StoredValues.number(told, from + 5)));
  }

  /** How the reservation ended, after {@link ReplyCode#ENDED}. */
  Reservation.State endedState() {
    return STATES[(int) number(2)];
  }

  /** The account after the call, on the plan that the call agreed with. */
  AccountSnapshot account(String account, Profile profile, Plan plan, Collection<String> types) {
    return snapshot(account, profile, plan, new TreeSet<>(types), List.of());
  }

  /** The account after a balance: all its token types, and what the member has used. */
  AccountSnapshot wholeAccount(String account, Profile profile, Plan plan) {
    TreeSet<String> types = new TreeSet<>(plan.allowances().keySet());
    types.addAll(StoredValues.account(bytes(ACCOUNT)).balances().keySet());
    return snapshot(account, profile, plan, types, members());
  }

  private AccountSnapshot snapshot(
      String account,
      Profile profile,
      Plan plan,
      SortedSet<String> types,
      List<MemberBalance> members) {
    StoredValues.Account stored = StoredValues.account(bytes(ACCOUNT));
    List<Balance> balances = new ArrayList<>(types.size());
    for (String type : types) {
      boolean resets = plan.allowances().containsKey(type);
      balances.add(StoredValues.balance(type, stored.balances().get(type), resets));
    }
    return new AccountSnapshot(
        account,
        profile.plan(),
        profile.locale().isEmpty() ? null : profile.locale(),
        balances,
        members,
        stored.open(),
        stored.revision(),
        Instant.ofEpochMilli(now()),
        events(),
        replicationPending);
  }

  private List<MemberBalance> members() {
    List<Object> rows = StoredValues.values(bytes(DETAIL));
    List<MemberBalance> members = new ArrayList<>(rows.size() / 4);
    for (int i = 0; i < rows.size(); i += 4) {
      long cap = StoredValues.number(rows, i + 1);
      members.add(
          new MemberBalance(
              StoredValues.text(rows, i),
              cap < 0 ? null : cap,
              StoredValues.number(rows, i + 2),
              StoredValues.number(rows, i + 3)));
    }
    return members;
  }

  /** Whether anything was due. */
  boolean hasEvents() {
    return reply.size() > EVENTS;
  }

  /** Whether the call opened the account. */
  boolean opened() {
    for (AccountSnapshot.Event event : events()) {
      if (event.kind() == AccountSnapshot.Kind.OPENED) {
        return true;
      }
    }
    return false;
  }

  /** The account's revision after the call. */
  long revision() {
    return StoredValues.account(bytes(ACCOUNT)).revision();
  }

  /** The account as it is stored after the call. */
  byte[] stored() {
    return bytes(ACCOUNT);
  }

  @SuppressWarnings("unchecked") // an array in the reply is a list of the same kind
  private List<AccountSnapshot.Event> events() {
    if (!hasEvents()) {
      return List.of();
    }
    List<Object> rows = (List<Object>) reply.get(EVENTS);
    List<AccountSnapshot.Event> events = new ArrayList<>(rows.size() / 3);
    for (int i = 0; i < rows.size(); i += 3) {
      events.add(
          new AccountSnapshot.Event(
              KINDS[(int) StoredValues.number(rows, i)],
              StoredValues.text(rows, i + 1),
              StoredValues.number(rows, i + 2)));
    }
    return events;
  }

  private byte[] bytes(int index) {
    return (byte[]) reply.get(index);
  }

  private static @Nullable Instant time(long millis) {
    return millis == 0 ? null : Instant.ofEpochMilli(millis);
  }
}
