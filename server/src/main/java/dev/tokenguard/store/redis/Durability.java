package dev.tokenguard.store.redis;

import java.time.Duration;

/**
 * When a change counts as made.
 *
 * @param replicas so many replicas of its master must have it, too; 0 for none
 * @param timeout how long to wait for them
 */
public record Durability(int replicas, Duration timeout) {
  /** As soon as the master has it. */
  public static final Durability ASYNC = new Durability(0, Duration.ZERO);
}
