package dev.tokenguard.service;

import dev.tokenguard.domain.AccountSnapshot;
import dev.tokenguard.domain.Decision;
import dev.tokenguard.domain.Settlement;

/**
 * Hears what was decided, for metrics. Called on the store's threads before the caller is answered:
 * must be thread-safe, fast, and never throw.
 */
public interface GuardListener {

  /** Hears nothing. */
  GuardListener NONE = new GuardListener() {};

  /** A reserve was answered. */
  default void reserved(Decision decision) {}

  /** A consume was answered. */
  default void consumed(Decision decision) {}

  /** An extend was answered. */
  default void extended(Decision decision) {}

  /** A reservation was charged. */
  default void committed(Settlement settlement) {}

  /** A reservation was returned by its caller. */
  default void refunded(Settlement settlement) {}

  /** An operator has opened an account. */
  default void opened() {}

  /** An operator has granted tokens that count at once. */
  default void granted(String tokenType, long amount) {}

  /**
   * An account was only looked at, by a check, a balance or a watcher; things may have been due.
   */
  default void looked(AccountSnapshot account) {}

  /** Tells two listeners of everything. */
  static GuardListener both(GuardListener first, GuardListener second) {
    return new GuardListener() {
      @Override
      public void reserved(Decision decision) {
        first.reserved(decision);
        second.reserved(decision);
      }

      @Override
      public void consumed(Decision decision) {
        first.consumed(decision);
        second.consumed(decision);
      }

      @Override
      public void extended(Decision decision) {
        first.extended(decision);
        second.extended(decision);
      }

      @Override
      public void committed(Settlement settlement) {
        first.committed(settlement);
        second.committed(settlement);
      }

      @Override
      public void refunded(Settlement settlement) {
        first.refunded(settlement);
        second.refunded(settlement);
      }

      @Override
      public void opened() {
        first.opened();
        second.opened();
      }

      @Override
      public void granted(String tokenType, long amount) {
        first.granted(tokenType, amount);
        second.granted(tokenType, amount);
      }

      @Override
      public void looked(AccountSnapshot account) {
        first.looked(account);
        second.looked(account);
      }
    };
  }
}
