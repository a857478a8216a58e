package dev.tokenguard.client;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A commit or refund, as {@link ClientListener} is told of it.
 *
 * @param verb which of the two
 * @param accountId who pays
 * @param reservationId what was to be settled
 * @param feature what it was reserved for; empty if that is not known
 * @param actual whole tokens by token type that were to be charged; null: what was held, or a
 *     refund
 */
public record Settlement(
    Verb verb,
    String accountId,
    String reservationId,
    String feature,
    @Nullable Map<String, Long> actual) {

  /** What was to be done with the hold. */
  public enum Verb {
    /** Charge it. */
    COMMIT,
    /** Return it. */
    REFUND
  }

  /** Copies the map. */
  public Settlement {
    actual = actual == null ? null : Map.copyOf(actual);
  }
}
