package dev.tokenguard.client;

import dev.tokenguard.v1.AccountBalances;

/**
 * Is told the balances of an account as they change.
 *
 * <p>Called by one thread at a time. A slow listener misses steps in between, never the last one.
 * What it throws is logged and ignored.
 */
@FunctionalInterface
public interface BalanceListener {

  /**
   * The balances now: first of all, and at every change. After an interruption they may be told
   * again; of two, the one with the larger revision is the newer.
   */
  void onBalances(AccountBalances balances);

  /** TokenGuard cannot be reached; the watch goes on by itself when it can. */
  default void onInterrupted(TokenGuardException cause) {}

  /** The watch was refused and is over. Not called for a watch that was closed. */
  default void onEnded(TokenGuardException cause) {}
}
