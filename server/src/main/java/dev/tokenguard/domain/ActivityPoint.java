package dev.tokenguard.domain;

import java.time.Instant;
import java.util.Map;

/**
 * What happened in a span of time, over all accounts. Statistics rather than accounting.
 *
 * @param start when the span begins
 * @param allowed reserves and consumes that were allowed
 * @param denied what was denied, by name of the reason
 * @param consumed tokens that were charged, by token type
 */
public record ActivityPoint(
    Instant start, long allowed, Map<String, Long> denied, Map<String, Long> consumed) {

  /** Keeps copies. */
  public ActivityPoint {
    denied = Map.copyOf(denied);
    consumed = Map.copyOf(consumed);
  }
}
