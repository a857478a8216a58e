package dev.tokenguard.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tokenguard.testing.TestCa;
import dev.tokenguard.wire.Await;
import dev.tokenguard.wire.Caller;
import dev.tokenguard.wire.TlsProxy;
import dev.tokenguard.wire.WireServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A Cluster whose nodes are behind TLS, as those are that one can rent. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TlsClusterTest {

  private final TestCa ca = new TestCa("ca");
  private final List<TlsProxy> proxies = new ArrayList<>();
  private RedisCluster cluster;

  @SuppressWarnings("NullAway.Init")
  TlsClusterTest() {}

  @BeforeAll
  void start(@TempDir Path folder) {
    cluster = RedisCluster.start(folder, RedisCluster.Options.DEFAULT.of(3, 0));
    for (RedisNode node : cluster.nodes()) {
      TlsProxy proxy = new TlsProxy(node.port(), 0, ca.localhost(), null);
      proxies.add(proxy);
      node.command("CONFIG", "SET", "cluster-announce-port", String.valueOf(proxy.port()));
    }
    for (RedisNode node : cluster.nodes()) {
      Await.until(
          node + " names the ports with TLS",
          () -> {
            String all = node.text("CLUSTER", "NODES");
            return proxies.stream().allMatch(each -> all.contains(":" + each.port() + "@"));
          });
    }
  }

  @AfterAll
  void stop() {
    proxies.forEach(TlsProxy::close);
    cluster.close();
  }

  /** Also where the URI names a node as if it were the only one. */
  @ParameterizedTest
  @ValueSource(strings = {"rediss-cluster", "rediss"})
  void everyMasterIsReachedOverTls(String scheme, @TempDir Path folder) throws Exception {
    ca.writeTo(folder);
    String uri = scheme + "://127.0.0.1:" + proxies.get(0).port();
    Path home = Files.createDirectory(folder.resolve("server"));
    try (WireServer server =
        WireServer.startPast(
            cluster.nodes().get(0).uri(),
            home,
            "redis.uri=" + uri,
            "redis.tls_ca=" + folder.resolve("ca.crt"))) {
      Caller caller = server.caller();
      for (RedisNode master : cluster.masters()) {
        String account = cluster.accountsOn(master, scheme + "-", 1).get(0);
        caller.consume(account, "generate", "first");
        assertEquals(
            "granted 1000000, consumed 10, held 0, available 999990, debt 0",
            caller.balance(account, "tokens"));
      }
      Audits.assertAllBalanced(server);
    }
  }
}
