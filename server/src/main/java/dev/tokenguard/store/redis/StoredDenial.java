package dev.tokenguard.store.redis;

import dev.tokenguard.domain.RecentDenial;
import java.time.Instant;
import java.util.List;

/** Reads a recent denial as {@code lua/lib/denied.lua} writes it. */
final class StoredDenial {
  private static final int COUNT = at("D_COUNT");
  private static final int FIRST = at("D_FIRST");
  private static final int LAST = at("D_LAST");
  private static final int FEATURE = at("D_FEATURE");
  private static final int MEMBER = at("D_MEMBER");
  private static final int RESERVATION = at("D_RESERVATION");
  private static final int REASON = at("D_REASON");

  private StoredDenial() {}

  static RecentDenial of(byte[] packed) {
    List<Object> values = StoredValues.values(packed);
    return new RecentDenial(
        ReplyReader.denial(values, REASON, StoredValues.text(values, FEATURE)),
        StoredValues.text(values, MEMBER),
        StoredValues.text(values, RESERVATION),
        Instant.ofEpochMilli(StoredValues.number(values, FIRST)),
        Instant.ofEpochMilli(StoredValues.number(values, LAST)),
        StoredValues.number(values, COUNT));
  }

  /** Positions count from 1 in Lua. */
  private static int at(String name) {
    return Integer.parseInt(String.valueOf(ScriptAssembler.constant(name))) - 1;
  }
}
