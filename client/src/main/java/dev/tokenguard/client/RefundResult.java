package dev.tokenguard.client;

import dev.tokenguard.v1.Balance;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/** What became of a refund: {@link Refunded}, {@link Pending} or {@link Unmetered}. */
public sealed interface RefundResult {

  /**
   * Returned.
   *
   * @param returned what was held and went back, in whole tokens by token type
   * @param expired whether the hold had expired and so was returned before this refund; then {@code
   *     returned} is what the client knows it held, and there are no balances
   * @param balances the token types concerned, after the refund
   * @param revision revision of the account after the refund; 0 when {@code expired}
   * @param replayed whether it was refunded already, and the first outcome is told again
   * @param replicationPending whether fewer replicas had it in time than the server's {@code
   *     redis.durability} asks for: a failover may lose it
   */
  record Refunded(
      Map<String, Long> returned,
      boolean expired,
      List<Balance> balances,
      long revision,
      boolean replayed,
      boolean replicationPending)
      implements RefundResult {
    /** Copies the collections. */
    public Refunded {
      returned = Map.copyOf(returned);
      balances = List.copyOf(balances);
    }
  }

  /**
   * Not delivered within the deadline: it is being retried in the background until the hold's
   * expiry, which returns the tokens by itself.
   *
   * @param outcome completes when it is delivered; fails with {@link TokenGuardException} when it
   *     is refused or lost, of which {@link ClientListener#settlementFailed} is told as well
   */
  record Pending(CompletionStage<Refunded> outcome) implements RefundResult {}

  /** The reservation is unmetered: nothing was done. */
  record Unmetered() implements RefundResult {}
}
