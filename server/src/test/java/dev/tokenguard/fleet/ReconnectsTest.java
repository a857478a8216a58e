package dev.tokenguard.fleet;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.topology.RedisNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Fifty sidecars lose one Redis at the same moment, or wait for one together. They do not come at
 * it in step, nor ever faster the more of them there are. What is told apart here is fifty at once
 * and fifty over a while; how long either takes is nobody's business.
 */
class ReconnectsTest {
  private static final int SIDECARS = 50;
  private static final int TRIES = 4 * SIDECARS;
  private static final long BUCKET_MILLIS = 10;

  @TempDir private Path folder = Path.of("");

  @Test
  void whoLostRedisComesBackInItsOwnTime() throws Exception {
    try (RedisNode redis = RedisNode.start(folder.resolve("redis"));
        Fleet fleet = new Fleet(redis.uri(), SIDECARS).start()) {
      fleet.awaitUp();
      redis.kill();
      List<Duration> tries = tries(redis.port());
      fleet.awaitDown();
      redis.start();
      fleet.awaitUp();
      report("lost", tries);
      assertSpread(tries);
    }
  }

  @Test
  void whoNeverHadRedisWaitsForItInItsOwnTime() throws Exception {
    RedisNode redis = RedisNode.start(folder.resolve("redis"));
    redis.kill();
    try (redis;
        Fleet fleet = new Fleet(redis.uri(), SIDECARS).start()) {
      List<Duration> tries = tries(redis.port());
      redis.start();
      fleet.awaitUp();
      report("never connected", tries);
      assertSpread(tries);
    }
  }

  private static List<Duration> tries(int port) throws IOException {
    try (AcceptLog log = new AcceptLog(port)) {
      return log.await(TRIES);
    }
  }

  private static void report(String what, List<Duration> tries) {
    TreeMap<Long, Integer> bySecond = new TreeMap<>();
    tries.forEach(each -> bySecond.merge(each.toSeconds(), 1, Integer::sum));
    System.out.printf(
        "%s: %d tries of %d sidecars; in each second %s; share of %d ms used %.2f%n",
        what, tries.size(), SIDECARS, bySecond.values(), BUCKET_MILLIS, spread(tries));
  }

  /** Tries that have a moment for themselves: near 1 where they are alone, a fiftieth in step. */
  private static double spread(List<Duration> tries) {
    long moments = tries.stream().map(each -> each.toMillis() / BUCKET_MILLIS).distinct().count();
    return moments / (double) tries.size();
  }

  private static void assertSpread(List<Duration> tries) {
    assertTrue(spread(tries) > 5.0 / SIDECARS, () -> "in step: " + tries);
  }
}
