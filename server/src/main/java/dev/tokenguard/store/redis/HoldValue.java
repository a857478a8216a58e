package dev.tokenguard.store.redis;

import dev.tokenguard.domain.Reservation;
import java.util.ArrayList;
import java.util.List;

/**
 * HOLD of {@code layout.lua} as an audit looks at it.
 *
 * @param state open, or how it ended
 * @param expires when it expires, milliseconds since the epoch
 * @param takes what an open one took from which pocket; empty for one that has ended
 */
record HoldValue(Reservation.State state, long expires, List<Take> takes) {
  private static final int SIZE = at("H_SIZE");
  private static final int STATE = at("H_STATE");
  private static final int EXPIRES = at("H_EXPIRES");
  private static final int ROWS = at("H_ROWS");
  private static final int TAKE = constant("T_SIZE");
  private static final int POCKET = constant("T_POCKET");
  private static final int AMOUNT = constant("T_AMOUNT");

  private static final Reservation.State[] STATES = Reservation.State.values();

  /** TAKE: what it took from one pocket. */
  record Take(String type, long pocket, long amount) {}

  /** Reads a hold; throws what reading throws if it is not whole. */
  static HoldValue of(byte[] packed) {
    List<Object> values = StoredValues.values(packed);
    if (StoredValues.number(values, SIZE) != values.size()) {
      throw new IllegalStateException("cut short");
    }
    Reservation.State state = STATES[(int) StoredValues.number(values, STATE)];
    List<Take> takes = new ArrayList<>();
    if (state == Reservation.State.OPEN) {
      for (int row = ROWS; row < values.size(); row += TAKE) {
        takes.add(
            new Take(
                StoredValues.text(values, row),
                StoredValues.number(values, row + POCKET),
                StoredValues.number(values, row + AMOUNT)));
      }
    }
    return new HoldValue(state, StoredValues.number(values, EXPIRES), takes);
  }

  /** A position of {@code layout.lua}; Lua counts from 1. */
  private static int at(String name) {
    return constant(name) - 1;
  }

  private static int constant(String name) {
    return Integer.parseInt(String.valueOf(ScriptAssembler.constant(name)));
  }
}
