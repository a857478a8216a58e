package dev.tokenguard.store.redis;

import dev.tokenguard.domain.Fault;
import dev.tokenguard.domain.FaultException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.resource.ClientResources;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way to Redis, shared by all calls: commands of many calls are pipelined on one connection to
 * each master.
 *
 * <p>It knows whether Redis takes writes: from every call's outcome, and while none come from a
 * probe of its own. Thread-safe.
 */
public final class RedisLink implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RedisLink.class);

  /** How long a probe's key lives. */
  static final long PROBE_SECONDS = 60;

  private static final Duration PROBE_WHEN_UP = Duration.ofSeconds(1);
  private static final Duration PROBE_WHEN_DOWN = Duration.ofMillis(100);
  private static final Duration BETWEEN_CONNECTS = Duration.ofSeconds(1);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);

  /**
   * How to reach Redis.
   *
   * @param namespace prefix of every key
   * @param connectTimeout bound on one try to connect
   * @param commandTimeout bound on the wait for a reply
   * @param verify whether version, eviction and persistence are looked at
   * @param allowEviction whether a Redis is accepted that throws data away
   * @param maxQueued commands in flight at most, on each connection; over that they fail at once
   * @param durability when a change counts as made
   * @param security how each side knows the other
   */
  public record Options(
      String namespace,
      Duration connectTimeout,
      Duration commandTimeout,
      boolean verify,
      boolean allowEviction,
      int maxQueued,
      Durability durability,
      RedisSecurity security) {}

  /** This Redis must not be used; the message says why, and what to do. */
  public static final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    RefusedException(String message) {
      super(message, null, false, false);
    }
  }

  private final RedisTarget target;
  private final Options options;
  private final ClientResources resources;
  private final ScheduledExecutorService prober =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "redis-probe");
            thread.setDaemon(true);
            return thread;
          });
  private @Nullable ScheduledFuture<?> nextProbe;
  private volatile RedisServers servers;
  private volatile boolean up;
  private volatile boolean closed;
  private volatile long lastSuccess = System.nanoTime();
  private long nextLook = System.nanoTime();
  private volatile String lastTrouble = "not connected yet";

  /** Masters that do not take writes, and why. */
  private volatile Map<String, String> mastersDown = Map.of();

  private final ConnectTroubles connectTroubles = new ConnectTroubles();

  private volatile Consumer<Boolean> onChange = up -> {};

  /**
   * Makes ready to connect; nothing is sent before {@link #connect}.
   *
   * @param uri where and as whom: {@code redis://}, {@code rediss://} or {@code redis-socket://} as
   *     Lettuce knows them, {@code redis-sentinel://host:port,host:port#name}, or {@code
   *     redis-cluster://host:port,host:port}, also with {@code rediss}
   * @throws IllegalArgumentException if the URI is none of these
   * @throws RefusedException if a file that it needs cannot be used
   */
  public static RedisLink to(String uri, Options options) {
    try {
      options.security().check();
    } catch (IOException e) {
      throw new RefusedException(String.valueOf(e.getMessage()));
    }
    RedisTarget target = RedisTarget.parse(uri);
    target.uris().forEach(options.security()::apply);
    target.uris().forEach(each -> bound(each, options.connectTimeout()));
    return new RedisLink(target, options);
  }

  /**
   * The first words on a connection belong to making it. Lettuce waits a minute for them: so long
   * nobody would look for another master while one that stands still takes connections and says
   * nothing. TLS has a bound of its own, and tells better what is wrong: it comes first.
   */
  private static void bound(RedisURI uri, Duration connectTimeout) {
    Duration bound = connectTimeout.multipliedBy(uri.isSsl() ? 3 : 1);
    uri.setTimeout(bound);
    uri.getSentinels().forEach(each -> each.setTimeout(bound));
  }

  private RedisLink(RedisTarget target, Options options) {
    this.target = target;
    this.options = options;
    this.resources =
        ClientSetup.resources(
            options,
            failed -> {
              if (!closed && !(up && servers.size() > 1)) { // else the probe tells of a part
                connectTroubles.note(failed, describe());
              }
            });
    this.servers =
        target.kind() == RedisTarget.Kind.CLUSTER
            ? new ClusterRedis(target, options, resources)
            : new SingleRedis(target, options, resources);
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
    return servers
        .connect()
        .exceptionallyCompose(
            thrown ->
                RedisFaults.unwrap(thrown) instanceof SingleRedis.ClusterException
                    ? asCluster().connect()
                    : CompletableFuture.failedFuture(thrown))
        .<RedisLink>thenApply(
            done -> {
              usable();
              return this;
            })
        .exceptionallyCompose(
            thrown -> {
              connectTroubles.note(thrown, describe());
              return CompletableFuture.failedFuture(refusedIfTls(thrown));
            });
  }

  /** What TLS refuses is refused for good: at start somebody should know at once. */
  private Throwable refusedIfTls(Throwable thrown) {
    String tls = RedisTlsFaults.explainLasting(thrown, describe());
    return tls == null ? thrown : new RefusedException(tls);
  }

  /** A URI of one server led to a node of a Cluster: so all of it is meant. */
  private synchronized RedisServers asCluster() {
    if (servers instanceof SingleRedis single) {
      servers = new ClusterRedis(target.asCluster(), options, resources);
      new Thread(single::close, "redis-close").start(); // it waits a moment
    }
    return servers;
  }

  /** Begins to watch; to be called once, after the first connect was tried. */
  public void start() {
    prober.execute(this::probe);
  }

  /** Whether Redis takes writes, as far as is known; a Cluster, whether some of its masters do. */
  public boolean isUp() {
    return up;
  }

  /** How many masters do not take writes, as far as is known. */
  public int mastersDown() {
    return up ? mastersDown.size() : Math.max(1, servers.size());
  }

  /** Why it is not up, for people. */
  public String trouble() {
    String noConnection = connectTroubles.last();
    return up ? "" : noConnection.isEmpty() ? lastTrouble : noConnection;
  }

  /** So many replicas must have a change before it is answered. */
  int replicas() {
    return options.durability().replicas();
  }

  /**
   * How long a call waits for an account that is on its way to another master, in nanoseconds: less
   * than for an answer, for its caller is to hear that nothing was done before it gives up.
   */
  long movePatienceNanos() {
    return options.commandTimeout().toNanos() / 4;
  }

  /** Leads each command to the master of its key; null before the first connect. */
  @Nullable RedisClusterAsyncCommands<byte[], byte[]> commands() {
    return servers.commands();
  }

  /** Names of all masters, in a fixed order, for commands that name no key. */
  SortedSet<String> masters() {
    return servers.masters();
  }

  /** Leads commands to one master; fails if there is no connection to it. */
  CompletionStage<RedisClusterAsyncCommands<byte[], byte[]>> master(String name) {
    return servers.master(name);
  }

  /** Whether a command that was refused for want of a connection may be sent now; never fails. */
  CompletionStage<Boolean> isWorthAnotherTry(byte[] key) {
    return servers.isWorthAnotherTry(key);
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
    connectTroubles.clear();
    if (!up) {
      change(true, "");
    }
  }

  /**
   * A command met a Redis that cannot serve now. Of a Cluster it may be a part: the probe tells.
   */
  void failed(FaultException fault) {
    if (servers.size() > 1) {
      lookAgain();
      return;
    }
    lastTrouble = String.valueOf(fault.getMessage());
    if (lastTrouble.contains("READONLY")) { // it was made a replica, and another one master
      lookAgain();
    }
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
    if (servers.commands() == null) {
      connect().whenComplete((done, thrown) -> schedule(up ? PROBE_WHEN_UP : BETWEEN_CONNECTS));
      return;
    }
    servers.keepUp();
    boolean single = servers.size() <= 1;
    if (single && up && System.nanoTime() - lastSuccess < PROBE_WHEN_UP.toNanos()) {
      schedule(PROBE_WHEN_UP);
      return;
    }
    servers
        .probe()
        .whenComplete(
            (faults, thrown) -> {
              probed(faults);
              schedule(faults.isEmpty() ? PROBE_WHEN_UP : PROBE_WHEN_DOWN);
            });
  }

  private void probed(Map<String, FaultException> faults) {
    if (faults.isEmpty()) {
      mastersDown(Map.of());
      usable();
      return;
    }
    Map<String, String> down = new TreeMap<>();
    faults.forEach((place, fault) -> down.put(place, String.valueOf(fault.getMessage())));
    mastersDown(down);
    if (faults.size() < servers.size()) {
      usable();
    } else {
      lastTrouble = String.join("; ", new TreeSet<>(down.values()));
      change(false, lastTrouble);
    }
    boolean leadsAstray =
        servers.size() > 1
            || faults.values().stream()
                .anyMatch(
                    fault ->
                        fault.fault() == Fault.STORE_TIMEOUT
                            || String.valueOf(fault.getMessage()).contains("READONLY"));
    if (leadsAstray) {
      lookAgain();
    }
  }

  private void mastersDown(Map<String, String> down) {
    if (servers.size() > 1 && !down.keySet().equals(mastersDown.keySet())) {
      if (down.isEmpty()) {
        log.info("All {} masters of {} serve", servers.size(), describe());
      } else {
        log.warn("{} of {} masters do not serve: {}", down.size(), servers.size(), down);
      }
    }
    mastersDown = down;
  }

  /** Not too often: many calls meet the same trouble, and so do many servers. */
  private void lookAgain() {
    long now = System.nanoTime();
    synchronized (this) {
      if (closed || now - nextLook < 0) {
        return;
      }
      nextLook = now + TimeUnit.MILLISECONDS.toNanos(jittered(BETWEEN_LOOKS));
    }
    servers.lookAgain().whenComplete((done, thrown) -> schedule(PROBE_WHEN_DOWN));
  }

  /** There is one next probe, however many ask for it. */
  private synchronized void schedule(Duration delay) {
    if (nextProbe != null) {
      nextProbe.cancel(false);
    }
    if (!prober.isShutdown()) {
      nextProbe = prober.schedule(this::probe, jittered(delay), TimeUnit.MILLISECONDS);
    }
  }

  /** Between a half and one and a half of it: many servers are not to come in step. */
  private static long jittered(Duration delay) {
    long millis = delay.toMillis();
    return millis / 2 + ThreadLocalRandom.current().nextLong(millis + 1);
  }

  /** What Redis it is; empty as long as that is not known. */
  public String product() {
    return servers.product();
  }

  /** Where it leads, without credentials. */
  public String describe() {
    return servers.describe();
  }

  @Override
  public void close() {
    closed = true;
    prober.shutdownNow();
    servers.close();
    resources.shutdown(0, 1, TimeUnit.SECONDS);
  }
}
