package dev.tokenguard.campaign;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The calls of one process, in a file that is mapped into its memory: what was written is there
 * when the process is killed in the middle of its work, and a call without an answer is one whose
 * outcome is unknown. Thread-safe.
 *
 * <p>A call is a slot of 20 numbers: what it asks is written before it is sent, the rest when it is
 * answered, and {@link Told} after everything else.
 */
final class CallFile implements AutoCloseable {

  private static final int NUMBERS = 20;
  private static final int SLOT_BYTES = NUMBERS * Long.BYTES;
  private static final int SLOTS_OF_PART = 100_000;
  private static final int PART_BYTES = SLOTS_OF_PART * SLOT_BYTES;

  private static final int START = 0;
  private static final int END = 1;
  private static final int KIND = 2;

  private final FileChannel channel;
  private final List<MappedByteBuffer> parts = new ArrayList<>();
  private long slots;

  /** Opens a new file. */
  CallFile(Path file) throws IOException {
    channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.SPARSE);
  }

  /** Writes down that a call is about to be made; returns its slot. */
  synchronized long begin(Call call) {
    long slot = slots++;
    ByteBuffer part = part(slot);
    int at = at(slot);
    part.putLong(at + 3 * Long.BYTES, call.id);
    part.putLong(at + 4 * Long.BYTES, call.amount);
    part.putLong(at + 5 * Long.BYTES, call.ttlMillis);
    part.putLong(at + KIND * Long.BYTES, kind(call));
    part.putLong(at + START * Long.BYTES, call.start);
    return slot;
  }

  /** Writes down what it was told. */
  void end(long slot, Call call) {
    ByteBuffer part;
    synchronized (this) {
      part = part(slot);
    }
    long[] numbers = {
      call.revision,
      call.granted,
      call.consumed,
      call.held,
      call.available,
      call.debt,
      call.lapsed,
      call.charged,
      call.returned,
      call.overdrawn,
      call.reserved,
      call.expireMillis,
      call.state.ordinal()
    };
    int at = at(slot);
    for (int i = 0; i < numbers.length; i++) {
      part.putLong(at + (6 + i) * Long.BYTES, numbers[i]);
    }
    part.putLong(at + END * Long.BYTES, call.end);
    part.putLong(at + KIND * Long.BYTES, kind(call));
  }

  private static long kind(Call call) {
    return call.rpc.ordinal()
        | (long) call.told.ordinal() << 8
        | (call.replayed ? 1L << 16 : 0)
        | (call.late ? 1L << 17 : 0)
        | (call.pending ? 1L << 18 : 0)
        | (long) call.sidecar << 24
        | (long) call.account << 32;
  }

  private ByteBuffer part(long slot) {
    int number = (int) (slot / SLOTS_OF_PART);
    try {
      while (parts.size() <= number) {
        parts.add(
            channel.map(
                FileChannel.MapMode.READ_WRITE, (long) parts.size() * PART_BYTES, PART_BYTES));
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return parts.get(number);
  }

  private static int at(long slot) {
    return (int) (slot % SLOTS_OF_PART) * SLOT_BYTES;
  }

  /** Reads the calls of a file, in the order in which they were made. */
  static void read(Path file, Consumer<Call> reader) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      for (long from = 0; from < size; from += PART_BYTES) {
        ByteBuffer part =
            channel.map(FileChannel.MapMode.READ_ONLY, from, Math.min(PART_BYTES, size - from));
        for (int at = 0; at < part.limit(); at += SLOT_BYTES) {
          if (part.getLong(at) == 0) {
            return;
          }
          reader.accept(call(part, at));
        }
      }
    }
  }

  private static Call call(ByteBuffer part, int at) {
    Call call = new Call();
    long kind = part.getLong(at + KIND * Long.BYTES);
    call.start = part.getLong(at);
    call.rpc = Rpc.values()[(int) (kind & 0xff)];
    call.told = Told.values()[(int) (kind >> 8 & 0xff)];
    call.replayed = (kind >> 16 & 1) != 0;
    call.late = (kind >> 17 & 1) != 0;
    call.pending = (kind >> 18 & 1) != 0;
    call.sidecar = (int) (kind >> 24 & 0xff);
    call.account = (int) (kind >> 32);
    call.id = part.getLong(at + 3 * Long.BYTES);
    call.amount = part.getLong(at + 4 * Long.BYTES);
    call.ttlMillis = part.getLong(at + 5 * Long.BYTES);
    long end = part.getLong(at + END * Long.BYTES);
    if (end == 0 || call.told == Told.UNKNOWN) {
      // Whatever a killed process had begun to write down is not what it was told.
      call.told = Told.UNKNOWN;
      call.end = Long.MAX_VALUE;
      return call;
    }
    call.end = end;
    int next = at + 6 * Long.BYTES;
    call.revision = part.getLong(next);
    call.granted = part.getLong(next + 8);
    call.consumed = part.getLong(next + 16);
    call.held = part.getLong(next + 24);
    call.available = part.getLong(next + 32);
    call.debt = part.getLong(next + 40);
    call.lapsed = part.getLong(next + 48);
    call.charged = part.getLong(next + 56);
    call.returned = part.getLong(next + 64);
    call.overdrawn = part.getLong(next + 72);
    call.reserved = part.getLong(next + 80);
    call.expireMillis = part.getLong(next + 88);
    call.state = HoldState.values()[(int) part.getLong(next + 96)];
    return call;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
