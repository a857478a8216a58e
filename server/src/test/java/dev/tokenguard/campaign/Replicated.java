package dev.tokenguard.campaign;

import dev.tokenguard.topology.RedisNode;
import java.util.List;
import java.util.function.Supplier;

/**
 * What a failover may take: changes that the old master has acknowledged and its replica has not
 * seen. How many these are depends on how far the replica is behind, which while it is connected is
 * little, and on how long the old master goes on after it is no longer followed.
 */
final class Replicated {

  /** A replica that is connected is not further behind than this. */
  private static final long LAG_NANOS = 2_000_000_000L;

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
   * A failover from a moment until now, with a while in which there were two masters: a replica
   * that is not the new one may still have said to the old one that it has a change.
   */
  void mayLose(Stage stage, String fault, long from) {
    stage.mayLose(new Loss(fault, from, System.nanoTime(), LAG_NANOS, false));
  }

  /**
   * A master that is gone at once, from a moment until now: the replica that has most is the next
   * one, and so what a replica had is kept.
   */
  void mayLoseUnreplicated(Stage stage, String fault, long from) {
    stage.mayLose(new Loss(fault, from, System.nanoTime(), LAG_NANOS, durable));
  }

  /** Looks whether masters changed while nobody meant it, as on a machine that is very busy. */
  Fault watched(Fault fault, Supplier<List<RedisNode>> masters) {
    return new Fault(
        fault.name(),
        fault.weight(),
        stage -> {
          long from = System.nanoTime();
          List<RedisNode> before = masters.get();
          fault.strike().on(stage);
          if (!before.equals(masters.get())) {
            mayLose(stage, "failover unasked for", from);
          }
        });
  }
}
