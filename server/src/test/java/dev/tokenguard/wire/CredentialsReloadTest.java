package dev.tokenguard.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.auth.ApiKey;
import dev.tokenguard.testing.Keys;
import dev.tokenguard.v1.GetCatalogRequest;
import dev.tokenguard.v1.TokenAdminServiceGrpc;
import dev.tokenguard.v1.TokenGuardServiceGrpc;
import dev.tokenguard.v1.WatchBalanceRequest;
import dev.tokenguard.v1.WatchBalanceResponse;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file of credentials that is changed under a server that runs. */
class CredentialsReloadTest {

  @TempDir Path folder;

  private static Status.Code call(WireServer server, String key) {
    try {
      TokenAdminServiceGrpc.newBlockingStub(Keys.with(key, server.caller().channel()))
          .withDeadlineAfter(Await.LONG.toMillis(), TimeUnit.MILLISECONDS)
          .getCatalog(GetCatalogRequest.getDefaultInstance());
      return Status.Code.OK;
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode();
    }
  }

  private static String entry(String name, String key) {
    return "keys: {" + name + ": {role: viewer, sha256: " + ApiKey.sha256(key) + "}}\n";
  }

  @Test
  void aKeyComesAndGoesAndABadFileChangesNothing() throws Exception {
    String first = ApiKey.create();
    String second = ApiKey.create();
    Path file = Files.writeString(folder.resolve("keys.yaml"), entry("first", first));
    try (WireServer server =
        WireServer.start(
            folder.resolve("redis"),
            "auth.credentials_file=" + file,
            "auth.reload_interval=100ms")) {
      assertEquals(Status.Code.OK, call(server, first));
      assertEquals(Status.Code.UNAUTHENTICATED, call(server, second));

      Files.writeString(file, "keys: {second: {role: viewer}}");
      awaitMetric(server, "tokenguard_credentials_reloads_total{result=\"rejected\"} 1.0");
      assertEquals(Status.Code.OK, call(server, first), "those in force stay");

      Files.writeString(file, entry("second", second));
      awaitMetric(server, "tokenguard_credentials_reloads_total{result=\"ok\"} 1.0");
      assertEquals(Status.Code.UNAUTHENTICATED, call(server, first), "it was revoked");
      assertEquals(Status.Code.OK, call(server, second));
    }
  }

  @Test
  void aWatchEndsWithTheKeyThatOpenedIt() throws Exception {
    String key = ApiKey.create();
    Path file = Files.writeString(folder.resolve("keys.yaml"), entry("ann", key));
    try (WireServer server =
        WireServer.start(
            folder.resolve("redis"),
            "auth.credentials_file=" + file,
            "auth.reload_interval=100ms")) {
      Iterator<WatchBalanceResponse> watch =
          TokenGuardServiceGrpc.newBlockingStub(Keys.with(key, server.caller().channel()))
              .withDeadlineAfter(Await.LONG.toMillis(), TimeUnit.MILLISECONDS)
              .watchBalance(WatchBalanceRequest.newBuilder().setAccountId("acme").build());
      assertTrue(watch.hasNext());
      watch.next();
      awaitMetric(server, "tokenguard_grpc_watches 1.0");
      Files.writeString(file, "");
      awaitMetric(server, "tokenguard_credentials_reloads_total{result=\"ok\"} 1.0");

      server.caller().consume("acme", "create_website", "r1"); // something to tell
      StatusRuntimeException e = assertThrows(StatusRuntimeException.class, watch::hasNext);
      assertEquals(Status.Code.UNAUTHENTICATED, e.getStatus().getCode());
      awaitMetric(server, "tokenguard_grpc_watches 0.0");
    }
  }

  private static void awaitMetric(WireServer server, String line) throws Exception {
    Await.untilEquals(true, () -> server.http("/metrics").body().lines().anyMatch(line::equals));
  }
}
