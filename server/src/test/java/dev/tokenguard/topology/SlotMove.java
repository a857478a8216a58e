package dev.tokenguard.topology;

import java.util.ArrayList;
import java.util.List;

/**
 * A slot on its way from one master to another, as an operator's resharding does it: while it lasts
 * some of its keys are here and some there. Ends when it is closed, with all of its keys moved.
 */
public final class SlotMove implements AutoCloseable {

  private static final int BATCH = 100;
  private static final String TIMEOUT_MILLIS = "10000";

  private final RedisCluster cluster;
  private final RedisNode from;
  private final RedisNode to;
  private final String slot;

  SlotMove(RedisCluster cluster, RedisNode from, RedisNode to, int slot) {
    this.cluster = cluster;
    this.from = from;
    this.to = to;
    this.slot = String.valueOf(slot);
    to.command("CLUSTER", "SETSLOT", this.slot, "IMPORTING", cluster.idOf(from));
    from.command("CLUSTER", "SETSLOT", this.slot, "MIGRATING", cluster.idOf(to));
  }

  /** Moves so many keys at most, and says how many there were. */
  public int some(int count) {
    List<String> keys = from.texts("CLUSTER", "GETKEYSINSLOT", slot, String.valueOf(count));
    if (!keys.isEmpty()) {
      List<String> words =
          new ArrayList<>(
              List.of(
                  "MIGRATE",
                  "127.0.0.1",
                  String.valueOf(to.port()),
                  "",
                  "0",
                  TIMEOUT_MILLIS,
                  "KEYS"));
      words.addAll(keys);
      from.command(words.toArray(String[]::new));
    }
    return keys.size();
  }

  /** Moves all keys that are left. */
  public void all() {
    while (some(BATCH) > 0) {
      // Until there are none: calls may still have made some meanwhile.
    }
  }

  /** Moves what is left, and tells everybody who serves the slot now. */
  @Override
  public void close() {
    all();
    String id = cluster.idOf(to);
    to.command("CLUSTER", "SETSLOT", slot, "NODE", id);
    from.command("CLUSTER", "SETSLOT", slot, "NODE", id);
    for (RedisNode each : cluster.masters()) {
      if (each != to && each != from && each.isAlive()) {
        each.command("CLUSTER", "SETSLOT", slot, "NODE", id);
      }
    }
  }
}
