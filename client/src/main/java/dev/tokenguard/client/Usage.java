package dev.tokenguard.client;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What work tells of itself while it runs, for its commit. Thread-safe. */
final class Usage {

  private final Map<String, Long> used = new HashMap<>();
  private final Map<String, String> notes = new HashMap<>();

  synchronized void add(String tokenType, long amount) {
    if (amount < 0) {
      throw new IllegalArgumentException(tokenType + ": " + amount + " (expected: >= 0)");
    }
    used.merge(tokenType, amount, Math::addExact);
  }

  synchronized void note(String key, String value) {
    notes.put(key, value);
  }

  /** Whole tokens by token type; null if nothing was told. */
  synchronized @Nullable Map<String, Long> used() {
    return used.isEmpty() ? null : Map.copyOf(used);
  }

  synchronized Map<String, String> notes() {
    return Map.copyOf(notes);
  }
}
