package dev.tokenguard.store.redis;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Warns of plans that accounts are on and the catalog does not have: once in a while each. */
final class UnknownPlans {
  private static final Logger log = LoggerFactory.getLogger(UnknownPlans.class);
  private static final long PAUSE_NANOS = TimeUnit.MINUTES.toNanos(1);

  /** There are as many as catalogs ever had. */
  private static final int MOST = 1000;

  private final Map<String, Long> warned = new ConcurrentHashMap<>();

  void seen(String plan) {
    long now = System.nanoTime();
    Long before = warned.get(plan);
    boolean due = before == null ? warned.size() < MOST : now - before >= PAUSE_NANOS;
    if (due) {
      warned.put(plan, now);
      log.warn(
          "accounts are on plan {}, which the catalog does not have: they get nothing from it",
          plan);
    }
  }
}
