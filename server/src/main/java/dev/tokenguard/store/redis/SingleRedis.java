package dev.tokenguard.store.redis;

import dev.tokenguard.domain.Fault;
import dev.tokenguard.domain.FaultException;
import io.lettuce.core.RedisClient;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.resource.ClientResources;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One master: a server by itself, or the one that Sentinels name. */
final class SingleRedis implements RedisServers {
  private static final Logger log = LoggerFactory.getLogger(SingleRedis.class);

  /** There is but one. */
  private static final String NAME = "";

  private static final byte[] PROBE_VALUE = {'1'};

  /** This is a node of a Cluster, and leads to a part of the keys only. */
  static final class ClusterException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private ClusterException() {
      super("it is a node of a Cluster", null, false, false);
    }
  }

  private final RedisTarget target;
  private final byte[] probeKey;
  private final RedisInspection inspection;
  private final RedisClient client;
  private final @Nullable SentinelWatch sentinels;
  private final AtomicBoolean looking = new AtomicBoolean();
  private volatile @Nullable StatefulRedisConnection<byte[], byte[]> connection;
  private volatile boolean closed;

  SingleRedis(RedisTarget target, RedisLink.Options options, ClientResources resources) {
    this.target = target;
    this.probeKey = new Keys(options.namespace()).probe();
    this.inspection = new RedisInspection(options);
    this.client = RedisClient.create(resources, target.first());
    client.setOptions(ClientSetup.options(target, options));
    this.sentinels =
        target.kind() == RedisTarget.Kind.SENTINEL
            ? new SentinelWatch(client, target.first())
            : null;
  }

  @Override
  public CompletionStage<Void> connect() {
    return established(commands -> inspection.look(commands).thenAccept(this::judge));
  }

  private void judge(Map<String, String> info) {
    if (RedisInspection.isCluster(info)) {
      throw new ClusterException();
    }
    inspection.judge(info, describe());
  }

  private CompletionStage<Void> established(
      Function<RedisClusterAsyncCommands<byte[], byte[]>, CompletionStage<Void>> test) {
    return client
        .connectAsync(ByteArrayCodec.INSTANCE, target.first())
        .toCompletableFuture()
        .thenCompose(
            made ->
                test.apply(made.async())
                    .whenComplete(
                        (done, thrown) -> {
                          if (thrown == null) {
                            use(made);
                          } else {
                            made.closeAsync();
                          }
                        }));
  }

  private void use(StatefulRedisConnection<byte[], byte[]> made) {
    StatefulRedisConnection<byte[], byte[]> former = connection;
    connection = made;
    if (former != null) {
      former.closeAsync();
    }
    if (closed) {
      made.closeAsync();
    }
  }

  @Override
  public @Nullable RedisClusterAsyncCommands<byte[], byte[]> commands() {
    StatefulRedisConnection<byte[], byte[]> made = connection;
    return made == null ? null : made.async();
  }

  @Override
  public SortedSet<String> masters() {
    return commands() == null ? Collections.emptySortedSet() : new TreeSet<>(Set.of(NAME));
  }

  @Override
  public CompletionStage<RedisClusterAsyncCommands<byte[], byte[]>> master(String name) {
    RedisClusterAsyncCommands<byte[], byte[]> commands = commands();
    return commands == null
        ? CompletableFuture.failedFuture(notConnected())
        : CompletableFuture.completedFuture(commands);
  }

  /** A connection that is lost may be made again soon, or never. */
  @Override
  public CompletionStage<Boolean> isWorthAnotherTry(byte[] key) {
    return CompletableFuture.completedFuture(false);
  }

  @Override
  public CompletionStage<Map<String, FaultException>> probe() {
    RedisClusterAsyncCommands<byte[], byte[]> commands = commands();
    if (commands == null) {
      return CompletableFuture.completedFuture(Map.of(NAME, notConnected()));
    }
    return write(commands)
        .handle((done, thrown) -> thrown == null ? Map.of() : Map.of(NAME, RedisFaults.of(thrown)));
  }

  private static FaultException notConnected() {
    return FaultException.of(Fault.STORE_UNAVAILABLE, "not connected yet");
  }

  private CompletionStage<String> write(RedisClusterAsyncCommands<byte[], byte[]> commands) {
    return commands.set(probeKey, PROBE_VALUE, SetArgs.Builder.ex(RedisLink.PROBE_SECONDS));
  }

  @Override
  public void keepUp() {
    if (sentinels != null) {
      sentinels
          .isReplaced()
          .thenAccept(
              replaced -> {
                if (replaced) {
                  log.info("The Sentinels name another master: going over to it");
                  lookAgain();
                }
              });
    }
  }

  /**
   * Another connection in place of one that leads nowhere. The name may lead elsewhere by now, or
   * the Sentinels know of another master; and a connection that a firewall has forgotten looks well
   * from here.
   */
  @Override
  public CompletionStage<?> lookAgain() {
    if (!looking.compareAndSet(false, true)) {
      return CompletableFuture.completedFuture(NAME);
    }
    return established(commands -> write(commands).thenAccept(done -> {}))
        .handle((done, thrown) -> NAME)
        .whenComplete((done, thrown) -> looking.set(false));
  }

  @Override
  public String product() {
    return inspection.product();
  }

  @Override
  public String describe() {
    return target.describe();
  }

  @Override
  public int size() {
    return commands() == null ? 0 : 1;
  }

  @Override
  public void close() {
    closed = true;
    if (sentinels != null) {
      sentinels.close();
    }
    CompletableFuture<Void> down = client.shutdownAsync(0, 1, TimeUnit.SECONDS);
    down.orTimeout(2, TimeUnit.SECONDS).exceptionally(thrown -> null).join();
  }
}
