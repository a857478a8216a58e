package dev.tokenguard.bench;

import java.util.Map;

/**
 * Bytes that Redis has taken in, given out and written so far.
 *
 * @param in from clients
 * @param out to clients
 * @param written to its append-only file since that was last rewritten; 0 if it has none
 */
record RedisVolume(long in, long out, long written) {

  /** Reads the reply of {@code INFO everything}. */
  static RedisVolume of(String info) {
    Map<String, String> values = RedisStats.values(info);
    return new RedisVolume(
        Long.parseLong(values.getOrDefault("total_net_input_bytes", "0")),
        Long.parseLong(values.getOrDefault("total_net_output_bytes", "0")),
        Long.parseLong(values.getOrDefault("aof_current_size", "0")));
  }

  /** The volume since an earlier look. */
  RedisVolume since(RedisVolume before) {
    return new RedisVolume(in - before.in, out - before.out, written - before.written);
  }
}
