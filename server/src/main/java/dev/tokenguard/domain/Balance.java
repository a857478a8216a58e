package dev.tokenguard.domain;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One token type of an account, as every caller sees it: this is the one place that derives what is
 * shown from what is stored.
 *
 * @param tokenType the token type
 * @param free what is free in all pockets less the debt; negative when debt outweighs
 * @param held held by open reservations, of tokens of this period
 * @param consumed charged in this period
 * @param lapsed expired unspent within this period
 * @param resetAt when the allowance resets next; null when it never does
 * @param lifetime the sums over the life of the account
 */
public record Balance(
    String tokenType,
    long free,
    long held,
    long consumed,
    long lapsed,
    @Nullable Instant resetAt,
    Lifetime lifetime) {

  /** What there was to spend in this period. */
  public long granted() {
    return free + held + consumed + lapsed;
  }

  /** What a reserve may take now, never negative. */
  public long available() {
    return Math.max(0, free);
  }

  /** Charged beyond what there was, never negative. */
  public long debt() {
    return Math.max(0, -free);
  }

  /** Share of what was granted that is not available any more, from 0 to 1. */
  public double usedRatio() {
    long granted = granted();
    return granted <= 0 ? 1 : Math.max(0, (double) (granted - available()) / granted);
  }

  /** What is available in percent of what was granted, from 0 to 100; 0 when nothing was. */
  public double remainingPercent() {
    long granted = granted();
    return granted <= 0 ? 0 : Math.min(100, 100.0 * available() / granted);
  }

  /** Whether less than {@code percent} of what was granted is available. */
  public boolean isBelow(int percent) {
    return available() < granted() * (percent / 100.0);
  }

  /**
   * One token type over the whole life of an account. The conservation law: {@code granted = free +
   * held + consumed + lapsed}.
   *
   * @param granted everything ever granted
   * @param consumed everything ever charged
   * @param held held by open reservations, those of earlier periods too
   * @param lapsed everything that ended unspent, less debt that was forgiven
   */
  public record Lifetime(long granted, long consumed, long held, long lapsed) {}
}
