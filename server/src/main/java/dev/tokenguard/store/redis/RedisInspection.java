package dev.tokenguard.store.redis;

import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks servers what they are, and turns away those that must not be used. Thread-safe. */
final class RedisInspection {
  /** Under one name with what else concerns the way to Redis. */
  private static final Logger log = LoggerFactory.getLogger(RedisLink.class);

  private final RedisLink.Options options;
  private volatile String product = "";

  RedisInspection(RedisLink.Options options) {
    this.options = options;
  }

  /** What a server says of itself; nothing if it is not to be asked, or does not answer that. */
  CompletionStage<Map<String, String>> look(RedisClusterAsyncCommands<byte[], byte[]> server) {
    return mayWait(server).thenCompose(done -> asked(server));
  }

  /** A server that never tells what replicas have would leave every change in doubt. */
  private CompletionStage<?> mayWait(RedisClusterAsyncCommands<byte[], byte[]> server) {
    if (options.durability().replicas() == 0) {
      return CompletableFuture.completedFuture(null);
    }
    return server
        .waitForReplication(0, 1) // answered at once
        .exceptionallyCompose(
            thrown -> {
              String message = String.valueOf(RedisFaults.unwrap(thrown).getMessage());
              return CompletableFuture.failedFuture(
                  message.startsWith("NOPERM") || message.startsWith("ERR unknown command")
                      ? new RedisLink.RefusedException(
                          "redis.durability needs WAIT, which this Redis refuses ("
                              + message
                              + "): allow it (+wait in the ACL of its user), or set"
                              + " redis.durability=async")
                      : thrown);
            });
  }

  private CompletionStage<Map<String, String>> asked(
      RedisClusterAsyncCommands<byte[], byte[]> server) {
    if (!options.verify()) {
      return CompletableFuture.completedFuture(Map.of());
    }
    return server
        .info()
        .handle(
            (info, thrown) -> {
              if (thrown == null) {
                return RedisChecks.parse(info);
              }
              if (String.valueOf(thrown.getMessage()).contains("NOPERM")) {
                log.warn(
                    "This Redis user may not run INFO, so version, eviction and persistence of Redis"
                        + " were not looked at: allow it (+info in its ACL), or set"
                        + " redis.verify_config=false to say that you did");
                return Map.of();
              }
              throw new CompletionException(thrown);
            });
  }

  /** Whether it is a node of a Cluster. */
  static boolean isCluster(Map<String, String> info) {
    return "cluster".equals(info.get("redis_mode"));
  }

  /**
   * Logs what there is to know of a server.
   *
   * @param info what it says of itself; nothing, if that is not known
   * @param place where it is
   * @throws RedisLink.RefusedException if it must not be used
   */
  void judge(Map<String, String> info, String place) {
    if (info.isEmpty()) {
      return;
    }
    RedisChecks.Findings findings =
        RedisChecks.judge(info, options.allowEviction(), options.durability().replicas());
    if (!findings.refusals().isEmpty()) {
      throw new RedisLink.RefusedException(
          place + ": " + String.join("\n" + place + ": ", findings.refusals()));
    }
    product = findings.description();
    log.info("Connected to {} at {}", product, place);
    findings.warnings().forEach(warning -> log.warn("{}: {}", place, warning));
  }

  /** What Redis it is; empty as long as that is not known. */
  String product() {
    return product;
  }
}
