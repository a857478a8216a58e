package dev.tokenguard.store.redis;

import dev.tokenguard.domain.Fault;
import dev.tokenguard.domain.FaultException;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SetArgs;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.Delay;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one connection to Redis, shared by all calls: commands of many calls are pipelined on it.
 *
 * <p>It knows whether Redis takes writes: from every call's outcome, and while none come from a
 * probe of its own. Thread-safe.
 */
public final class RedisLink implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RedisLink.class);

  private static final Duration PROBE_WHEN_UP = Duration.ofSeconds(1);
  private static final Duration PROBE_WHEN_DOWN = Duration.ofMillis(100);
  private static final byte[] PROBE_VALUE = {'1'};

  /**
   * How to reach Redis.
   *
   * @param uri where and as whom
   * @param namespace prefix of every key
   * @param connectTimeout bound on one try to connect
   * @param commandTimeout bound on the wait for a reply
   * @param maxQueued commands in flight at most; over that they fail at once
   */
  public record Options(
      RedisURI uri,
      String namespace,
      Duration connectTimeout,
      Duration commandTimeout,
      int maxQueued) {}

  private final Options options;
  private final ClientResources resources;
  private final RedisClient client;
  private final ScheduledExecutorService prober =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "redis-probe");
            thread.setDaemon(true);
            return thread;
          });
  private volatile @Nullable StatefulRedisConnection<byte[], byte[]> connection;
  private volatile boolean up;
  private volatile boolean closed;
  private volatile long lastSuccess = System.nanoTime();
  private volatile String lastTrouble = "not connected yet";
  private volatile Consumer<Boolean> onChange = up -> {};

  /** Makes ready to connect; nothing is sent before {@link #connect}. */
  public RedisLink(Options options) {
    this.options = options;
    this.resources =
        DefaultClientResources.builder()
            .ioThreadPoolSize(2)
            .computationThreadPoolSize(2)
            // Many sidecars lose one Redis at the same moment: jitter spreads their return.
            .reconnectDelay(
                () ->
                    Delay.fullJitter(
                        Duration.ofMillis(20), Duration.ofSeconds(1), 20, TimeUnit.MILLISECONDS))
            .build();
    this.client = RedisClient.create(resources, options.uri());
    client.setOptions(clientOptions(options));
  }

  /**
   * Every option that touches reliability is set on purpose. Lettuce's own default keeps a command
   * whose connection was lost and sends it again after the reconnect: a script would run twice.
   * With REJECT_COMMANDS it fails at once instead; its outcome is unknown, and the caller's id
   * resolves it.
   */
  private static ClientOptions clientOptions(Options options) {
    return ClientOptions.builder()
        .autoReconnect(true)
        .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
        .requestQueueSize(options.maxQueued())
        .publishOnScheduler(false)
        .pingBeforeActivateConnection(true)
        .suspendReconnectOnProtocolFailure(false)
        .timeoutOptions(TimeoutOptions.enabled(options.commandTimeout()))
        .socketOptions(
            SocketOptions.builder()
                .connectTimeout(options.connectTimeout())
                .keepAlive(true)
                .tcpNoDelay(true)
                .build())
        .build();
  }

  /** Hears true when Redis can be used, and false when it no longer can. */
  public void onChange(Consumer<Boolean> listener) {
    this.onChange = listener;
  }

  /** Connects; the stage fails when Redis cannot be reached now. May be tried again. */
  public CompletionStage<RedisLink> connect() {
    return client
        .connectAsync(ByteArrayCodec.INSTANCE, options.uri())
        .toCompletableFuture()
        .thenApply(
            established -> {
              connection = established;
              return this;
            });
  }

  /** Begins to watch; to be called once, after the first connect was tried. */
  public void start() {
    prober.execute(this::probe);
  }

  /** Whether Redis takes writes, as far as is known. */
  public boolean isUp() {
    return up;
  }

  /** Why it is not up, for people. */
  public String trouble() {
    return up ? "" : lastTrouble;
  }

  /**
   * For commands outside the hot path, such as the checks at start; null before the first connect.
   */
  @Nullable RedisClusterAsyncCommands<byte[], byte[]> commands() {
    StatefulRedisConnection<byte[], byte[]> established = connection;
    return established == null ? null : established.async();
  }

  FaultException notConnected() {
    return FaultException.of(
        Fault.STORE_UNAVAILABLE, "Redis is not connected (" + lastTrouble + "); try again soon");
  }

  void succeeded() {
    lastSuccess = System.nanoTime();
    if (!up) {
      change(true, "");
    }
  }

  void failed(FaultException fault) {
    lastTrouble = String.valueOf(fault.getMessage());
    if (up) {
      change(false, lastTrouble);
    }
  }

  private synchronized void change(boolean nowUp, String trouble) {
    if (up == nowUp || closed) {
      return;
    }
    up = nowUp;
    if (nowUp) {
      log.info("Redis is ready at {}", describe(options.uri()));
    } else {
      log.warn("Redis is not usable: {}", trouble);
      schedule(PROBE_WHEN_DOWN);
    }
    onChange.accept(nowUp);
  }

  private void probe() {
    if (closed) {
      return;
    }
    if (up && System.nanoTime() - lastSuccess < PROBE_WHEN_UP.toNanos()) {
      schedule(PROBE_WHEN_UP);
      return;
    }
    RedisClusterAsyncCommands<byte[], byte[]> commands = commands();
    CompletionStage<?> answer =
        commands == null
            ? connect()
            : commands.set(
                new Keys(options.namespace()).probe(), PROBE_VALUE, SetArgs.Builder.ex(60));
    answer.whenComplete(
        (done, thrown) -> {
          if (thrown == null && commands != null) {
            succeeded();
          } else if (thrown != null) {
            FaultException fault = RedisFaults.of(thrown);
            failed(fault);
          }
          schedule(up ? PROBE_WHEN_UP : PROBE_WHEN_DOWN);
        });
  }

  private void schedule(Duration delay) {
    if (!prober.isShutdown()) {
      prober.schedule(this::probe, delay.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  /** Where a URI leads, without its password. */
  static String describe(RedisURI uri) {
    return uri.getSocket() != null ? uri.getSocket() : uri.getHost() + ":" + uri.getPort();
  }

  @Override
  public void close() {
    closed = true;
    prober.shutdownNow();
    CompletableFuture<Void> down = client.shutdownAsync(0, 1, TimeUnit.SECONDS);
    down.orTimeout(2, TimeUnit.SECONDS).exceptionally(thrown -> null).join();
    resources.shutdown(0, 1, TimeUnit.SECONDS);
  }
}
