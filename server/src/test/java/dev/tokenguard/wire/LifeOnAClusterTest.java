package dev.tokenguard.wire;

import dev.tokenguard.topology.RedisCluster;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;

/** All that services are told is the same on a Cluster that is named by one of its nodes. */
class LifeOnAClusterTest extends LifeOverTheWireTest {

  @SuppressWarnings("NullAway.Init") // Set before all.
  private RedisCluster cluster;

  @Override
  String redisIn(Path folder) {
    cluster = RedisCluster.start(folder.resolve("cluster"), RedisCluster.Options.DEFAULT.of(3, 0));
    return "redis.uri=" + cluster.uri();
  }

  @Override
  @AfterAll
  void stop() {
    super.stop();
    cluster.close();
  }
}
