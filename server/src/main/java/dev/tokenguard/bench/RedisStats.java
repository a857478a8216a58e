package dev.tokenguard.bench;

import java.util.HashMap;
import java.util.Map;

/**
 * What Redis tells of its work so far.
 *
 * @param scripts calls of EVALSHA
 * @param scriptMicros processor time in them, microseconds
 * @param cpuMicros processor time of the process, microseconds
 * @param usedMemory bytes
 */
record RedisStats(long scripts, double scriptMicros, double cpuMicros, long usedMemory) {
  static final RedisStats NONE = new RedisStats(0, 0, 0, 0);

  /** Reads the reply of {@code INFO everything}. */
  static RedisStats of(String info) {
    Map<String, String> values = values(info);
    Map<String, String> evalsha = new HashMap<>();
    for (String pair : values.getOrDefault("cmdstat_evalsha", "").split(",")) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        evalsha.put(pair.substring(0, equals), pair.substring(equals + 1));
      }
    }
    return new RedisStats(
        Long.parseLong(evalsha.getOrDefault("calls", "0")),
        Double.parseDouble(evalsha.getOrDefault("usec", "0")),
        1e6
            * (Double.parseDouble(values.getOrDefault("used_cpu_user", "0"))
                + Double.parseDouble(values.getOrDefault("used_cpu_sys", "0"))),
        Long.parseLong(values.getOrDefault("used_memory", "0")));
  }

  /** The lines of a reply of {@code INFO}, by their names. */
  static Map<String, String> values(String info) {
    Map<String, String> values = new HashMap<>();
    info.lines()
        .forEach(
            line -> {
              int colon = line.indexOf(':');
              if (colon > 0) {
                values.put(line.substring(0, colon), line.substring(colon + 1).trim());
              }
            });
    return values;
  }

  /** The work since an earlier look. */
  RedisStats since(RedisStats before) {
    return new RedisStats(
        scripts - before.scripts,
        scriptMicros - before.scriptMicros,
        cpuMicros - before.cpuMicros,
        usedMemory - before.usedMemory);
  }

  RedisStats plus(RedisStats other) {
    return new RedisStats(
        scripts + other.scripts,
        scriptMicros + other.scriptMicros,
        cpuMicros + other.cpuMicros,
        usedMemory + other.usedMemory);
  }
}
