package dev.tokenguard.store.redis;

import dev.tokenguard.domain.LedgerEntry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessageUnpacker;

/** Reads entries of the ledger as {@code layout.lua} stores them. */
final class StoredLedger {
  private static final int REVISION = 0;
  private static final int TIME = 1;
  private static final int KIND = 2;
  private static final int FEATURE = 3;
  private static final int MEMBER = 4;
  private static final int RESERVATION = 5;
  private static final int METADATA = 6;
  private static final int NOTE = 7;
  private static final int LATE = 8;
  private static final int LINES = constant("N_LINES") - 1; // Lua counts from 1
  private static final int LINE_SIZE = constant("N_LINE_SIZE");

  /** Of an account. */
  private static final int FIRST = constant("A_FIRST") - 1;

  private static final LedgerEntry.Kind[] KINDS = LedgerEntry.Kind.values();

  private StoredLedger() {}

  /** The entry; throws what reading throws if it is not whole. */
  static LedgerEntry entry(byte[] packed) {
    List<Object> values = StoredValues.values(packed);
    LedgerEntry.Kind kind = KINDS[(int) StoredValues.number(values, KIND)];
    boolean commit = kind == LedgerEntry.Kind.COMMIT;
    Map<String, String> metadata = metadata((byte[]) values.get(METADATA));
    if (commit) { // its note is metadata as well: what the commit adds to the reservation's
      metadata.putAll(metadata((byte[]) values.get(NOTE)));
    }
    return new LedgerEntry(
        StoredValues.number(values, REVISION),
        Instant.ofEpochMilli(StoredValues.number(values, TIME)),
        kind,
        StoredValues.text(values, FEATURE),
        StoredValues.text(values, MEMBER),
        StoredValues.text(values, RESERVATION),
        Collections.unmodifiableMap(metadata),
        commit ? "" : StoredValues.text(values, NOTE),
        StoredValues.number(values, LATE) == 1,
        lines(values));
  }

  /**
   * The one entry that there is, if the account has it: then there is no list. Empty if there are
   * more, which the list has.
   *
   * @param account as it is stored
   */
  static List<LedgerEntry> only(byte[] account) {
    byte[] packed = first(StoredValues.values(account));
    return packed.length == 0 ? List.of() : List.of(entry(packed));
  }

  /** The ledger's first entry, of the values of an account; empty if the list has it. */
  static byte[] first(List<Object> account) {
    return (byte[]) account.get(FIRST);
  }

  private static List<LedgerEntry.Line> lines(List<Object> values) {
    List<LedgerEntry.Line> lines = new ArrayList<>((values.size() - LINES) / LINE_SIZE);
    for (int at = LINES; at < values.size(); at += LINE_SIZE) {
      lines.add(
          new LedgerEntry.Line(
              StoredValues.text(values, at),
              StoredValues.number(values, at + 1),
              StoredValues.number(values, at + 2),
              StoredValues.number(values, at + 3),
              StoredValues.number(values, at + 4),
              StoredValues.number(values, at + 5)));
    }
    return lines;
  }

  /** The revision alone, the first value: for a search. */
  static long revision(byte[] packed) {
    try (MessageUnpacker in = MessagePack.newDefaultUnpacker(packed)) {
      return in.unpackLong();
    } catch (IOException e) { // it reads from memory
      throw new UncheckedIOException(e);
    }
  }

  /** What {@link Packer#metadata} packed. */
  private static Map<String, String> metadata(byte[] packed) {
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

  private static int constant(String name) {
    return Integer.parseInt(String.valueOf(ScriptAssembler.constant(name)));
  }
}
