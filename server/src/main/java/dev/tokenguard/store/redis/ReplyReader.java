package dev.tokenguard.store.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tokenguard.domain.AccountSnapshot;
import dev.tokenguard.domain.Amounts;
import dev.tokenguard.domain.Balance;
import dev.tokenguard.domain.Denial;
import dev.tokenguard.domain.MemberBalance;
import dev.tokenguard.domain.Reservation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads one reply of a script: {@code {code, ms, revision, open holds, balances, events, details
 * ...}}, as {@code lua/lib/reply.lua} writes it.
 */
final class ReplyReader {
  private static final int BALANCES = 4;
  private static final int EVENTS = 5;
  private static final int DETAILS = 6;

  /** Where the rows of a member are in a balance. */
  static final int MEMBERS = DETAILS;

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
    return number(reply, index);
  }

  String text(int index) {
    return text(reply, index);
  }

  /** After {@link ReplyCode#PROFILE}. */
  Profile profile() {
    return new Profile(text(3), number(2), number(4), text(5), text(6));
  }

  /** Whether an outcome is told again. */
  boolean replayed() {
    return number(DETAILS) == 1;
  }

  Reservation reservation(String account, String id) {
    List<Object> told = list(reply, DETAILS + 1);
    return new Reservation(
        id,
        account,
        text(told, 2),
        text(told, 1),
        amounts(list(told, 5)),
        STATES[(int) number(told, 0)],
        Instant.ofEpochMilli(number(told, 3)),
        Instant.ofEpochMilli(number(told, 4)));
  }

  /** After a commit: {charged, returned, overdrawn, uncovered, late}. */
  List<Object> settlement() {
    return list(reply, DETAILS + 2);
  }

  Denial denial(String feature) {
    List<Object> told = list(reply, DETAILS);
    String type = text(told, 1);
    return new Denial(
        REASONS[(int) number(told, 0)],
        feature,
        type.isEmpty() ? null : type,
        SCOPES[(int) number(told, 2)],
        number(told, 3),
        number(told, 4),
        time(number(told, 5)));
  }

  /** The feature of a reservation whose raise was denied. */
  String deniedFeature() {
    return text(DETAILS + 1);
  }

  /** How the reservation ended, after {@link ReplyCode#ENDED}. */
  Reservation.State endedState() {
    return STATES[(int) number(2)];
  }

  /** The account after the call; {@code membersAt} is where a member's rows are, or 0. */
  AccountSnapshot account(String account, Profile profile, int membersAt) {
    return new AccountSnapshot(
        account,
        profile.plan(),
        profile.locale().isEmpty() ? null : profile.locale(),
        balances(),
        membersAt == 0 ? List.of() : members(list(reply, membersAt)),
        number(3),
        number(2),
        Instant.ofEpochMilli(now()),
        events());
  }

  private List<Balance> balances() {
    List<Object> rows = list(reply, BALANCES);
    List<Balance> balances = new ArrayList<>(rows.size() / 10);
    for (int i = 0; i < rows.size(); i += 10) {
      balances.add(
          new Balance(
              text(rows, i),
              number(rows, i + 1),
              number(rows, i + 2),
              number(rows, i + 3),
              number(rows, i + 4),
              time(number(rows, i + 5)),
              new Balance.Lifetime(
                  number(rows, i + 6),
                  number(rows, i + 7),
                  number(rows, i + 8),
                  number(rows, i + 9))));
    }
    return balances;
  }

  private static List<MemberBalance> members(List<Object> rows) {
    List<MemberBalance> members = new ArrayList<>(rows.size() / 4);
    for (int i = 0; i < rows.size(); i += 4) {
      long cap = number(rows, i + 1);
      members.add(
          new MemberBalance(
              text(rows, i), cap < 0 ? null : cap, number(rows, i + 2), number(rows, i + 3)));
    }
    return members;
  }

  private List<AccountSnapshot.Event> events() {
    List<Object> rows = list(reply, EVENTS);
    if (rows.isEmpty()) {
      return List.of();
    }
    List<AccountSnapshot.Event> events = new ArrayList<>(rows.size() / 3);
    for (int i = 0; i < rows.size(); i += 3) {
      events.add(
          new AccountSnapshot.Event(
              KINDS[(int) number(rows, i)], text(rows, i + 1), number(rows, i + 2)));
    }
    return events;
  }

  static Amounts amounts(List<Object> pairs) {
    if (pairs.isEmpty()) {
      return Amounts.NONE;
    }
    TreeMap<String, Long> byType = new TreeMap<>();
    for (int i = 0; i < pairs.size(); i += 2) {
      byType.put(text(pairs, i), number(pairs, i + 1));
    }
    return Amounts.of(byType);
  }

  static long number(List<Object> values, int index) {
    return (Long) values.get(index);
  }

  @SuppressWarnings("unchecked") // a nested array of the reply is a list of the same kind
  static List<Object> list(List<Object> values, int index) {
    return (List<Object>) values.get(index);
  }

  private static String text(List<Object> values, int index) {
    return new String((byte[]) values.get(index), UTF_8);
  }

  private static @Nullable Instant time(long millis) {
    return millis == 0 ? null : Instant.ofEpochMilli(millis);
  }
}
