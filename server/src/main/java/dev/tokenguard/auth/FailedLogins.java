package dev.tokenguard.auth;

import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Counts failed logins by address, in windows of a minute. Bounded: of too many addresses, the one
 * heard of least recently is forgotten. Thread-safe.
 */
final class FailedLogins {
  private static final long WINDOW = Duration.ofMinutes(1).toMillis();
  private static final int MAX_ADDRESSES = 10_000;

  private record Window(long ends, int failures) {}

  private final int most;
  private final Clock clock;
  private final Map<String, Window> windows = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * Counts nothing yet.
   *
   * @param most failures of an address in a minute; 0 for as many as it likes
   */
  FailedLogins(int most, Clock clock) {
    this.most = most;
    this.clock = clock;
  }

  /** Whether an address has failed too often to be listened to now. */
  synchronized boolean tooMany(String address) {
    Window window = windows.get(address);
    return most > 0 && window != null && window.failures >= most && clock.millis() < window.ends;
  }

  /** One more failure of an address. */
  synchronized void failed(String address) {
    long now = clock.millis();
    Window window = windows.get(address);
    windows.put(
        address,
        window == null || now >= window.ends
            ? new Window(now + WINDOW, 1)
            : new Window(window.ends, window.failures + 1));
    if (windows.size() > MAX_ADDRESSES) {
      windows.remove(windows.keySet().iterator().next());
    }
  }
}
