package dev.tokenguard.client;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/**
 * Is told what no caller can be told. By default each event is logged as a warning of logger {@code
 * dev.tokenguard.client}.
 *
 * <p>Called from any thread, also from those that serve other calls: must be thread-safe and must
 * not block. What it throws is logged and ignored.
 */
public interface ClientListener {

  /**
   * Work runs unmetered, because TokenGuard could not be reached and the policy is {@link
   * FailurePolicy#OPEN}.
   *
   * @param request what was asked, with its reservation id
   * @param cause why it could not be reached
   */
  default void unmetered(ReserveRequest request, TokenGuardException cause) {
    log(
        "unmetered: "
            + request.feature()
            + " for "
            + request.accountId()
            + ": "
            + cause.getMessage());
  }

  /**
   * A heartbeat found that the hold has ended while its work runs: its tokens are back, and a
   * commit may be late or refused. Told once for each reservation.
   *
   * @param cause what the server said; {@link TokenGuardException#metadata} may name the state
   */
  default void holdLost(Reservation reservation, TokenGuardException cause) {
    log("hold lost: " + reservation.id() + ": " + cause.getMessage());
  }

  /**
   * A commit or refund will not be done: the server refused it, it could not be delivered until the
   * hold's expiry, or the client was closed first. A caller that waits gets the same cause. Tokens
   * of a lost refund come back when the hold expires; those of a lost commit too, and the work
   * stays uncharged.
   */
  default void settlementFailed(Settlement settlement, TokenGuardException cause) {
    log(
        "not settled: "
            + settlement.verb()
            + " of "
            + settlement.reservationId()
            + " of "
            + settlement.accountId()
            + ": "
            + cause.getMessage());
  }

  private static void log(String message) {
    Logger logger = System.getLogger("dev.tokenguard.client");
    logger.log(Level.WARNING, message);
  }
}
