package dev.tokenguard.store.redis;

import dev.tokenguard.domain.Fault;
import dev.tokenguard.domain.FaultException;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.cluster.event.ClusterTopologyChangedEvent;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.resource.ClientResources;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/**
 * The masters of a Cluster, and one connection to each. They are made before they are needed: while
 * one is being made, commands for it are refused.
 */
final class ClusterRedis implements RedisServers {
  private static final byte[] PROBE_VALUE = {'1'};

  /** About as long as a connection takes to be made. */
  private static final Executor A_MOMENT_LATER =
      CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS);

  /** More than enough to meet any slot. */
  private static final int PROBE_KEYS = 1_000_000;

  private final RedisTarget target;
  private final Keys keys;
  private final RedisInspection inspection;
  private final RedisClusterClient client;
  private final Disposable topologyChanges;
  private final AtomicBoolean looking = new AtomicBoolean();
  private volatile @Nullable StatefulRedisClusterConnection<byte[], byte[]> connection;
  private volatile boolean closed;

  ClusterRedis(RedisTarget target, RedisLink.Options options, ClientResources resources) {
    this.target = target;
    this.keys = new Keys(options.namespace());
    this.inspection = new RedisInspection(options);
    this.client = RedisClusterClient.create(resources, target.uris());
    client.setOptions(ClientSetup.clusterOptions(target, options));
    this.topologyChanges =
        resources
            .eventBus()
            .get()
            .ofType(ClusterTopologyChangedEvent.class)
            .subscribe(event -> connectAhead());
  }

  /**
   * Connects to all masters. One that is away does not keep the others from serving; one that must
   * not be used does.
   */
  @Override
  public CompletionStage<Void> connect() {
    return client
        .refreshPartitionsAsync()
        .thenCompose(done -> client.connectAsync(ByteArrayCodec.INSTANCE))
        .thenCompose(
            made ->
                inspected(made)
                    .whenComplete(
                        (done, thrown) -> {
                          if (thrown == null && !closed) {
                            connection = made;
                          } else {
                            made.closeAsync();
                          }
                        }));
  }

  private CompletionStage<Void> inspected(StatefulRedisClusterConnection<byte[], byte[]> made) {
    List<Throwable> away = Collections.synchronizedList(new ArrayList<>());
    Collection<RedisClusterNode> masters = mastersOf(made);
    List<CompletableFuture<Void>> all = new ArrayList<>(masters.size());
    for (RedisClusterNode master : masters) {
      all.add(
          connection(made, master)
              .thenCompose(node -> inspection.look(node.async()))
              .thenAccept(info -> inspection.judge(info, place(master)))
              .exceptionallyCompose(
                  thrown -> {
                    if (RedisFaults.unwrap(thrown) instanceof RedisLink.RefusedException) {
                      return CompletableFuture.failedFuture(thrown);
                    }
                    away.add(thrown);
                    return CompletableFuture.completedFuture(null);
                  }));
    }
    return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))
        .thenCompose(
            done ->
                away.size() < masters.size()
                    ? CompletableFuture.completedFuture(done)
                    : CompletableFuture.failedFuture(
                        masters.isEmpty()
                            ? FaultException.of(
                                Fault.STORE_UNAVAILABLE, "no node of the Cluster has any slots")
                            : away.get(0)));
  }

  /** The one connection that commands for its keys go over. */
  private static CompletableFuture<StatefulRedisConnection<byte[], byte[]>> connection(
      StatefulRedisClusterConnection<byte[], byte[]> made, RedisClusterNode master) {
    return made.getConnectionAsync(master.getUri().getHost(), master.getUri().getPort());
  }

  private static String place(RedisClusterNode node) {
    return node.getUri().getHost() + ":" + node.getUri().getPort();
  }

  /** Also to those that have no keys yet: they have joined to be given some. */
  private void connectAhead() {
    StatefulRedisClusterConnection<byte[], byte[]> made = connection;
    if (made != null) {
      made.getPartitions().stream()
          .filter(node -> node.getRole().isUpstream())
          .forEach(master -> connection(made, master));
    }
  }

  /** Those that have keys. */
  private static Collection<RedisClusterNode> mastersOf(
      StatefulRedisClusterConnection<byte[], byte[]> made) {
    return made.getPartitions().stream()
        .filter(node -> node.getRole().isUpstream() && !node.hasNoSlots())
        .toList();
  }

  @Override
  public @Nullable RedisClusterAsyncCommands<byte[], byte[]> commands() {
    StatefulRedisClusterConnection<byte[], byte[]> made = connection;
    return made == null ? null : made.async();
  }

  @Override
  public SortedSet<String> masters() {
    SortedSet<String> names = new TreeSet<>();
    StatefulRedisClusterConnection<byte[], byte[]> made = connection;
    if (made != null) {
      mastersOf(made).forEach(master -> names.add(master.getNodeId()));
    }
    return names;
  }

  @Override
  public CompletionStage<RedisClusterAsyncCommands<byte[], byte[]>> master(String name) {
    StatefulRedisClusterConnection<byte[], byte[]> made = connection;
    RedisClusterNode node = made == null ? null : made.getPartitions().getPartitionByNodeId(name);
    return made == null || node == null
        ? CompletableFuture.failedFuture(
            FaultException.of(
                Fault.STORE_UNAVAILABLE, "the Cluster has no master " + name + " any more"))
        : connection(made, node).thenApply(StatefulRedisConnection::async);
  }

  /**
   * Lettuce refuses a command whose connection is only being made, as it does when a node has just
   * been given the slot of the key. One that was lost, to a node that is gone, is not waited for.
   */
  @Override
  public CompletionStage<Boolean> isWorthAnotherTry(byte[] key) {
    StatefulRedisClusterConnection<byte[], byte[]> made = connection;
    RedisClusterNode owner =
        made == null ? null : made.getPartitions().getMasterBySlot(SlotHash.getSlot(key));
    if (made == null || owner == null) {
      return CompletableFuture.completedFuture(false);
    }
    CompletableFuture<StatefulRedisConnection<byte[], byte[]>> its = connection(made, owner);
    if (!its.isDone()) {
      return its.handle((done, thrown) -> thrown == null);
    }
    if (its.isCompletedExceptionally() || !its.join().isOpen()) {
      return CompletableFuture.completedFuture(false);
    }
    // So the one that was asked has named another, who is not known yet, and is connected to now.
    return CompletableFuture.supplyAsync(() -> true, A_MOMENT_LATER);
  }

  @Override
  public CompletionStage<Map<String, FaultException>> probe() {
    StatefulRedisClusterConnection<byte[], byte[]> made = connection;
    if (made == null) {
      return CompletableFuture.completedFuture(
          Map.of(describe(), FaultException.of(Fault.STORE_UNAVAILABLE, "not connected yet")));
    }
    Map<String, FaultException> faults = Collections.synchronizedMap(new TreeMap<>());
    List<CompletableFuture<?>> all = new ArrayList<>();
    for (RedisClusterNode master : mastersOf(made)) {
      all.add(
          connection(made, master)
              .thenCompose(node -> write(node.async(), master))
              .handle(
                  (done, thrown) -> {
                    if (thrown != null && !isOfAnotherSlot(thrown)) {
                      faults.put(place(master), RedisFaults.of(thrown));
                    }
                    return done;
                  }));
    }
    return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).thenApply(done -> faults);
  }

  /** A key that lies with this master. */
  private CompletionStage<?> write(
      RedisClusterAsyncCommands<byte[], byte[]> commands, RedisClusterNode master) {
    for (int number = 0; number < PROBE_KEYS; number++) {
      byte[] key = keys.probe(number);
      if (master.hasSlot(SlotHash.getSlot(key))) {
        return commands.set(key, PROBE_VALUE, SetArgs.Builder.ex(RedisLink.PROBE_SECONDS));
      }
    }
    return CompletableFuture.completedFuture(master); // it has no slots by now
  }

  /** It serves, and the slot has moved meanwhile, or is just moving. */
  private static boolean isOfAnotherSlot(Throwable thrown) {
    String message = String.valueOf(RedisFaults.unwrap(thrown).getMessage());
    return message.startsWith("MOVED ") || message.startsWith("ASK ");
  }

  /** Masters name their successors, and the topology is read anew all the time. */
  @Override
  public void keepUp() {}

  @Override
  public CompletionStage<?> lookAgain() {
    if (!looking.compareAndSet(false, true)) {
      return CompletableFuture.completedFuture(target);
    }
    return client
        .refreshPartitionsAsync()
        .handle((done, thrown) -> target)
        .whenComplete(
            (done, thrown) -> {
              looking.set(false);
              connectAhead();
            });
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
    StatefulRedisClusterConnection<byte[], byte[]> made = connection;
    return made == null ? 0 : mastersOf(made).size();
  }

  @Override
  public void close() {
    closed = true;
    topologyChanges.dispose();
    CompletableFuture<Void> down = client.shutdownAsync(0, 1, TimeUnit.SECONDS);
    down.orTimeout(2, TimeUnit.SECONDS).exceptionally(thrown -> null).join();
  }
}
