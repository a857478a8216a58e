package dev.tokenguard.store;

import dev.tokenguard.domain.Fault;

/**
 * Hears how the store fares, for metrics. Called on event loops: must be quick and must not throw.
 */
public interface StoreListener {

  /** A script has answered. */
  void scriptDone(String script, long nanos);

  /** A call has failed with a fault. */
  void fault(Fault fault);

  /** A call had to be repeated because the account's plan was not the one last seen. */
  void profileMiss();
}
