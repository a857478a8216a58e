package dev.tokenguard.store.redis;

import dev.tokenguard.domain.AccountSnapshot;
import dev.tokenguard.domain.Balance;
import dev.tokenguard.domain.Denial;
import dev.tokenguard.domain.MemberBalance;
import dev.tokenguard.domain.Plan;
import dev.tokenguard.domain.Reservation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads one reply of a script: {@code {code, ms, revision, open holds, events, detail, hold, type,
 * balance ...}}, as {@code lua/lib/finish.lua} writes it.
 */
final class ReplyReader {
  private static final int EVENTS = 4;
  private static final int DETAIL = 5;
  private static final int HOLD = 6;
  private static final int BALANCES = 7;

  private static final Denial.Reason[] REASONS = Denial.Reason.values();
  private static final Denial.Scope[] SCOPES = Denial.Scope.values();
  private static final Reservation.State[] STATES = Reservation.State.values();
  private static final AccountSnapshot.Kind[] KINDS = AccountSnapshot.Kind.values();

  private final List<Object> reply;

  ReplyReader(List<Object> reply) {
    this.reply = reply;
  }

  ReplyCode code() {
    return ReplyCode.of(number(0));
  }

  /** The clock of Redis, milliseconds since the epoch. */
  long now() {
    return number(1);
  }

  long number(int index) {
    return Stored.number(reply, index);
  }

  String text(int index) {
    return Stored.text(reply, index);
  }

  /** After {@link ReplyCode#PROFILE}. */
  Profile profile() {
    return new Profile(text(3), number(2), number(4), text(5), text(6));
  }

  /** Whether an outcome is told again. */
  boolean replayed() {
    return number(DETAIL) == 1;
  }

  /** The reservation that the call was about. */
  Stored.Hold hold(String account, String id) {
    return Stored.hold(account, id, bytes(HOLD));
  }

  Denial denial(String feature) {
    List<Object> told = Stored.values(bytes(DETAIL));
    String type = Stored.text(told, 1);
    return new Denial(
        REASONS[(int) Stored.number(told, 0)],
        feature,
        type.isEmpty() ? null : type,
        SCOPES[(int) Stored.number(told, 2)],
        Stored.number(told, 3),
        Stored.number(told, 4),
        time(Stored.number(told, 5)));
  }

  /** How the reservation ended, after {@link ReplyCode#ENDED}. */
  Reservation.State endedState() {
    return STATES[(int) number(2)];
  }

  /** The account after the call, on the plan that the call agreed with. */
  AccountSnapshot account(String account, Profile profile, Plan plan) {
    return snapshot(account, profile, plan, List.of());
  }

  /** The account after a balance, with what the member has used. */
  AccountSnapshot accountAndMember(String account, Profile profile, Plan plan) {
    return snapshot(account, profile, plan, members());
  }

  private AccountSnapshot snapshot(
      String account, Profile profile, Plan plan, List<MemberBalance> members) {
    return new AccountSnapshot(
        account,
        profile.plan(),
        profile.locale().isEmpty() ? null : profile.locale(),
        balances(plan),
        members,
        number(3),
        number(2),
        Instant.ofEpochMilli(now()),
        events());
  }

  private List<Balance> balances(Plan plan) {
    List<Balance> balances = new ArrayList<>((reply.size() - BALANCES) / 2);
    for (int i = BALANCES; i < reply.size(); i += 2) {
      String type = text(i);
      balances.add(Stored.balance(type, bytes(i + 1), plan.allowances().containsKey(type)));
    }
    return balances;
  }

  private List<MemberBalance> members() {
    List<Object> rows = Stored.values(bytes(DETAIL));
    List<MemberBalance> members = new ArrayList<>(rows.size() / 4);
    for (int i = 0; i < rows.size(); i += 4) {
      long cap = Stored.number(rows, i + 1);
      members.add(
          new MemberBalance(
              Stored.text(rows, i),
              cap < 0 ? null : cap,
              Stored.number(rows, i + 2),
              Stored.number(rows, i + 3)));
    }
    return members;
  }

  @SuppressWarnings("unchecked") // an array in the reply is a list of the same kind
  private List<AccountSnapshot.Event> events() {
    List<Object> rows = (List<Object>) reply.get(EVENTS);
    if (rows.isEmpty()) {
      return List.of();
    }
    List<AccountSnapshot.Event> events = new ArrayList<>(rows.size() / 3);
    for (int i = 0; i < rows.size(); i += 3) {
      events.add(
          new AccountSnapshot.Event(
              KINDS[(int) Stored.number(rows, i)],
              Stored.text(rows, i + 1),
              Stored.number(rows, i + 2)));
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
