package dev.tokenguard.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.config.CatalogWatcher;
import dev.tokenguard.testing.CapturedLog;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A catalog file that is changed under a server that runs. */
class CatalogReloadTest {

  @TempDir Path folder;

  @Test
  void aChangedPlanTakesEffectAtTheNextCall() throws Exception {
    Path file = Files.writeString(folder.resolve("catalog.yaml"), WireServer.CATALOG);
    try (CapturedLog log = new CapturedLog(CatalogWatcher.class);
        WireServer server =
            WireServer.start(
                folder.resolve("redis"), "catalog.file=" + file, "catalog.reload_interval=100ms")) {
      Caller caller = server.caller();
      for (int i = 0; i < 5; i++) {
        assertTrue(caller.consume("ann", "create_website", "r" + i).hasReservation());
      }
      assertTrue(caller.consume("ann", "create_website", "r5").hasDenial());

      Files.writeString(file, WireServer.CATALOG.replace("amount: 5,", "amount: 6,"));
      awaitMetric(server, "tokenguard_catalog_reloads_total{result=\"ok\"} 1.0");
      assertTrue(caller.consume("ann", "create_website", "r5").hasReservation());
      assertTrue(caller.consume("ann", "create_website", "r6").hasDenial());
      assertEquals(
          "granted 6, consumed 6, held 0, available 0, debt 0", caller.balance("ann", "website"));
      assertEquals(List.of(), log.messages());

      Files.writeString(file, "plans: {}\n");
      awaitMetric(server, "tokenguard_catalog_rejected 1.0");
      assertTrue(caller.reserve("ann", "chat", "r7").hasReservation(), "the one in force stays");
      awaitMetric(server, "tokenguard_catalog_reloads_total{result=\"rejected\"} 1.0");
      assertEquals(1, log.messages().size());
      Files.writeString(file, WireServer.CATALOG);
      awaitMetric(server, "tokenguard_catalog_rejected 0.0");
      assertEquals(
          "granted 5, consumed 6, held 0, available 0, debt 1", caller.balance("ann", "website"));
    }
  }

  private static void awaitMetric(WireServer server, String line) throws Exception {
    Await.untilEquals(true, () -> server.http("/metrics").body().lines().anyMatch(line::equals));
  }
}
