package dev.tokenguard.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tokenguard.topology.RedisNode;
import dev.tokenguard.wire.Await;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sidecar has one connection to Redis, whatever it does and whatever befalls it. */
class ConnectionsTest {
  private static final int SIDECARS = 50;

  @TempDir private Path folder = Path.of("");

  @Test
  void oneOfEachSidecarAtRestUnderLoadAndAfterReconnects() throws Exception {
    try (RedisNode redis = RedisNode.start(folder.resolve("redis"));
        Fleet fleet = new Fleet(redis.uri(), SIDECARS).start()) {
      fleet.awaitUp();
      assertEquals(SIDECARS, Fleet.clients(redis).size(), "at rest");

      fleet.spend("load", 200);
      for (Fleet.Sidecar each : fleet.all()) {
        each.stores().upkeep(Fleet.LEDGER_AGE).status().toCompletableFuture().join();
      }
      assertEquals(SIDECARS, Fleet.clients(redis).size(), "under load");

      redis.command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
      Await.untilEquals(SIDECARS, () -> Fleet.clients(redis).size());
      fleet.awaitUp();
      assertEquals(SIDECARS, Fleet.clients(redis).size(), "after they were cut");

      redis.restart();
      Await.untilEquals(SIDECARS, () -> Fleet.clients(redis).size());
      fleet.awaitUp();
      Await.until("calls go through", () -> spent(fleet));
      assertEquals(SIDECARS, Fleet.clients(redis).size(), "after Redis was killed");
    }
  }

  private static boolean spent(Fleet fleet) {
    fleet.spend("again", 2);
    return true;
  }
}
