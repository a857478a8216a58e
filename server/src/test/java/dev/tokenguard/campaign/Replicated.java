package dev.tokenguard.campaign;

import java.util.List;

/**
 * What a failover may take: changes that the old master has acknowledged and its replica has not
 * seen. How many these are depends on how far the replica is behind, which while it is connected is
 * little, and on how long the old master goes on after it is no longer followed.
 */
final class Replicated {

  /** A replica that is connected is not further behind than this. */
  static final long LAG_NANOS = 2_000_000_000L;

  private final boolean durable;

  /**
   * @param durable whether changes wait for a replica before they are answered
   */
  Replicated(boolean durable) {
    this.durable = durable;
  }

  String setting() {
    return durable ? "replicas:1" : "async";
  }

  List<String> settings() {
    return durable
        ? List.of("--redis.durability=replicas:1", "--redis.durability_timeout=200ms")
        : List.of();
  }

  /**
   * A master that is gone at once, from a moment until now: the replica that has most is the next
   * one, and so what a replica had is kept.
   */
  void mayLoseUnreplicated(Stage stage, String fault, long from) {
    stage.mayLose(new Loss(fault, from, System.nanoTime(), LAG_NANOS, durable));
  }
}
