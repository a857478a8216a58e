package dev.tokenguard.client;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A reservation as guard and the interceptor end it: whatever the work did not settle itself. After
 * either of these calls nobody else will settle it, so a commit that is refused later on is
 * refunded.
 */
interface SettleableReservation extends Reservation {

  /**
   * Commits, unless it was settled. Completes once the commit was answered or goes on in the
   * background.
   *
   * <p>A hold that is gone does not fail it: the work is done, and its result is worth more to the
   * caller than the news, of which the listener is told. A commit that is refused while the hold is
   * still there fails it, and the hold is refunded: who gets no result pays nothing.
   */
  CompletableFuture<@Nullable Void> complete();

  /**
   * Refunds, unless it was settled. Completes once the refund was answered or goes on in the
   * background; never fails.
   */
  CompletableFuture<@Nullable Void> release(String reason);
}
