package dev.tokenguard.client;

import dev.tokenguard.v1.Balance;
import java.util.List;
import java.util.Map;

/** What a consume decided: {@link Consumed}, {@link Denied} or {@link Unmetered}. */
public sealed interface ConsumeResult {

  /**
   * Allowed and charged.
   *
   * @param reservationId the id it was charged under
   * @param charged whole tokens by token type; empty for a free feature
   * @param balances the token types concerned, after the charge
   * @param revision revision of the account after the charge
   * @param replayed whether the id was known already: nothing more was charged
   * @param replicationPending whether fewer replicas had it in time than the server's {@code
   *     redis.durability} asks for: a failover may lose it
   */
  record Consumed(
      String reservationId,
      Map<String, Long> charged,
      List<Balance> balances,
      long revision,
      boolean replayed,
      boolean replicationPending)
      implements ConsumeResult {
    /** Copies the collections. */
    public Consumed {
      charged = Map.copyOf(charged);
      balances = List.copyOf(balances);
    }
  }

  /**
   * Not allowed; nothing is charged.
   *
   * @param denial why
   * @param balances the token types concerned
   * @param revision revision of the account
   */
  record Denied(Denial denial, List<Balance> balances, long revision) implements ConsumeResult {
    /** Copies the list. */
    public Denied {
      balances = List.copyOf(balances);
    }
  }

  /**
   * TokenGuard could not be reached, and the policy is {@link FailurePolicy#OPEN}.
   *
   * @param cause why it could not be reached
   */
  record Unmetered(TokenGuardException cause) implements ConsumeResult {}

  /**
   * This result, if the work may run.
   *
   * @throws DeniedException if it was denied
   */
  default ConsumeResult orThrow() {
    if (this instanceof Denied denied) {
      throw new DeniedException(denied.denial());
    }
    return this;
  }
}
