package dev.tokenguard.store.redis;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Looks whether a Redis can be trusted with balances. Asks INFO only, which managed offers leave
 * alone where they refuse CONFIG.
 */
final class RedisChecks {

  /** The oldest Redis that runs the scripts. */
  private static final int OLDEST_MAJOR = 6;

  private static final int OLDEST_MINOR = 2;

  private RedisChecks() {}

  /**
   * What was found.
   *
   * @param description what Redis it is, for the log
   * @param refusals why it cannot be used; each says what to do
   * @param warnings what its operator should know
   */
  record Findings(String description, List<String> refusals, List<String> warnings) {}

  /**
   * Judges by what INFO says.
   *
   * @param info what INFO says
   * @param allowEviction whether a Redis is accepted that throws data away
   * @param replicas so many must have a change before it is answered
   */
  static Findings judge(Map<String, String> info, boolean allowEviction, int replicas) {
    List<String> refusals = new ArrayList<>();
    List<String> warnings = new ArrayList<>();
    String version = info.getOrDefault("redis_version", "unknown");
    if (isTooOld(version)) {
      refusals.add(
          "Redis "
              + version
              + " is too old: TokenGuard needs 6.2 or later, or any Valkey; upgrade it");
    }
    String policy = info.getOrDefault("maxmemory_policy", "noeviction");
    if (!policy.equals("noeviction")) {
      String found =
          "maxmemory-policy is "
              + policy
              + ": when memory is short, Redis would throw"
              + " balances away. Run CONFIG SET maxmemory-policy noeviction (and put it into its"
              + " configuration)";
      if (allowEviction) {
        warnings.add(found + "; going on because redis.allow_eviction is true");
      } else {
        refusals.add(found + ", or set redis.allow_eviction=true to take that risk");
      }
    }
    if (info.getOrDefault("aof_enabled", "0").equals("0")) {
      warnings.add(
          "appendonly is off: when Redis restarts, all changes since its last snapshot are gone."
              + " Run CONFIG SET appendonly yes (and put it into its configuration)");
    }
    if ("slave".equals(info.get("role"))) {
      warnings.add(
          "this Redis is a replica and takes no writes: connect to its master, or name the"
              + " Sentinels in redis.uri");
    }
    String connected = info.getOrDefault("connected_slaves", "0");
    if (connected.matches("\\d{1,9}") && Integer.parseInt(connected) < replicas) {
      warnings.add(
          "it has "
              + connected
              + " replicas, and redis.durability asks for "
              + replicas
              + ": until it has them, every change waits for redis.durability_timeout and is told"
              + " to be not yet replicated");
    }
    String product =
        info.containsKey("valkey_version")
            ? "Valkey " + info.get("valkey_version")
            : "Redis " + version;
    return new Findings(product, refusals, warnings);
  }

  private static boolean isTooOld(String version) {
    String[] parts = version.split("\\.");
    try {
      int major = Integer.parseInt(parts[0]);
      int minor = parts.length > 1 ? Integer.parseInt(parts[1]) : 0;
      return major < OLDEST_MAJOR || (major == OLDEST_MAJOR && minor < OLDEST_MINOR);
    } catch (NumberFormatException e) {
      return false; // a build of somebody's own: the scripts will tell
    }
  }

  /** What INFO says, by name. */
  static Map<String, String> parse(String info) {
    Map<String, String> byName = new HashMap<>();
    for (String line : info.split("\r?\n")) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        byName.put(line.substring(0, colon), line.substring(colon + 1).trim());
      }
    }
    return byName;
  }
}
