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
import io.lettuce.core.cluster.SlotHash;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Slots move from master to master while their accounts are used. Accounts of other slots notice
 * nothing; calls of those that move wait until their slot has arrived, or are told to try again if
 * that takes too long, and they come out with exact sums.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReshardingTest {

  private static final int CALLERS = 16;

  private RedisCluster cluster;
  private WireServer server;
  private Caller caller;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    cluster = RedisCluster.start(folder.resolve("cluster"));
    server = WireServer.start(folder, "redis.uri=" + cluster.uri());
    caller = server.caller();
  }

  @AfterAll
  void stop() {
    server.close();
    cluster.close();
  }

  @Test
  void slotsMoveToAndFro() throws Exception {
    RedisNode here = cluster.masters().get(0);
    RedisNode there = cluster.masters().get(1);
    List<String> moving = cluster.accountsOn(here, "moving-", 8);
    int[] slots = moving.stream().mapToInt(SlotHash::getSlot).distinct().toArray();
    List<String> still = staying("staying-", moving);
    try (Load undisturbed = new Load(() -> caller, still, CALLERS).start();
        Load moved = new Load(() -> caller, moving, CALLERS).start()) {
      moved.awaitSettled(200);
      for (int i = 0; i < 5; i++) {
        cluster.moveSlots(here, there, slots);
        moved.awaitSettled(50);
        cluster.moveSlots(there, here, slots);
        moved.awaitSettled(50);
      }
      undisturbed.awaitSettled(200);
      end(undisturbed);
      end(moved);
      assertEquals(Map.of(), undisturbed.faults(), undisturbed::toString);
      assertTrue(
          Set.of("UNAVAILABLE STORE_UNAVAILABLE").containsAll(moved.faults().keySet()),
          moved::toString);
      System.out.println("Resharding: accounts that moved: " + moved);
    }
    cluster.awaitHealthy();
    Audits.assertAllBalanced(server);
  }

  /** A call that comes while its account is on its way waits for it. */
  @Test
  void aCallWaitsForItsSlot(@TempDir Path folder) throws Exception {
    RedisNode here = cluster.masters().get(0);
    RedisNode there = cluster.masters().get(1);
    String account = cluster.accountsOn(here, "waits-", 1).get(0);
    caller.consume(account, "generate", "before");
    try (WireServer patient =
        WireServer.start(folder, "redis.uri=" + cluster.uri(), "redis.command_timeout=1m")) {
      Caller waiting = patient.caller();
      waiting.balance(account, "tokens");
      CompletableFuture<?> call;
      try (SlotMove move = cluster.beginMove(here, there, SlotHash.getSlot(account))) {
        assertEquals(1, move.some(1));
        long refused = refusals(here) + refusals(there);
        call = CompletableFuture.runAsync(() -> waiting.consume(account, "generate", "meanwhile"));
        Await.until("it is refused", () -> refusals(here) + refusals(there) > refused + 1);
        assertFalse(call.isDone());
      }
      call.get(Await.LONG.toSeconds(), TimeUnit.SECONDS);
    }
    assertEquals(
        "granted 1000000, consumed 20, held 0, available 999980, debt 0",
        caller.balance(account, "tokens"));
  }

  /** How often a master has said TRYAGAIN. */
  private static long refusals(RedisNode node) {
    Matcher count =
        Pattern.compile("errorstat_TRYAGAIN:count=(\\d+)").matcher(node.text("INFO", "errorstats"));
    return count.find() ? Long.parseLong(count.group(1)) : 0;
  }

  /** An operator's resharding hangs half-way through a slot. */
  @Test
  void aSlotIsHalfMovedForLong() throws Exception {
    RedisNode here = cluster.masters().get(1);
    RedisNode there = cluster.masters().get(2);
    String half = cluster.accountsOn(here, "half-", 1).get(0);
    List<String> still = staying("stays-", List.of(half));
    try (Load undisturbed = new Load(() -> caller, still, CALLERS).start();
        Load moved = new Load(() -> caller, List.of(half), 4).start()) {
      moved.awaitSettled(50);
      try (SlotMove move = cluster.beginMove(here, there, SlotHash.getSlot(half))) {
        assertEquals(1, move.some(1));
        moved.awaitRetries(8);
        undisturbed.awaitSettled(300);
        WireFault fault = WireFault.of(() -> caller.consume(half, "generate", "between"));
        assertEquals("UNAVAILABLE STORE_UNAVAILABLE", fault.name());
        assertTrue(fault.retry(), fault::toString);
        assertEquals(ServingStatus.SERVING, caller.health("readiness"));
      }
      moved.awaitSettled(50);
      end(undisturbed);
      moved.stop();
      caller.consume(half, "generate", "between");
      assertEquals(Map.of(), undisturbed.faults(), undisturbed::toString);
      assertEquals(Set.of("UNAVAILABLE STORE_UNAVAILABLE"), moved.faults().keySet());
    }
    cluster.awaitHealthy();
    Audits.assertAllBalanced(server);
  }

  /** An account is opened in a slot that is on its way, with nothing in it yet. */
  @Test
  void anEmptySlotMoves() {
    RedisNode here = cluster.masters().get(2);
    RedisNode there = cluster.masters().get(0);
    String fresh = cluster.accountsOn(here, "fresh-", 1).get(0);
    try (SlotMove move = cluster.beginMove(here, there, SlotHash.getSlot(fresh))) {
      move.all();
      try {
        caller.consume(fresh, "generate", "first");
      } catch (io.grpc.StatusRuntimeException e) {
        assertEquals("UNAVAILABLE STORE_UNAVAILABLE", WireFault.of(e).name());
      }
    }
    caller.consume(fresh, "generate", "first");
    assertEquals(
        "granted 1000000, consumed 10, held 0, available 999990, debt 0",
        caller.balance(fresh, "tokens"));
  }

  /** Accounts of every master, in other slots than those. */
  private List<String> staying(String prefix, List<String> moving) {
    Set<Integer> taken = Set.copyOf(moving.stream().map(SlotHash::getSlot).toList());
    List<String> still = new ArrayList<>();
    for (RedisNode each : cluster.masters()) {
      cluster.accountsOn(each, prefix, 6).stream()
          .filter(account -> !taken.contains(SlotHash.getSlot(account)))
          .forEach(still::add);
    }
    return still;
  }

  private void end(Load load) throws Exception {
    load.stop();
    load.check(caller);
  }
}
