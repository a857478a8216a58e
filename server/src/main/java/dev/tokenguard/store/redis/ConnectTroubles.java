package dev.tokenguard.store.redis;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Why Redis cannot be connected to, for people: each cause is logged at once, and once in a while
 * as long as it stays. Thread-safe.
 */
final class ConnectTroubles {
  private static final Logger log = LoggerFactory.getLogger(RedisLink.class);

  private static final Duration REMIND = Duration.ofMinutes(1);

  /** What was logged, and when; causes may take turns. */
  private final Map<String, Long> logged = new HashMap<>();

  private volatile String last = "";

  /** Why the last try failed; empty since one did not. */
  String last() {
    return last;
  }

  /** A try has not failed. */
  void clear() {
    last = "";
  }

  /**
   * A try has failed.
   *
   * @param where Redis was looked for, without credentials
   */
  synchronized void note(Throwable thrown, String where) {
    Throwable cause = RedisFaults.unwrap(thrown);
    String tls = RedisTlsFaults.explain(thrown, where);
    String trouble =
        cause instanceof RedisLink.RefusedException
            ? String.valueOf(cause.getMessage())
            : tls == null ? String.valueOf(RedisFaults.of(thrown).getMessage()) : tls;
    last = trouble;
    long now = System.nanoTime();
    logged.values().removeIf(since -> now - since >= REMIND.toNanos());
    if (logged.putIfAbsent(trouble, now) == null) {
      log.warn("No Redis at {}: {}", where, trouble);
    }
  }
}
