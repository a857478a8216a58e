package dev.tokenguard.campaign;

import dev.tokenguard.topology.RedisNode;
import java.util.List;
import java.util.function.Supplier;

/** Faults of a Redis process that loses nothing by them. */
final class NodeFaults {

  private NodeFaults() {}

  /**
   * What may happen to one of them.
   *
   * @param nodes those that may be written to now
   */
  static List<Fault> of(Supplier<List<RedisNode>> nodes) {
    return List.of(
        new Fault(
            "redis stands still shortly",
            2,
            stage -> {
              RedisNode node = stage.any(nodes.get());
              node.stop();
              stage.pass(50, 400);
              node.resume();
            }),
        new Fault("scripts flushed", 2, stage -> stage.any(nodes.get()).command("SCRIPT", "FLUSH")),
        new Fault(
            "memory full",
            2,
            stage -> {
              RedisNode node = stage.any(nodes.get());
              node.command("CONFIG", "SET", "maxmemory", "1mb");
              stage.pass(300, 1500);
              node.command("CONFIG", "SET", "maxmemory", "0");
            }));
  }
}
