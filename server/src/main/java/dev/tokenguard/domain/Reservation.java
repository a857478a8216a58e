package dev.tokenguard.domain;

import java.time.Instant;

/**
 * A hold with an id, an owner and an expiry.
 *
 * @param id the caller's id of it
 * @param account who pays
 * @param member on whose behalf; empty if nobody was named
 * @param feature what it is for
 * @param amounts what it holds, or held when it ended
 * @param state open, or how it ended
 * @param createdAt when it was made
 * @param expiresAt when it returns by itself
 */
public record Reservation(
    String id,
    String account,
    String member,
    String feature,
    Amounts amounts,
    State state,
    Instant createdAt,
    Instant expiresAt) {

  /** The life of a reservation. */
  public enum State {
    /** The work runs. */
    OPEN,
    /** Charged. */
    COMMITTED,
    /** Returned by the caller. */
    REFUNDED,
    /** Returned because its time was over. */
    EXPIRED
  }
}
