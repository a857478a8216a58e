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
  GuardListener NONE =
      new GuardListener() {
        @Override
        public void reserved(Decision decision) {}

        @Override
        public void consumed(Decision decision) {}

        @Override
        public void extended(Decision decision) {}

        @Override
        public void committed(Settlement settlement) {}

        @Override
        public void refunded(Settlement settlement) {}

        @Override
        public void looked(AccountSnapshot account) {}
      };

  /** A reserve was answered. */
  void reserved(Decision decision);

  /** A consume was answered. */
  void consumed(Decision decision);

  /** An extend was answered. */
  void extended(Decision decision);

  /** A reservation was charged. */
  void committed(Settlement settlement);

  /** A reservation was returned by its caller. */
  void refunded(Settlement settlement);

  /**
   * An account was only looked at, by a check, a balance or a watcher; things may have been due.
   */
  void looked(AccountSnapshot account);
}
