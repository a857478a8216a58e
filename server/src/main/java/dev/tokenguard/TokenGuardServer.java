package dev.tokenguard;

import dev.tokenguard.auth.DisplayTokens;
import dev.tokenguard.config.CatalogHolder;
import dev.tokenguard.config.CatalogListener;
import dev.tokenguard.config.CatalogWatcher;
import dev.tokenguard.config.ListenAddress;
import dev.tokenguard.config.Settings;
import dev.tokenguard.domain.Catalog;
import dev.tokenguard.domain.CatalogUse;
import dev.tokenguard.domain.Fault;
import dev.tokenguard.domain.FaultException;
import dev.tokenguard.domain.ServerInfo;
import dev.tokenguard.domain.SharedSecret;
import dev.tokenguard.embedded.EmbeddedRedis;
import dev.tokenguard.embedded.EmbeddedRedisException;
import dev.tokenguard.grpc.CallLimits;
import dev.tokenguard.grpc.ConnectionLimits;
import dev.tokenguard.grpc.GrpcOptions;
import dev.tokenguard.grpc.GrpcServer;
import dev.tokenguard.grpc.InProcessPort;
import dev.tokenguard.grpc.Release;
import dev.tokenguard.http.HttpAccess;
import dev.tokenguard.http.HttpOptions;
import dev.tokenguard.http.HttpServer;
import dev.tokenguard.http.Readiness;
import dev.tokenguard.metrics.GuardMetrics;
import dev.tokenguard.service.ServerService;
import dev.tokenguard.service.Tenant;
import dev.tokenguard.service.Tenants;
import dev.tokenguard.store.ScriptTracer;
import dev.tokenguard.store.UpkeepStore;
import dev.tokenguard.store.redis.Durability;
import dev.tokenguard.store.redis.RedisLink;
import dev.tokenguard.store.redis.RedisSecurity;
import dev.tokenguard.store.redis.RedisStores;
import dev.tokenguard.store.redis.RedisTokenStore;
import dev.tokenguard.store.redis.StoreClock;
import dev.tokenguard.tls.ServerTls;
import dev.tokenguard.tracing.Tracing;
import io.grpc.ServerStreamTracer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One TokenGuard: everything wired to everything, started in order and stopped in the opposite one.
 * Start and stop it once, from one thread each.
 */
public final class TokenGuardServer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(TokenGuardServer.class);

  private final Settings settings;

  /** That of this machine, which may be off. */
  private final Clock machine;

  /** On which all servers of a Redis agree. */
  private final Clock shared;

  private final Instant started;

  /** By which reservations and periods end, as nearly as this side knows it. */
  private final Clock clock;

  /** That of Redis itself. */
  private final StoreClock storeClock;

  private final CatalogHolder catalog;
  private final GuardMetrics metrics;
  private final MetricsAdapter adapter;
  private final ScheduledThreadPoolExecutor timer;
  private final InProcessPort inProcess = new InProcessPort();
  private volatile @Nullable AccessControl access;
  private volatile @Nullable EmbeddedRedis embedded;
  private volatile @Nullable RedisLink link;
  private volatile List<Services> services = List.of();
  private volatile List<CatalogUse> upkeeps = List.of();
  private volatile @Nullable GrpcServer grpc;
  private volatile @Nullable HttpServer http;
  private volatile @Nullable Tracing tracing;
  private volatile CompletableFuture<Void> httpStarted = CompletableFuture.completedFuture(null);
  private volatile boolean stopping;

  /** A server that does nothing before {@link #start()}. */
  TokenGuardServer(Settings settings, Catalog catalog) {
    this(settings, catalog, Clock.systemUTC(), null);
  }

  private TokenGuardServer(
      Settings settings, Catalog catalog, Clock machine, @Nullable Clock told) {
    this.settings = settings;
    this.machine = machine;
    this.started = machine.instant();
    this.storeClock = told == null ? StoreClock.ofRedis(machine) : StoreClock.told(told);
    this.clock = told == null ? storeClock.asClock() : told;
    this.shared = told == null ? storeClock.asClock() : machine;
    this.catalog = new CatalogHolder(catalog, machine.instant());
    this.metrics =
        new GuardMetrics(
            this.catalog,
            clock,
            settings.reservations().maxTtl(),
            Version.current(),
            RedisStores.LAYOUT);
    this.adapter = new MetricsAdapter(metrics);
    metrics.watchCatalog(this.catalog::status);
    metrics.watchStoreClock(storeClock::offset);
    this.timer =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "watch");
              thread.setDaemon(true);
              return thread;
            });
    timer.setRemoveOnCancelPolicy(true);
  }

  /**
   * Starts a server and returns when it listens. It serves as soon as Redis does: at once, or when
   * a Redis that cannot be reached now comes back.
   *
   * @throws StartException saying what to do, if it cannot start
   */
  public static TokenGuardServer start(Settings settings, Catalog catalog) throws StartException {
    return start(settings, catalog, null);
  }

  /**
   * Starts a server that goes by another clock than that of Redis.
   *
   * @param told the clock; null for that of Redis. Every server of a Redis must have the same
   * @throws StartException saying what to do, if it cannot start
   */
  public static TokenGuardServer start(Settings settings, Catalog catalog, @Nullable Clock told)
      throws StartException {
    return started(new TokenGuardServer(settings, catalog, Clock.systemUTC(), told));
  }

  /**
   * Starts a server on a machine that has this clock, which may be off.
   *
   * @throws StartException saying what to do, if it cannot start
   */
  public static TokenGuardServer startOn(Clock machine, Settings settings, Catalog catalog)
      throws StartException {
    return started(new TokenGuardServer(settings, catalog, machine, null));
  }

  private static TokenGuardServer started(TokenGuardServer server) throws StartException {
    server.start();
    return server;
  }

  /** Starts, or leaves nothing behind. */
  void start() throws StartException {
    try {
      startAll();
    } catch (IOException | EmbeddedRedisException e) {
      close();
      throw new StartException(String.valueOf(e.getMessage()));
    } catch (StartException | RuntimeException e) {
      close();
      throw e;
    }
  }

  private void startAll() throws IOException, StartException {
    Certificates certificates = Certificates.load(settings, machine);
    certificates.watch(timer, metrics.ports());
    AccessControl control = new AccessControl(settings, adapter, adapter, machine, shared);
    access = control;
    httpStarted = startHttp(control, certificates.http());
    RedisLink redis = connect(certificates);
    String name = name();
    List<ServerStreamTracer.Factory> tracers = new ArrayList<>();
    ScriptTracer scripts = ScriptTracer.NONE;
    if (settings.tracing().otlpEndpoint().isPresent()) { // else none of its classes is loaded
      Tracing traced = new Tracing(settings.tracing(), Version.current(), name);
      tracing = traced;
      tracers.add(traced.calls());
      scripts = traced.scripts();
    }
    Tenants tenants = serve(redis, control.displayTokens(), name, scripts);
    GrpcServer grpcServer =
        new GrpcServer(
            grpcOptions(certificates.grpc()),
            tenants,
            control.callers(),
            catalog,
            adapter,
            new Release(Version.current(), RedisStores.LAYOUT),
            tracers);
    grpc = grpcServer;
    metrics.watchServer(
        grpcServer::callsInFlight,
        () -> tenants.all().stream().mapToInt(each -> each.watcher().openWatches()).sum());
    grpcServer.onConnectionRefused(
        metrics.ports().watchConnections("grpc", grpcServer::connections));
    grpcServer.alsoServe(inProcess);
    grpcServer.start();
    metrics.watchStoreMasters(redis::mastersDown);
    redis.onChange(this::redisChanged);
    redis.start();
    redisChanged(redis.isUp());
    metrics.bindRuntime();
    watchCatalog(adapter);
    control.watch(timer, adapter);
    services.forEach(Services::start);
    try {
      httpStarted.join();
    } catch (CompletionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new StartException(String.valueOf(cause.getMessage()));
    }
  }

  /** Everything between the wire and Redis, for each namespace. */
  private Tenants serve(
      RedisLink redis, DisplayTokens displayTokens, String name, ScriptTracer scripts) {
    ServerService server = new ServerService(this::info, new LogControl(timer, clock));
    String own = settings.redis().namespace();
    SweepTotals walks = new SweepTotals(metrics);
    List<Services> all = new ArrayList<>();
    List<CatalogUse> uses = new ArrayList<>();
    Map<String, Tenant> byNamespace = new LinkedHashMap<>();
    Map<String, SharedSecret> secrets = new LinkedHashMap<>();
    for (String namespace : namespaces()) {
      RedisStores stores = stores(redis, namespace, scripts);
      UpkeepStore upkeep = stores.upkeep(settings.limits().ledgerAge());
      Services wired =
          new Services(
              settings,
              namespace,
              displayTokens,
              stores,
              upkeep,
              catalog::status,
              adapter,
              server,
              walks.tenant(),
              name,
              clock,
              timer);
      all.add(wired);
      uses.add(upkeep);
      byNamespace.put(namespace, wired.tenant());
      secrets.put(namespace, stores.displaySecret());
    }
    displayTokens.use(secrets);
    services = List.copyOf(all);
    upkeeps = List.copyOf(uses);
    return new Tenants(Objects.requireNonNull(byNamespace.get(own)), byNamespace);
  }

  private Set<String> namespaces() {
    Set<String> all = new LinkedHashSet<>();
    all.add(settings.redis().namespace());
    all.addAll(settings.redis().tenantNamespaces());
    return all;
  }

  private RedisStores stores(RedisLink redis, String namespace, ScriptTracer scripts) {
    Settings.Reservations reservations = settings.reservations();
    return new RedisStores(
        redis,
        namespace,
        new RedisTokenStore.Limits(
            reservations.maxOpen(),
            settings.limits().ledgerEntries(),
            reservations.memory(),
            settings.limits().requestMemory(),
            settings.limits().members(),
            settings.limits().grants(),
            settings.limits().usageDays(),
            settings.limits().recentDenials()),
        catalog,
        adapter,
        scripts,
        storeClock);
  }

  private void watchCatalog(CatalogListener listener) {
    Settings.CatalogSource source = settings.catalog();
    if (source.file().isPresent()) {
      new CatalogWatcher(source.file().get(), catalog, this::accountsUsing, listener, machine)
          .start(timer, source.reloadInterval());
    }
  }

  /** What {@link CatalogUse} asks; as long as it fails, nothing is removed. */
  private CompletionStage<CatalogUse.Counts> accountsUsing(
      Set<String> plans, Set<String> tokenTypes) {
    if (upkeeps.isEmpty()) {
      return CompletableFuture.failedFuture(
          FaultException.of(Fault.STORE_UNAVAILABLE, "the server is starting"));
    }
    CompletionStage<CatalogUse.Counts> sum =
        CompletableFuture.completedFuture(CatalogUse.Counts.NONE);
    for (CatalogUse each : upkeeps) {
      sum = sum.thenCombine(each.accountsUsing(plans, tokenTypes), CatalogUse.Counts::plus);
    }
    return sum;
  }

  /** Which build this is, and how it is set. */
  private ServerInfo info() {
    RedisLink redis = link;
    return new ServerInfo(
        Version.current(),
        Runtime.version().toString(),
        redis == null ? "" : redis.product(),
        RedisStores.LAYOUT,
        started,
        settings.effective());
  }

  /** Who this server is among others: the pod's or the machine's name, the process, a number. */
  private static String name() {
    String host = System.getenv("HOSTNAME");
    String number = Integer.toHexString(ThreadLocalRandom.current().nextInt(0x1000, 0x10000));
    return (host == null ? "server" : host) + "-" + ProcessHandle.current().pid() + "-" + number;
  }

  /** Jetty takes a while to load, and nothing waits for it but the end of the start. */
  private CompletableFuture<Void> startHttp(AccessControl control, @Nullable ServerTls tls) {
    Settings.Http http = settings.http();
    if (http.listen().isEmpty()) {
      return CompletableFuture.completedFuture(null);
    }
    ListenAddress listen = http.listen().get();
    HttpOptions options =
        new HttpOptions(
            listen.host(),
            listen.port(),
            http.maxConnections(),
            http.maxHeaderBytes(),
            settings.grpc().maxMessageBytes(),
            http.receiveTimeout(),
            http.corsOrigins(),
            Version.current(),
            tls);
    return CompletableFuture.runAsync(
        () -> {
          HttpServer server =
              new HttpServer(
                  options,
                  metrics,
                  this::readiness,
                  new HttpAccess(control.access(), http.openMetrics(), machine),
                  inProcess);
          this.http = server;
          try {
            server.start();
          } catch (IOException e) {
            throw new CompletionException(e);
          }
        },
        task -> new Thread(task, "http-start").start());
  }

  /** Connects to the Redis of the settings, or starts one; a Redis that is away may come later. */
  private RedisLink connect(Certificates certificates) throws StartException {
    String uri = settings.redis().uri().orElse("");
    if (uri.isEmpty()) {
      EmbeddedRedis started = EmbeddedRedis.start(settings.embedded());
      started.onRestart(restarts -> metrics.embeddedRestarted());
      embedded = started;
      metrics.embeddedUsed();
      uri = started.uri();
    }
    try {
      return connect(RedisLink.to(uri, linkOptions(certificates)));
    } catch (RedisLink.RefusedException e) {
      throw new StartException(String.valueOf(e.getMessage()));
    }
  }

  private RedisLink connect(RedisLink redis) throws StartException {
    link = redis;
    try {
      redis.connect().toCompletableFuture().join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RedisLink.RefusedException) {
        throw new StartException(String.valueOf(e.getCause().getMessage()));
      }
      log.warn("Not ready until Redis can be reached at {}", redis.describe());
    }
    return redis;
  }

  private void redisChanged(boolean up) {
    metrics.storeUp(up);
    GrpcServer grpcServer = grpc;
    if (grpcServer != null) {
      grpcServer.setReady(up && !stopping);
    }
  }

  private Readiness readiness() {
    RedisLink redis = link;
    if (stopping) {
      return Readiness.notReady("the server is stopping");
    }
    if (redis == null || !redis.isUp()) {
      return Readiness.notReady(redis == null ? "starting" : redis.trouble());
    }
    return Readiness.READY;
  }

  private RedisLink.Options linkOptions(Certificates certificates) {
    return new RedisLink.Options(
        settings.redis().namespace(),
        settings.redis().connectTimeout(),
        settings.redis().commandTimeout(),
        settings.redis().verifyConfig(),
        settings.redis().allowEviction(),
        // Every call has one command in flight; watches come on top, and what is done in the
        // background and in batches: the sweep, the index, estimates, probes.
        2 * settings.grpc().maxInFlight() + settings.watch().maxStreams() + 128,
        new Durability(settings.redis().durability(), settings.redis().durabilityTimeout()),
        settings.redis().uri().isEmpty()
            ? RedisSecurity.BY_URI
            : new RedisSecurity(
                settings.redis().usernameFile(),
                settings.redis().passwordFile(),
                settings.redis().sentinelPasswordFile(),
                settings.redis().tls().ca(),
                certificates.redis(),
                settings.redis().tls().verifyHost()));
  }

  private GrpcOptions grpcOptions(@Nullable ServerTls tls) {
    Settings.Grpc options = settings.grpc();
    Settings.Connections connections = options.connections();
    Optional<ListenAddress> listen = options.listen();
    return new GrpcOptions(
        listen.map(ListenAddress::host).orElse(null),
        listen.map(ListenAddress::port).orElse(0),
        options.unixSocket().orElse(null),
        permissions(options.unixSocketAccess()),
        options.threads(),
        new CallLimits(
            options.maxInFlight(),
            options.maxMessageBytes(),
            options.maxMetadataBytes(),
            options.drain()),
        options.reflection(),
        new ConnectionLimits(
            connections.max(),
            connections.maxStreams(),
            connections.handshakeTimeout(),
            connections.receiveTimeout(),
            connections.maxIdle(),
            connections.maxAge()),
        tls);
  }

  private static String permissions(Settings.SocketAccess access) {
    return switch (access) {
      case OWNER -> GrpcOptions.OWNER_ONLY;
      case GROUP -> GrpcOptions.GROUP_TOO;
      case ALL -> GrpcOptions.EVERYBODY;
    };
  }

  /** Where it listens for gRPC calls, as a client's target. */
  public String target() {
    Optional<ListenAddress> listen = settings.grpc().listen();
    GrpcServer grpcServer = grpc;
    if (listen.isPresent() && grpcServer != null) {
      return new ListenAddress(listen.get().host(), grpcServer.port()).toString();
    }
    return settings
        .grpc()
        .unixSocket()
        .map(Path::toAbsolutePath)
        .map(path -> "unix:" + path)
        .orElse("");
  }

  /** Where it listens for HTTP; empty if it does not. */
  public Optional<String> httpAddress() {
    HttpServer httpServer = http;
    return httpServer == null
        ? Optional.empty()
        : settings
            .http()
            .listen()
            .map(listen -> new ListenAddress(listen.host(), httpServer.port()).toString());
  }

  /** The URI of the Redis it uses, with its password: not for logs. */
  public String redisUri() {
    EmbeddedRedis own = embedded;
    return own == null ? settings.redis().uri().orElse("") : own.uri();
  }

  /**
   * The key of an administrator, made for this run: of a server without credentials on a Redis of
   * its own. Empty for any other.
   */
  public Optional<String> freshKey() {
    AccessControl control = access;
    return control == null ? Optional.empty() : control.freshKey();
  }

  /** Whether it serves. */
  public boolean isReady() {
    return readiness().ready();
  }

  /**
   * Stops: NOT_SERVING first, then the calls in flight finish, then the rest goes, Redis last. Does
   * nothing the second time.
   */
  @Override
  public synchronized void close() {
    if (stopping) {
      return;
    }
    stopping = true;
    try {
      if (grpc != null) {
        grpc.stop();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    services.forEach(Services::close);
    timer.shutdownNow();
    // One that is still starting would listen on when all the rest is gone.
    httpStarted.exceptionally(thrown -> null).join();
    if (http != null) {
      http.close();
    }
    inProcess.close();
    if (link != null) {
      link.close();
    }
    if (embedded != null) {
      embedded.close();
    }
    if (tracing != null) {
      tracing.close();
    }
    metrics.close();
  }
}
