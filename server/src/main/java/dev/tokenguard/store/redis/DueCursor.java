package dev.tokenguard.store.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lettuce.core.ScoredValue;
import java.util.Arrays;

/**
 * Where a list of open reservations goes on: after the one that expires at this time and has this
 * id. It stays right whatever begins or ends meanwhile.
 *
 * @param time when it expires, milliseconds since the epoch
 * @param id its id; empty for before all of that time
 */
record DueCursor(long time, String id) {
  private static final DueCursor BEGINNING = new DueCursor(0, "");

  /** What {@link #toString} wrote; the beginning if it is empty. */
  static DueCursor parse(String cursor) {
    if (cursor.isEmpty()) {
      return BEGINNING;
    }
    int slash = cursor.indexOf('/');
    if (slash < 0) {
      throw new IllegalArgumentException(cursor);
    }
    return new DueCursor(Long.parseLong(cursor.substring(0, slash)), cursor.substring(slash + 1));
  }

  static DueCursor at(ScoredValue<byte[]> due) {
    return new DueCursor((long) due.getScore(), new String(due.getValue(), UTF_8));
  }

  /** Whether this comes after it, in the order of Redis: by time, then by the bytes of the id. */
  boolean isBefore(ScoredValue<byte[]> due) {
    return (long) due.getScore() > time
        || Arrays.compareUnsigned(due.getValue(), id.getBytes(UTF_8)) > 0;
  }

  @Override
  public String toString() {
    return time + "/" + id;
  }
}
