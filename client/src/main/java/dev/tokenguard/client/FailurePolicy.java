package dev.tokenguard.client;

/**
 * What happens to a reserve, a guard or a consume when TokenGuard cannot be reached: no answer came
 * but {@code UNAVAILABLE} and timeouts, until attempts or time ran out. Every other fault is an
 * error under both policies.
 */
public enum FailurePolicy {
  /** The work does not run: {@link TokenGuardException}. The default. */
  CLOSED,
  /**
   * The work runs unmetered: the reservation says {@code metered() == false}, the client counts it
   * ({@link TokenGuardClient#unmeteredCount}) and tells {@link ClientListener#unmetered}. Nothing
   * is charged, then or later.
   */
  OPEN
}
