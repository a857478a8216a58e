package dev.tokenguard.products;

import dev.tokenguard.topology.RedisCluster;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;

/**
 * All that operators are told is the same on a Cluster. The URI is that of one node, and does not
 * say that it is of a Cluster.
 */
class AdminOnAClusterTest extends AdminOverTheWireTest {

  @SuppressWarnings("NullAway.Init") // Set before all.
  private RedisCluster cluster;

  @Override
  String redisIn(Path folder) {
    cluster = RedisCluster.start(folder.resolve("cluster"), RedisCluster.Options.DEFAULT.of(3, 0));
    return "redis.uri=" + cluster.plainUri();
  }

  @Override
  @AfterAll
  void stop() {
    super.stop();
    cluster.close();
  }
}
