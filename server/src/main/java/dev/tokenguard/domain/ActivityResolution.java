package dev.tokenguard.domain;

import java.time.Duration;

/** How much time one point of activity is of. */
public enum ActivityResolution {
  /** Five minutes. */
  FIVE_MINUTES(Duration.ofMinutes(5), Duration.ofDays(2)),
  /** A day in UTC. */
  DAY(Duration.ofDays(1), Duration.ofDays(90));

  private final Duration span;
  private final Duration kept;

  ActivityResolution(Duration span, Duration kept) {
    this.span = span;
    this.kept = kept;
  }

  /** From the beginning of a point to that of the next. */
  public Duration span() {
    return span;
  }

  /** How long a point is kept. */
  public Duration kept() {
    return kept;
  }
}
