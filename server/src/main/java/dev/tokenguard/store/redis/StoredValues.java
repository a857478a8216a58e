package dev.tokenguard.store.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tokenguard.domain.Amounts;
import dev.tokenguard.domain.Balance;
import dev.tokenguard.domain.Periods;
import dev.tokenguard.domain.Reservation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessageUnpacker;
import org.msgpack.value.ValueType;

/**
 * Reads values as {@code layout.lua} stores them: scripts answer with them as they are. Where in
 * them is what, is taken from that file.
 */
final class StoredValues {
  private static final int REVISION = at("A_REVISION");
  private static final int OPEN = at("A_OPEN");
  private static final int STANDING = at("A_STANDING");
  private static final int TYPES = at("A_TYPES");

  private static final int DEBT = at("B_DEBT");
  private static final int POCKETS = at("B_POCKETS");
  private static final int POCKET = size("P_SIZE");
  private static final int ID = size("P_ID");
  private static final int FREE = size("P_FREE");
  private static final int HELD = size("P_HELD");
  private static final int UNTIL = size("P_UNTIL");
  private static final int SCHEDULE = size("P_SCHEDULE");
  private static final long GRANT = size("GRANT");
  private static final int PERIOD_CONSUMED = at("B_PERIOD_CONSUMED");
  private static final int PERIOD_LAPSED = at("B_PERIOD_LAPSED");
  private static final int GRANTED = at("B_GRANTED");
  private static final int CONSUMED = at("B_CONSUMED");
  private static final int ORPHANED = at("B_ORPHANED");
  private static final int LAPSED = at("B_LAPSED");

  private static final int STATE = at("H_STATE");
  private static final int FEATURE = at("H_FEATURE");
  private static final int MEMBER = at("H_MEMBER");
  private static final int CREATED = at("H_CREATED");
  private static final int EXPIRES = at("H_EXPIRES");
  private static final int LATE = at("H_LATE");
  private static final int ROWS = at("H_ROWS");
  private static final int TAKE = size("T_SIZE");
  private static final int TAKEN = size("T_AMOUNT");
  private static final int END = size("E_SIZE");
  private static final int END_HELD = size("E_HELD");
  private static final int CHARGED = size("E_CHARGED");
  private static final int RETURNED = size("E_RETURNED");
  private static final int OVERDRAWN = size("E_OVERDRAWN");
  private static final int UNCOVERED = size("E_UNCOVERED");
  private static final long NOT_HELD = size("NOT_HELD");

  private static final Reservation.State[] STATES = Reservation.State.values();

  private StoredValues() {}

  /** The values of a packed sequence: {@code Long} and {@code byte[]}. */
  static List<Object> values(byte[] packed) {
    try (MessageUnpacker in = MessagePack.newDefaultUnpacker(packed)) {
      List<Object> values = new ArrayList<>(packed.length / 2);
      while (in.hasNext()) {
        values.add(value(in));
      }
      return values;
    } catch (IOException e) { // it reads from memory
      throw new UncheckedIOException(e);
    }
  }

  private static Object value(MessageUnpacker in) throws IOException {
    if (in.getNextFormat().getValueType() == ValueType.INTEGER) {
      return in.unpackLong();
    }
    return in.readPayload(in.unpackRawStringHeader());
  }

  /**
   * ACCOUNT, as far as callers see it.
   *
   * @param balances token type to packed balance
   */
  record Account(long revision, long open, Map<String, byte[]> balances) {}

  static Account account(byte[] packed) {
    List<Object> values = values(packed);
    Layout.check(values);
    Map<String, byte[]> balances = new HashMap<>();
    for (int i = TYPES; i < values.size(); i += 2) {
      balances.put(text(values, i), (byte[]) values.get(i + 1));
    }
    return new Account(number(values, REVISION), number(values, OPEN), balances);
  }

  /** STANDING of an account. */
  static Standing standing(byte[] account) {
    return Standing.of((byte[]) values(account).get(STANDING));
  }

  /** Token type to the pocket of the allowance that runs, for types that have one. */
  static Map<String, Long> periods(Account account) {
    Map<String, Long> periods = new HashMap<>();
    account
        .balances()
        .forEach(
            (type, packed) -> {
              List<Object> values = values(packed);
              for (int pocket = POCKETS; pocket < values.size(); pocket += POCKET) {
                if (number(values, pocket + SCHEDULE) != GRANT) {
                  periods.put(type, number(values, pocket + ID));
                }
              }
            });
    return periods;
  }

  /**
   * A grant's pocket.
   *
   * @param id its number
   */
  record GrantPocket(long id, long free, long held) {}

  /** The grants of one BALANCE, in burn order. */
  static List<GrantPocket> grants(byte[] balance) {
    List<Object> values = values(balance);
    List<GrantPocket> grants = new ArrayList<>();
    for (int pocket = POCKETS; pocket < values.size(); pocket += POCKET) {
      if (number(values, pocket + SCHEDULE) == GRANT) {
        grants.add(
            new GrantPocket(
                number(values, pocket + ID),
                number(values, pocket + FREE),
                number(values, pocket + HELD)));
      }
    }
    return grants;
  }

  /** BALANCE of a token type that resets with the plan, or does not; null if there is none. */
  static Balance balance(String tokenType, byte @Nullable [] packed, boolean resets) {
    if (packed == null) {
      return new Balance(tokenType, 0, 0, 0, 0, null, new Balance.Lifetime(0, 0, 0, 0));
    }
    List<Object> values = values(packed);
    long free = -number(values, DEBT);
    long held = 0;
    Instant reset = null;
    for (int pocket = POCKETS; pocket < values.size(); pocket += POCKET) {
      free += number(values, pocket + FREE);
      held += number(values, pocket + HELD);
      if (resets && number(values, pocket + SCHEDULE) != GRANT) {
        reset = end(number(values, pocket + UNTIL));
      }
    }
    return new Balance(
        tokenType,
        free,
        held,
        number(values, PERIOD_CONSUMED),
        number(values, PERIOD_LAPSED),
        reset,
        new Balance.Lifetime(
            number(values, GRANTED),
            number(values, CONSUMED),
            held + number(values, ORPHANED),
            number(values, LAPSED)));
  }

  private static @Nullable Instant end(long until) {
    return until == Periods.FOREVER ? null : Instant.ofEpochMilli(until);
  }

  /**
   * HOLD, and how it ended for those that have.
   *
   * @param reservation the reservation; its amounts are what it holds, or held
   * @param late whether it had expired before its commit
   * @param types the token types that it held, or that were used
   */
  record Hold(
      Reservation reservation,
      Amounts charged,
      Amounts returned,
      Amounts overdrawn,
      Amounts uncovered,
      boolean late,
      Collection<String> types) {}

  static Hold hold(String account, String id, byte[] packed) {
    List<Object> values = values(packed);
    Reservation.State state = STATES[(int) number(values, STATE)];
    boolean open = state == Reservation.State.OPEN;
    return new Hold(
        new Reservation(
            id,
            account,
            text(values, MEMBER),
            text(values, FEATURE),
            open ? taken(values) : ended(values, END_HELD),
            state,
            Instant.ofEpochMilli(number(values, CREATED)),
            Instant.ofEpochMilli(number(values, EXPIRES))),
        open ? Amounts.NONE : ended(values, CHARGED),
        open ? Amounts.NONE : ended(values, RETURNED),
        open ? Amounts.NONE : ended(values, OVERDRAWN),
        open ? Amounts.NONE : ended(values, UNCOVERED),
        number(values, LATE) == 1,
        types(values, open ? TAKE : END));
  }

  private static Collection<String> types(List<Object> values, int size) {
    List<String> types = new ArrayList<>();
    for (int row = ROWS; row < values.size(); row += size) {
      types.add(text(values, row));
    }
    return types;
  }

  private static Amounts taken(List<Object> values) {
    TreeMap<String, Long> byType = new TreeMap<>();
    for (int row = ROWS; row < values.size(); row += TAKE) {
      byType.merge(text(values, row), number(values, row + TAKEN), Long::sum);
    }
    return Amounts.of(byType);
  }

  /** One column of the ends: what was held with zeros, all else without. */
  private static Amounts ended(List<Object> values, int column) {
    TreeMap<String, Long> byType = new TreeMap<>();
    for (int row = ROWS; row < values.size(); row += END) {
      long amount = number(values, row + column);
      if (column == END_HELD ? amount != NOT_HELD : amount != 0) {
        byType.put(text(values, row), amount);
      }
    }
    return Amounts.of(byType);
  }

  /** A packed map of texts; no bytes for an empty one. */
  static Map<String, String> metadata(byte[] packed) {
    Map<String, String> metadata = new TreeMap<>();
    if (packed.length > 0) {
      try (MessageUnpacker in = MessagePack.newDefaultUnpacker(packed)) {
        for (int left = in.unpackMapHeader(); left > 0; left--) {
          metadata.put(in.unpackString(), in.unpackString());
        }
      } catch (IOException e) { // it reads from memory
        throw new UncheckedIOException(e);
      }
    }
    return metadata;
  }

  static long number(List<Object> values, int index) {
    return (Long) values.get(index);
  }

  static String text(List<Object> values, int index) {
    return new String((byte[]) values.get(index), UTF_8);
  }

  /** A position of {@code layout.lua}; Lua counts from 1. */
  private static int at(String name) {
    return size(name) - 1;
  }

  private static int size(String name) {
    return Integer.parseInt(String.valueOf(ScriptAssembler.constant(name)));
  }
}
