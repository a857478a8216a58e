package dev.tokenguard.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.fleet.Fleet.Sidecar;
import dev.tokenguard.service.GuardListener;
import dev.tokenguard.service.SweepTester;
import dev.tokenguard.service.SweepTester.Heard;
import dev.tokenguard.topology.RedisNode;
import dev.tokenguard.wire.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Of fifty sidecars one walks over all accounts. Time passes for a sweep when the test says so. */
class OneWalksTest {
  private static final int SIDECARS = 50;
  private static final int ACCOUNTS = 1500;
  private static final String LEASE = "tg:sweep";
  private static final Duration MINUTE = Duration.ofMinutes(1);

  /** A sidecar's sweep, and what it did. */
  private record Walker(SweepTester sweep, Heard heard) {}

  private final List<Walker> walkers = new ArrayList<>();
  private final ExecutorService threads = Executors.newFixedThreadPool(SIDECARS);
  private RedisNode redis;
  private Fleet fleet;

  @BeforeEach
  void start(@TempDir Path folder) throws Exception {
    redis = RedisNode.start(folder.resolve("redis"));
    fleet = new Fleet(redis.uri(), SIDECARS).start();
    fleet.awaitUp();
    List<CompletableFuture<?>> going = new ArrayList<>();
    for (int i = 0; i < ACCOUNTS; i++) {
      going.add(fleet.get(i).consume("sleeper-" + i, "r", 1).toCompletableFuture());
    }
    CompletableFuture.allOf(going.toArray(CompletableFuture[]::new)).join();
    for (Sidecar each : fleet.all()) {
      Heard heard = new Heard();
      walkers.add(
          new Walker(
              new SweepTester(
                  each.stores().upkeep(Fleet.LEDGER_AGE),
                  each.stores().accountIds(),
                  GuardListener.NONE,
                  heard,
                  each.name(),
                  100_000),
              heard));
    }
  }

  @AfterEach
  void stop() {
    threads.shutdownNow();
    fleet.close();
    redis.close();
  }

  @Test
  void theOthersOnlyAskAndOneTakesOver() throws Exception {
    for (int round = 1; round <= 3; round++) {
      allAtOnce();
      assertEquals(round, walks(), "walks of all together");
      assertEquals((long) round * ACCOUNTS, looked(), "accounts that were looked at");
      walkers.forEach(each -> each.sweep().pass(MINUTE));
    }
    Walker first = holder();
    walkers.remove(first); // kill -9: nothing of it is heard again
    allAtOnce();
    assertEquals(3, first.heard().walks);
    assertEquals(0, walks(), "nobody walks before its lease is over");

    lapse();
    allAtOnce();
    assertEquals(1, walks());
    Walker second = holder();

    walkers.add(first); // it was only stopped, and goes on
    first.sweep().pass(MINUTE);
    first.sweep().round();
    assertFalse(first.heard().holder);
    assertEquals(3, first.heard().walks);
    assertTrue(second.heard().holder);
    assertEquals(0, second.heard().drifted);
  }

  /** A walk is under way when its sidecar is stopped for a minute; another one walks meanwhile. */
  @Test
  void whoIsStoppedInTheMiddleDoesNoHarm() throws Exception {
    Walker stopped = walkers.get(0);
    Walker other = walkers.get(1);
    boolean[] once = new boolean[1];
    stopped
        .sweep()
        .whileAsleep(
            () -> {
              if (!once[0]) {
                once[0] = true;
                stopped.sweep().pass(MINUTE);
                lapse();
                other.sweep().round();
              }
            });
    stopped.sweep().round();
    assertTrue(once[0], "it was stopped");
    assertEquals(1, other.heard().walks);
    assertEquals(0, stopped.heard().walks, "it saw that it had lost the lease");
    assertFalse(stopped.heard().holder);
    assertEquals(0, other.heard().drifted);
    for (int i = 0; i < ACCOUNTS; i += 500) {
      String account = "sleeper-" + i;
      assertTrue(
          fleet
              .get(i)
              .stores()
              .upkeep(Fleet.LEDGER_AGE)
              .audit(account)
              .toCompletableFuture()
              .join()
              .balanced(),
          account);
    }
  }

  private void allAtOnce() throws InterruptedException {
    List<Callable<Duration>> rounds = new ArrayList<>();
    walkers.forEach(each -> rounds.add(each.sweep()::round));
    threads.invokeAll(rounds, Await.LONG.toSeconds(), TimeUnit.SECONDS);
  }

  /** As if its time were over. */
  private void lapse() {
    redis.command("DEL", LEASE);
  }

  private Walker holder() {
    List<Walker> holders = walkers.stream().filter(each -> each.heard().holder).toList();
    assertEquals(1, holders.size());
    return holders.get(0);
  }

  private int walks() {
    return walkers.stream().mapToInt(each -> each.heard().walks).sum();
  }

  private long looked() {
    return walkers.stream().mapToLong(each -> each.heard().looked).sum();
  }
}
