package dev.tokenguard.metrics;

import io.micrometer.core.instrument.Counter;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Calls by client library and version. What callers say is not to be trusted: only what looks like
 * a release has a label of its own, and only so many of those. Thread-safe.
 */
final class ClientMeters {
  /** More than anybody runs at once; a restart forgets those that are gone. */
  static final int MOST = 32;

  private static final Pattern RELEASE =
      Pattern.compile("tokenguard-[a-z]{1,12}/\\d{1,4}(\\.\\d{1,4}){1,2}(-[A-Za-z0-9.]{1,16})?");

  private final Map<String, Counter> known = new ConcurrentHashMap<>();
  private final Meters meters;
  private final Counter none;
  private final Counter other;

  ClientMeters(Meters meters) {
    this.meters = meters;
    this.none = meters.counter(Metric.CLIENT_CALLS, "none");
    this.other = meters.counter(Metric.CLIENT_CALLS, "other");
  }

  void called(@Nullable String client) {
    Counter counter = client == null ? none : known.get(client);
    (counter == null ? unseen(String.valueOf(client)) : counter).increment();
  }

  private Counter unseen(String client) {
    if (known.size() >= MOST || !RELEASE.matcher(client).matches()) {
      return other;
    }
    synchronized (known) {
      return known.size() >= MOST
          ? known.getOrDefault(client, other)
          : known.computeIfAbsent(client, name -> meters.counter(Metric.CLIENT_CALLS, name));
    }
  }
}
