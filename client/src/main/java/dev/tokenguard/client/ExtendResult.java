package dev.tokenguard.client;

import dev.tokenguard.v1.Balance;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** What an extend decided: {@link Extended}, {@link Denied} or {@link Unmetered}. */
public sealed interface ExtendResult {

  /**
   * The hold lives on.
   *
   * @param amounts what it holds now, in whole tokens by token type
   * @param expireTime when it returns by itself, by the server's clock
   * @param balances the token types concerned
   * @param revision revision of the account after the extend
   * @param replicationPending whether fewer replicas had it in time than the server's {@code
   *     redis.durability} asks for: a failover may lose it
   */
  record Extended(
      Map<String, Long> amounts,
      Instant expireTime,
      List<Balance> balances,
      long revision,
      boolean replicationPending)
      implements ExtendResult {
    /** Copies the collections. */
    public Extended {
      amounts = Map.copyOf(amounts);
      balances = List.copyOf(balances);
    }
  }

  /**
   * The raise is not allowed; the hold is as it was, its expiry too.
   *
   * @param denial why
   * @param balances the token types concerned
   * @param revision revision of the account
   */
  record Denied(Denial denial, List<Balance> balances, long revision) implements ExtendResult {
    /** Copies the list. */
    public Denied {
      balances = List.copyOf(balances);
    }
  }

  /** The reservation is unmetered: nothing was done. */
  record Unmetered() implements ExtendResult {}

  /**
   * This result, if the work may go on.
   *
   * @throws DeniedException if a raise was denied
   */
  default ExtendResult orThrow() {
    if (this instanceof Denied denied) {
      throw new DeniedException(denied.denial());
    }
    return this;
  }
}
