package dev.tokenguard.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lettuce.core.cluster.SlotHash;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the other tests of this package build on does what it says. */
class FixturesTest {

  @TempDir Path folder;

  /** Slots move with their keys, and in between Redis says what it says in production. */
  @Test
  void aSlotHalfMoved() {
    try (RedisCluster cluster = RedisCluster.start(folder)) {
      assertEquals(3, cluster.masters().size());
      cluster.masters().forEach(each -> assertEquals(1, cluster.replicasOf(each).size()));
      int slot = SlotHash.getSlot("{a}");
      RedisNode from = cluster.nodeOfKey("{a}1");
      RedisNode to = cluster.addNode();
      from.command("MSET", "{a}1", "1", "{a}2", "2");
      try (SlotMove move = cluster.beginMove(from, to, slot)) {
        assertEquals(1, move.some(1));
        assertEquals("TRYAGAIN", wordOf(from, "MGET", "{a}1", "{a}2"));
        assertEquals("ASK", wordOf(from, "GET", "{a}3"));
      }
      assertEquals("MOVED", wordOf(from, "GET", "{a}1"));
      assertEquals(to, cluster.nodeOfSlot(slot));
      assertEquals(Set.of("{a}1", "{a}2"), cluster.allKeys().get(to));
    }
  }

  @Test
  void aMasterThatIsCutOffIsReplaced() {
    RedisCluster.Options options = RedisCluster.Options.DEFAULT.withProxies();
    try (RedisCluster cluster = RedisCluster.start(folder, options)) {
      RedisNode master = cluster.masters().get(1);
      RedisNode replica = cluster.replicaOf(master);
      int slot = cluster.slotsOf(master).get(0);
      cluster.partition(master);
      assertEquals(replica, cluster.awaitFailover(master, slot));
      cluster.heal(master);
      cluster.awaitHealthy();
      assertEquals("slave", master.info("role"));
      cluster.failover(master);
      assertTrue(master.isMaster());
    }
  }

  private static String wordOf(RedisNode node, String... command) {
    String error = assertThrows(Resp.ErrorReply.class, () -> node.command(command)).getMessage();
    return String.valueOf(error).split(" ")[0];
  }
}
