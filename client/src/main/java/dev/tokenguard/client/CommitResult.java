package dev.tokenguard.client;

import dev.tokenguard.v1.Balance;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/** What became of a commit: {@link Committed}, {@link Pending} or {@link Unmetered}. */
public sealed interface CommitResult {

  /**
   * Charged. All amounts are whole tokens by token type.
   *
   * @param charged what was charged: from the hold, from the balance and as debt together
   * @param returned what was held and not needed
   * @param overdrawn the part of {@code charged} that became debt
   * @param uncovered what was used beyond hold and balance and is not charged
   * @param late whether the hold had expired before
   * @param balances the token types concerned, after the commit
   * @param revision revision of the account after the commit
   * @param replayed whether it was committed already, and the first outcome is told again
   * @param replicationPending whether fewer replicas had it in time than the server's {@code
   *     redis.durability} asks for: a failover may lose it
   */
  record Committed(
      Map<String, Long> charged,
      Map<String, Long> returned,
      Map<String, Long> overdrawn,
      Map<String, Long> uncovered,
      boolean late,
      List<Balance> balances,
      long revision,
      boolean replayed,
      boolean replicationPending)
      implements CommitResult {
    /** Copies the collections. */
    public Committed {
      charged = Map.copyOf(charged);
      returned = Map.copyOf(returned);
      overdrawn = Map.copyOf(overdrawn);
      uncovered = Map.copyOf(uncovered);
      balances = List.copyOf(balances);
    }
  }

  /**
   * Not delivered within the deadline: it is being retried in the background until the hold's
   * expiry.
   *
   * @param outcome completes when it is delivered; fails with {@link TokenGuardException} when it
   *     is refused or lost, of which {@link ClientListener#settlementFailed} is told as well
   */
  record Pending(CompletionStage<Committed> outcome) implements CommitResult {}

  /** The reservation is unmetered: nothing was done. */
  record Unmetered() implements CommitResult {}
}
