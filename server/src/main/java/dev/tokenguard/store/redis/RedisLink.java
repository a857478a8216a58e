package dev.tokenguard.store.redis;

import dev.tokenguard.domain.Fault;
import dev.tokenguard.domain.FaultException;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SetArgs;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.event.connection.ReconnectFailedEvent;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.Delay;
import io.lettuce.core.resource.NettyCustomizer;
import io.netty.channel.Channel;
import io.netty.handler.flush.FlushConsolidationHandler;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
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
  private static final Duration REMIND = Duration.ofMinutes(1);
  private static final byte[] PROBE_VALUE = {'1'};

  /**
   * How to reach Redis.
   *
   * @param namespace prefix of every key
   * @param connectTimeout bound on one try to connect
   * @param commandTimeout bound on the wait for a reply
   * @param verify whether version, eviction and persistence are looked at
   * @param allowEviction whether a Redis is accepted that throws data away
   * @param maxQueued commands in flight at most; over that they fail at once
   * @param security how each side knows the other
   */
  public record Options(
      String namespace,
      Duration connectTimeout,
      Duration commandTimeout,
      boolean verify,
      boolean allowEviction,
      int maxQueued,
      RedisSecurity security) {}

  /** This Redis must not be used; the message says why, and what to do. */
  public static final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    RefusedException(String message) {
      super(message, null, false, false);
    }
  }

  private final RedisURI uri;
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
  private @Nullable ScheduledFuture<?> nextProbe;
  private volatile @Nullable StatefulRedisConnection<byte[], byte[]> connection;
  private volatile boolean up;
  private volatile boolean closed;
  private volatile long lastSuccess = System.nanoTime();
  private volatile String product = "";
  private volatile String lastTrouble = "not connected yet";

  /** Why the last try to connect failed; empty since one did not. */
  private volatile String connectTrouble = "";

  private long troubleLogged;
  private volatile Consumer<Boolean> onChange = up -> {};

  /**
   * Makes ready to connect; nothing is sent before {@link #connect}.
   *
   * @param uri where and as whom, in the forms of Lettuce: {@code redis://}, {@code rediss://},
   *     {@code redis-socket://}, {@code redis-sentinel://}
   * @throws IllegalArgumentException if the URI is none of these
   * @throws RefusedException if a file that it needs cannot be used
   */
  public static RedisLink to(String uri, Options options) {
    try {
      options.security().check();
    } catch (IOException e) {
      throw new RefusedException(String.valueOf(e.getMessage()));
    }
    return new RedisLink(options.security().applied(RedisURI.create(uri)), options);
  }

  private RedisLink(RedisURI uri, Options options) {
    this.uri = uri;
    this.options = options;
    this.resources =
        DefaultClientResources.builder()
            .ioThreadPoolSize(2)
            .computationThreadPoolSize(2)
            .nettyCustomizer(new FlushTogether())
            // Many sidecars lose one Redis at the same moment: jitter spreads their return.
            .reconnectDelay(
                () ->
                    Delay.fullJitter(
                        Duration.ofMillis(20), Duration.ofSeconds(1), 20, TimeUnit.MILLISECONDS))
            .build();
    this.client = RedisClient.create(resources, uri);
    client.setOptions(clientOptions(uri, options));
    // Lettuce makes a lost connection again by itself, and tells why it cannot nowhere else.
    resources
        .eventBus()
        .get()
        .subscribe(
            event -> {
              if (event instanceof ReconnectFailedEvent failed && !closed) {
                noteTrouble(failed.getCause());
              }
            });
  }

  /**
   * Every option that touches reliability is set on purpose. Lettuce's own default keeps a command
   * whose connection was lost and sends it again after the reconnect: a script would run twice.
   * With REJECT_COMMANDS it fails at once instead; its outcome is unknown, and the caller's id
   * resolves it.
   */
  private static ClientOptions clientOptions(RedisURI uri, Options options) {
    return ClientOptions.builder()
        .autoReconnect(true)
        .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
        .requestQueueSize(options.maxQueued())
        .publishOnScheduler(false)
        .pingBeforeActivateConnection(true)
        .suspendReconnectOnProtocolFailure(false)
        .timeoutOptions(TimeoutOptions.enabled(options.commandTimeout()))
        .sslOptions(options.security().sslOptions(options.connectTimeout()))
        // Of one vendor's managed Redis: a question that a user with few rights may not ask.
        .maintNotificationsConfig(MaintNotificationsConfig.disabled())
        .socketOptions(
            SocketOptions.builder()
                .connectTimeout(options.connectTimeout())
                // A Unix socket has no such option, and Netty warns at every connect.
                .keepAlive(uri.getSocket() == null)
                .tcpNoDelay(true)
                .build())
        .build();
  }

  /**
   * Commands that other threads hand over while the event loop is busy go out in one write, not in
   * one each: Lettuce flushes every command.
   */
  private static final class FlushTogether implements NettyCustomizer {
    private static final int COMMANDS_AT_MOST = 64;

    @Override
    public void afterChannelInitialized(Channel channel) {
      channel.pipeline().addFirst(new FlushConsolidationHandler(COMMANDS_AT_MOST, true));
    }
  }

  /** Hears true when Redis can be used, and false when it no longer can. */
  public void onChange(Consumer<Boolean> listener) {
    this.onChange = listener;
  }

  /**
   * Connects, and looks whether this Redis can be trusted. The stage fails when it cannot be
   * reached now, or must not be used ({@link RefusedException}). May be tried again.
   */
  public CompletionStage<RedisLink> connect() {
    return client
        .connectAsync(ByteArrayCodec.INSTANCE, uri)
        .toCompletableFuture()
        .thenCompose(
            established ->
                checked(established)
                    .whenComplete(
                        (done, thrown) -> {
                          if (thrown == null) {
                            connection = established;
                            usable();
                          } else {
                            established.closeAsync();
                          }
                        }))
        .<RedisLink>thenApply(done -> this)
        .whenComplete((done, thrown) -> noteTrouble(thrown))
        .exceptionallyCompose(thrown -> CompletableFuture.failedFuture(refusedIfTls(thrown)));
  }

  /** What TLS refuses is refused for good: at start somebody should know at once. */
  private Throwable refusedIfTls(Throwable thrown) {
    String tls = RedisTlsFaults.explainLasting(thrown, describe());
    return tls == null ? thrown : new RefusedException(tls);
  }

  private CompletionStage<?> checked(StatefulRedisConnection<byte[], byte[]> established) {
    if (!options.verify()) {
      return CompletableFuture.completedFuture(null);
    }
    return established
        .async()
        .info()
        .handle(
            (info, thrown) -> {
              if (thrown == null) {
                judge(info);
              } else if (String.valueOf(thrown.getMessage()).contains("NOPERM")) {
                log.warn(
                    "This Redis user may not run INFO, so version, eviction and persistence of Redis"
                        + " were not looked at: allow it (+info in its ACL), or set"
                        + " redis.verify_config=false to say that you did");
              } else {
                throw new CompletionException(thrown);
              }
              return "";
            });
  }

  private void judge(String info) {
    RedisChecks.Findings findings = RedisChecks.judge(info, options.allowEviction());
    if (!findings.refusals().isEmpty()) {
      throw new RefusedException(String.join("\n", findings.refusals()));
    }
    product = findings.description();
    log.info("Connected to {} at {}", product, describe());
    findings.warnings().forEach(log::warn);
  }

  /** Logs why there is no connection: when it changes, and once in a while as long as it stays. */
  private synchronized void noteTrouble(@Nullable Throwable thrown) {
    if (thrown == null) {
      return;
    }
    Throwable cause = thrown instanceof CompletionException ? thrown.getCause() : thrown;
    String tls = RedisTlsFaults.explain(thrown, describe());
    String trouble =
        cause instanceof RefusedException
            ? String.valueOf(cause.getMessage())
            : tls == null ? String.valueOf(RedisFaults.of(thrown).getMessage()) : tls;
    long now = System.nanoTime();
    if (!trouble.equals(connectTrouble) || now - troubleLogged >= REMIND.toNanos()) {
      connectTrouble = trouble;
      troubleLogged = now;
      log.warn("No Redis at {}: {}", describe(), trouble);
    }
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
    String noConnection = connectTrouble;
    return up ? "" : noConnection.isEmpty() ? lastTrouble : noConnection;
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
        Fault.STORE_UNAVAILABLE, "Redis is not connected (" + trouble() + "); try again soon");
  }

  /**
   * A command was carried out. Once Redis is down that says little: a replica, or one that is out
   * of memory, still answers what only reads. Then it is the probe, which writes, that decides.
   */
  void succeeded() {
    lastSuccess = System.nanoTime();
  }

  private void usable() {
    succeeded();
    connectTrouble = "";
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
      log.info("Redis is ready at {}", describe());
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
          if (thrown != null && commands != null) {
            failed(RedisFaults.of(thrown));
          } else if (thrown == null && commands != null) {
            usable();
          }
          schedule(up ? PROBE_WHEN_UP : PROBE_WHEN_DOWN);
        });
  }

  /** There is one next probe, however many ask for it. */
  private synchronized void schedule(Duration delay) {
    if (nextProbe != null) {
      nextProbe.cancel(false);
    }
    if (!prober.isShutdown()) {
      nextProbe = prober.schedule(this::probe, delay.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  /** What Redis it is; empty as long as that is not known. */
  public String product() {
    return product;
  }

  /** Where it leads, without credentials. */
  public String describe() {
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
