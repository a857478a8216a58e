package dev.tokenguard.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.tokenguard.testing.CapturedLog;
import dev.tokenguard.wire.Await;
import dev.tokenguard.wire.Caller;
import dev.tokenguard.wire.WireServer;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Sentinels and servers that each ask for a password, as charts for Kubernetes set them up. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SentinelPasswordTest {

  private RedisSentinels sentinels;

  @SuppressWarnings("NullAway.Init")
  SentinelPasswordTest() {}

  @BeforeAll
  void start(@TempDir Path folder) {
    sentinels = RedisSentinels.start(folder);
    for (RedisNode each : sentinels.servers()) {
      each.command("CONFIG", "SET", "masterauth", "of-servers");
    }
    for (RedisNode each : sentinels.sentinels()) {
      each.command("SENTINEL", "SET", RedisSentinels.NAME, "auth-pass", "of-servers");
    }
    sentinels.servers().forEach(each -> ask(each, "of-servers"));
    sentinels.sentinels().forEach(each -> ask(each, "of-sentinels"));
  }

  private static void ask(RedisNode node, String password) {
    node.command("ACL", "SETUSER", "default", "resetpass", ">" + password);
  }

  @AfterAll
  void stop() {
    sentinels.close();
  }

  @Test
  void bothAreTold(@TempDir Path folder) throws Exception {
    Path ofServers = Files.writeString(folder.resolve("servers"), "of-servers\n");
    Path ofSentinels = Files.writeString(folder.resolve("sentinels"), "of-sentinels\n");
    try (WireServer server =
        WireServer.startPast(
            "redis://:of-servers@" + sentinels.servers().get(0).address(),
            folder,
            "redis.uri=" + sentinels.uri(),
            "redis.password_file=" + ofServers,
            "redis.sentinel_password_file=" + ofSentinels)) {
      Caller caller = server.caller();
      caller.consume("ann", "generate", "first");
      assertEquals(
          "granted 1000000, consumed 10, held 0, available 999990, debt 0",
          caller.balance("ann", "tokens"));
    }
  }

  /** The password of the servers is nothing that Sentinels are to hear. */
  @Test
  void withoutThatOfTheSentinelsNoMasterIsFound(@TempDir Path folder) throws Exception {
    try (CapturedLog log = new CapturedLog("dev.tokenguard.store.redis");
        WireServer server =
            WireServer.startPast(
                "redis://:of-servers@" + sentinels.servers().get(0).address(),
                folder,
                "redis.uri=" + sentinels.uri().replace("://", "://:of-servers@"))) {
      Await.until(
          "the log says what is wrong",
          () -> log.messages().stream().anyMatch(each -> each.contains("NOAUTH")));
      assertEquals(ServingStatus.NOT_SERVING, server.caller().health("readiness"));
      assertFalse(log.messages().stream().anyMatch(each -> each.contains("of-servers")));
    }
  }
}
