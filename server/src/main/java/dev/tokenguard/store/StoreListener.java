package dev.tokenguard.store;

import dev.tokenguard.domain.AccountSnapshot;
import dev.tokenguard.domain.Fault;

/**
 * Hears how the store works, for metrics. Called on the store's own threads: must be thread-safe,
 * fast, and never throw.
 */
public interface StoreListener {

  /** Hears nothing. */
  StoreListener NONE = new StoreListener() {};

  /**
   * A script answered.
   *
   * @param script its name, one of a handful
   * @param nanos from sending the call to decoding its reply
   */
  default void scriptDone(String script, long nanos) {}

  /** A change was made that fewer replicas have than were asked for. */
  default void replicationPending() {}

  /** A call failed. */
  default void fault(Fault fault) {}

  /** An operator's call found something due, and did it. */
  default void due(AccountSnapshot account) {}

  /** The plan that was sent for an account was not the one in force; the call was repeated. */
  default void profileMiss() {}
}
