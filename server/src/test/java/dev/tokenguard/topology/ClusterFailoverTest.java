package dev.tokenguard.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.wire.Await;
import dev.tokenguard.wire.Caller;
import dev.tokenguard.wire.Load;
import dev.tokenguard.wire.WireFault;
import dev.tokenguard.wire.WireServer;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A master dies under load. Accounts of other masters notice nothing; its own fail fast and come
 * back with its replica. What it had acknowledged and not yet sent on is lost, as Redis says; sums
 * stay right, and callers that repeat lose nothing.
 */
class ClusterFailoverTest {

  private static final int CALLERS = 16;
  private static final Set<String> OUTAGE =
      Set.of(
          "UNAVAILABLE STORE_UNAVAILABLE", "DEADLINE_EXCEEDED STORE_TIMEOUT", "DEADLINE_EXCEEDED");

  @TempDir Path folder;

  @Test
  void aMasterDies() throws Exception {
    try (RedisCluster cluster = RedisCluster.start(folder);
        WireServer server = WireServer.start(folder, "redis.uri=" + cluster.uri())) {
      Caller caller = server.caller();
      RedisNode doomed = cluster.masters().get(1);
      int slot = cluster.slotsOf(doomed).get(0);
      List<String> others = new ArrayList<>(cluster.accountsOn(cluster.masters().get(0), "a-", 4));
      others.addAll(cluster.accountsOn(cluster.masters().get(2), "c-", 4));
      List<String> its = cluster.accountsOn(doomed, "b-", 4);
      try (Load undisturbed = new Load(() -> caller, others, CALLERS).start();
          Spending hit = new Spending(() -> caller, its, CALLERS).start()) {
        undisturbed.awaitSettled(200);
        hit.awaitDone(200);

        long killed = System.nanoTime();
        doomed.kill();
        hit.awaitFaults(CALLERS);
        undisturbed.awaitSettled(200);
        assertEquals(ServingStatus.SERVING, caller.health("readiness"));

        cluster.awaitFailover(doomed, slot);
        long replaced = System.nanoTime();
        hit.awaitDone(200);
        tell("a master that dies", killed, replaced, hit);

        doomed.start();
        cluster.awaitHealthy();
        assertFalse(doomed.isMaster(), "it came back as a replica");
        undisturbed.awaitSettled(200);
        hit.awaitDone(200);
        end(undisturbed, hit, server);
      }
    }
  }

  /** It takes connections and says nothing; its fellows replace it, and then it goes on. */
  @Test
  void aMasterStandsStill() throws Exception {
    try (RedisCluster cluster = RedisCluster.start(folder);
        WireServer server =
            WireServer.start(
                folder,
                "redis.uri=" + cluster.uri(),
                "redis.connect_timeout=500ms",
                "redis.command_timeout=500ms")) {
      Caller caller = server.caller();
      RedisNode still = cluster.masters().get(1);
      int slot = cluster.slotsOf(still).get(0);
      List<String> others = cluster.accountsOn(cluster.masters().get(0), "a-", 4);
      List<String> its = cluster.accountsOn(still, "b-", 4);
      try (Load undisturbed = new Load(() -> caller, others, CALLERS).start();
          Spending hit = new Spending(() -> caller, its, CALLERS).start()) {
        hit.awaitDone(200);
        long stopped = System.nanoTime();
        still.stop();
        try {
          hit.awaitFaults(CALLERS);
          undisturbed.awaitSettled(200);
          cluster.awaitFailover(still, slot);
          long replaced = System.nanoTime();
          hit.awaitDone(200);
          tell("a master that stands still", stopped, replaced, hit);
        } finally {
          still.resume();
        }
        cluster.awaitHealthy();
        assertFalse(still.isMaster(), "it came back as a replica");
        undisturbed.awaitSettled(200);
        end(undisturbed, hit, server);
      }
    }
  }

  /** As Redis is set by default: when a slot has nobody, none is served. */
  @Test
  void theWholeClusterIsDownWithOneShard() throws Exception {
    try (RedisCluster cluster =
            RedisCluster.start(folder, RedisCluster.Options.DEFAULT.of(3, 0).withFullCoverage());
        WireServer server = WireServer.start(folder, "redis.uri=" + cluster.uriOfAll())) {
      Caller caller = server.caller();
      RedisNode doomed = cluster.masters().get(2);
      List<String> accounts = new ArrayList<>();
      cluster.masters().forEach(each -> accounts.addAll(cluster.accountsOn(each, "x-", 2)));
      try (Load load = new Load(() -> caller, accounts, CALLERS).start()) {
        load.awaitSettled(200);
        doomed.kill();
        Await.untilEquals("fail", () -> cluster.nodes().get(0).info("cluster_state"));
        load.awaitRetries(CALLERS);
        WireFault fault = WireFault.of(() -> caller.consume(accounts.get(0), "generate", "down"));
        assertEquals("UNAVAILABLE STORE_UNAVAILABLE", fault.name());
        assertTrue(fault.retry());
        caller.awaitHealth(ServingStatus.NOT_SERVING);

        doomed.start();
        caller.awaitHealth(ServingStatus.SERVING);
        load.awaitSettled(200);
        load.stop();
        assertTrue(OUTAGE.containsAll(load.faults().keySet()), load::toString);
        load.check(caller);
        Audits.assertAllBalanced(server);
      }
    }
  }

  private static void end(Load undisturbed, Spending hit, WireServer server) throws Exception {
    undisturbed.stop();
    hit.stop();
    assertEquals(Map.of(), undisturbed.faults(), undisturbed::toString);
    undisturbed.check(server.caller());
    assertTrue(OUTAGE.containsAll(hit.faults()), hit::toString);
    hit.repeatAllAndCheck(server.caller());
    Audits.assertAllBalanced(server);
  }

  private static void tell(String what, long since, long replaced, Spending spending) {
    System.out.printf(
        "Cluster failover of %s: %d ms; the first call answered %d ms after it; %s%n",
        what,
        (replaced - since) / 1_000_000,
        spending.firstSuccessAfter(replaced).toMillis(),
        spending);
  }
}
