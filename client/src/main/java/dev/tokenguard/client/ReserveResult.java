package dev.tokenguard.client;

import dev.tokenguard.v1.Balance;
import java.util.List;

/** What a reserve decided: {@link Reserved} or {@link Denied}. */
public sealed interface ReserveResult {

  /**
   * The work may run.
   *
   * @param reservation what it holds; settle it
   * @param balances the token types concerned, after the hold; empty when unmetered
   * @param revision revision of the account after the hold; 0 when unmetered
   * @param replicationPending whether fewer replicas had it in time than the server's {@code
   *     redis.durability} asks for: a failover may lose it
   */
  record Reserved(
      Reservation reservation, List<Balance> balances, long revision, boolean replicationPending)
      implements ReserveResult {
    /** Copies the list. */
    public Reserved {
      balances = List.copyOf(balances);
    }
  }

  /**
   * The work may not run; nothing is held.
   *
   * @param denial why
   * @param balances the token types concerned
   * @param revision revision of the account
   */
  record Denied(Denial denial, List<Balance> balances, long revision) implements ReserveResult {
    /** Copies the list. */
    public Denied {
      balances = List.copyOf(balances);
    }
  }

  /**
   * The reservation under which the work may run now.
   *
   * @throws DeniedException if it was denied
   * @throws DuplicateReservationException if the id belongs to work that somebody else runs or ran
   */
  default Reservation orThrow() {
    if (this instanceof Reserved reserved) {
      if (reserved.reservation().duplicate()) {
        throw new DuplicateReservationException(reserved.reservation());
      }
      return reserved.reservation();
    }
    throw new DeniedException(((Denied) this).denial());
  }
}
