package dev.tokenguard.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.wire.Await;
import dev.tokenguard.wire.Caller;
import dev.tokenguard.wire.Load;
import dev.tokenguard.wire.WireServer;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A Redis with replicas, whose Sentinels say who is the master. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SentinelTest {

  private static final int CALLERS = 16;
  private static final Set<String> OUTAGE =
      Set.of(
          "UNAVAILABLE STORE_UNAVAILABLE", "DEADLINE_EXCEEDED STORE_TIMEOUT", "DEADLINE_EXCEEDED");

  private RedisSentinels sentinels;
  private WireServer server;
  private Caller caller;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    sentinels = RedisSentinels.start(folder.resolve("sentinels"), true);
    // One of the Sentinels is down when the server starts: the others know as much.
    RedisNode first = sentinels.sentinels().get(0);
    first.kill();
    server =
        WireServer.startPast(
            sentinels.master().uri(),
            folder,
            "redis.uri=" + sentinels.uri(),
            "redis.connect_timeout=500ms",
            "redis.command_timeout=500ms");
    caller = server.caller();
    first.start();
  }

  @AfterAll
  void stop() {
    server.close();
    sentinels.close();
  }

  @BeforeEach
  void awaitHealthy() throws Exception {
    sentinels.awaitHealthy();
    caller.awaitHealth(ServingStatus.SERVING);
  }

  /** Two Sentinels of three are enough to replace it. */
  @Test
  void theMasterDiesAndComesBack() throws Exception {
    RedisNode lost = sentinels.sentinels().get(1);
    RedisNode master = sentinels.master();
    lost.kill();
    try (Spending spending = new Spending(() -> caller, List.of("d-1", "d-2"), CALLERS).start()) {
      spending.awaitDone(200);
      long killed = System.nanoTime();
      master.kill();
      spending.awaitFaults(CALLERS);
      sentinels.awaitFailover(master);
      long replaced = System.nanoTime();
      spending.awaitDone(200);
      tell("a master that dies", killed, replaced, spending);
      master.start();
      lost.start();
      sentinels.awaitHealthy();
      assertFalse(master.isMaster());
      end(spending);
    }
  }

  /** It stood still, and for a moment still takes itself for the master. */
  @Test
  void theMasterStandsStillAndGoesOn() throws Exception {
    RedisNode master = sentinels.master();
    try (Spending spending = new Spending(() -> caller, List.of("s-1", "s-2"), CALLERS).start()) {
      spending.awaitDone(200);
      long stopped = System.nanoTime();
      master.stop();
      try {
        spending.awaitFaults(CALLERS);
        sentinels.awaitFailover(master);
        long replaced = System.nanoTime();
        spending.awaitDone(200);
        tell("a master that stands still", stopped, replaced, spending);
      } finally {
        master.resume();
      }
      sentinels.awaitHealthy();
      assertFalse(master.isMaster());
      end(spending);
    }
  }

  /**
   * It serves, and hears nothing of its successor: what it still takes will be lost, and is not to
   * be much.
   */
  @Test
  void theMasterIsHiddenFromTheSentinels() throws Exception {
    RedisNode master = sentinels.master();
    try (Spending spending = new Spending(() -> caller, List.of("h-1"), CALLERS).start()) {
      spending.awaitDone(100);
      sentinels.hide(master);
      RedisNode successor = sentinels.awaitFailover(master);
      long replaced = System.nanoTime();
      String before = successor.text("LLEN", "tg:{h-1}:l");
      Await.until(
          "callers have gone over", () -> !successor.text("LLEN", "tg:{h-1}:l").equals(before));
      System.out.printf(
          "Sentinel failover of a master that is hidden: callers went over %d ms after it%n",
          (System.nanoTime() - replaced) / 1_000_000);
      assertTrue(master.isMaster(), "it has heard nothing");
      sentinels.show(master);
      sentinels.awaitHealthy();
      assertFalse(master.isMaster());
      spending.awaitDone(100);
      end(spending);
    }
  }

  /** Nobody is needed to say who is the master as long as it serves. */
  @Test
  void allSentinelsAreLost() throws Exception {
    try (Load load = new Load(() -> caller, List.of("n-1", "n-2"), CALLERS).start()) {
      load.awaitSettled(200);
      sentinels.sentinels().forEach(RedisNode::kill);
      load.awaitSettled(1000);
      assertEquals(ServingStatus.SERVING, caller.health("readiness"));
      sentinels.sentinels().forEach(RedisNode::start);
      load.awaitSettled(200);
      load.stop();
      load.check(caller);
      assertEquals(Map.of(), load.faults(), load::toString);
    }
  }

  private void end(Spending spending) throws Exception {
    spending.stop();
    assertTrue(OUTAGE.containsAll(spending.faults()), spending::toString);
    spending.repeatAllAndCheck(caller);
    Audits.assertAllBalanced(server);
  }

  private static void tell(String what, long since, long replaced, Spending spending) {
    System.out.printf(
        "Sentinel failover of %s: %d ms; the first call answered %d ms after it; %s%n",
        what,
        (replaced - since) / 1_000_000,
        spending.firstSuccessAfter(replaced).toMillis(),
        spending);
  }
}
