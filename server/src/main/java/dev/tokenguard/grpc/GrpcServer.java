package dev.tokenguard.grpc;

import dev.tokenguard.domain.Catalog;
import dev.tokenguard.service.Tenants;
import dev.tokenguard.tls.ServerTls;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.ServerStreamTracer;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.ServerChannel;
import io.grpc.netty.shaded.io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens for gRPC calls, over TCP, on a Unix domain socket, or both. Not ready until it is told
 * so; alive from the start. Start and stop it once, from one thread; the rest is thread-safe.
 */
public final class GrpcServer {

  private static final Logger log = LoggerFactory.getLogger(GrpcServer.class);

  /** For calls that were cut off to tell their callers so. */
  private static final Duration CUT_OFF = Duration.ofSeconds(1);

  /** For the last refusals to reach their callers. */
  private static final Duration GOODBYE = Duration.ofMillis(200);

  /** Calls that clients of one connection may take back in a while; more is an attack. */
  private static final int MAX_RESETS = 20_000;

  private static final int RESET_WINDOW_SECONDS = 10;

  private final GrpcOptions options;
  private final GrpcServices services;
  private final Tenants tenants;
  private final AtomicBoolean stopped = new AtomicBoolean();
  private final List<Server> servers = new ArrayList<>();
  private final List<ConnectionCap> caps = new CopyOnWriteArrayList<>();
  private volatile Runnable connectionRefused = () -> {};
  private @Nullable InProcessPort inProcess;
  private @Nullable EventLoopGroup eventLoops;
  private @Nullable UnixSocketFile socketFile;

  /**
   * A server that does not listen yet.
   *
   * @param tenants who is served; their watches end when the server stops
   * @param callers who may call
   * @param listener hears of every call
   * @param release told in the trailers of every reply
   * @param tracers see every call, from its first byte to its last
   */
  public GrpcServer(
      GrpcOptions options,
      Tenants tenants,
      Callers callers,
      Supplier<Catalog> catalog,
      CallListener listener,
      Release release,
      List<ServerStreamTracer.Factory> tracers) {
    this.options = options;
    this.tenants = tenants;
    this.services =
        new GrpcServices(tenants, callers, catalog, listener, options, release, tracers);
  }

  /**
   * Starts to listen.
   *
   * @throws IOException saying what to do, if it cannot
   */
  public void start() throws IOException {
    Transport transport = Transport.best();
    EventLoopGroup loops = transport.newEventLoops(threads());
    eventLoops = loops;
    try {
      LateRequests late = services.lateRequests();
      long interval = late.interval().toMillis();
      Future<?> unused =
          loops.scheduleWithFixedDelay(late::end, interval, interval, TimeUnit.MILLISECONDS);
      if (options.host() != null) {
        startTcp(transport, loops, options.host());
      }
      if (options.socket() != null) {
        startUnix(transport, loops, options.socket());
      }
      if (inProcess != null) {
        startInProcess(inProcess);
      }
    } catch (IOException | RuntimeException e) {
      servers.forEach(Server::shutdownNow);
      Transport.shutDown(loops);
      removeSocketFile();
      throw e;
    }
  }

  /** Whether health says SERVING, for the names that follow the store. */
  public void setReady(boolean ready) {
    services.setReady(ready);
  }

  /** The TCP port; -1 if it does not listen on one. */
  public int port() {
    return options.host() == null || servers.isEmpty() ? -1 : servers.get(0).getPort();
  }

  /** Connections that are open. */
  public int connections() {
    return caps.stream().mapToInt(ConnectionCap::open).sum();
  }

  /** What is run for every connection that is refused; to be set before the start. */
  public void onConnectionRefused(Runnable listener) {
    connectionRefused = listener;
  }

  /** Serves callers in this process as well; to be set before the start. */
  public void alsoServe(InProcessPort port) {
    inProcess = port;
  }

  /** Unary calls in flight. */
  public int callsInFlight() {
    return services.gate().inFlight();
  }

  /**
   * Stops: says NOT_SERVING, turns new calls away, ends the watches, lets the calls in flight
   * finish for the configured time, and cuts off what is left. Returns when it listens no more.
   */
  public void stop() throws InterruptedException {
    if (!stopped.compareAndSet(false, true)) {
      return;
    }
    services.setStopping();
    services.gate().close();
    tenants.all().forEach(tenant -> tenant.watcher().close());
    if (!services.gate().awaitIdle(options.calls().drain())) {
      log.warn(
          "Calls were still in flight after {} s; cut off", options.calls().drain().toSeconds());
    }
    // Not shutdownNow: it would reset what is being refused at this moment, which tells callers
    // CANCELLED. Connections that break tell them UNAVAILABLE, and so to repeat the call with the
    // same id. And they must break: one on which health is watched is never idle.
    servers.forEach(Server::shutdown);
    for (Server server : servers) {
      server.awaitTermination(GOODBYE.toMillis(), TimeUnit.MILLISECONDS);
    }
    closeEventLoops();
    removeSocketFile();
  }

  private void closeEventLoops() throws InterruptedException {
    if (eventLoops != null) {
      Transport.shutDown(eventLoops).await(CUT_OFF.toMillis());
    }
  }

  private int threads() {
    return options.threads() > 0 ? options.threads() : Runtime.getRuntime().availableProcessors();
  }

  private void startTcp(Transport transport, EventLoopGroup loops, String host) throws IOException {
    InetSocketAddress address = new InetSocketAddress(host, options.port());
    if (address.isUnresolved()) {
      throw new IOException("grpc.listen: " + host + " is no address of this machine");
    }
    try {
      listen(address, transport.tcp(), loops, options.tls());
    } catch (IOException e) {
      throw inUse(e)
          ? new IOException(
              "grpc.listen: another process listens on "
                  + host
                  + ":"
                  + options.port()
                  + "; stop it, or use another port",
              e)
          : new IOException(
              "cannot listen on " + host + ":" + options.port() + ": " + reason(e), e);
    }
  }

  private void startUnix(Transport transport, EventLoopGroup loops, Path path) throws IOException {
    UnixSocketFile file = new UnixSocketFile(path, options.socketPermissions());
    file.clear();
    try {
      listen(transport.unixAddress(file.path()), transport.unix(), loops, null);
      socketFile = file;
      file.protect();
    } catch (IOException e) {
      throw new IOException("cannot listen on " + path + ": " + reason(e), e);
    }
  }

  private void startInProcess(InProcessPort port) throws IOException {
    ServerBuilder<?> builder = port.newServer();
    services.addTo(builder);
    servers.add(builder.build().start());
    port.opened();
  }

  private void listen(
      SocketAddress address,
      Class<? extends ServerChannel> channel,
      EventLoopGroup loops,
      @Nullable ServerTls tls)
      throws IOException {
    ConnectionLimits limits = options.connections();
    ConnectionCap cap = new ConnectionCap(limits.max(), connectionRefused);
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(address)
            .channelFactory(cap.on(channel))
            .bossEventLoopGroup(loops)
            .workerEventLoopGroup(loops)
            .directExecutor()
            // gRPC's own default, taken back: a Unix socket warns that it has no such option, and
            // the pings below do better on TCP.
            .withChildOption(ChannelOption.SO_KEEPALIVE, null)
            .maxInboundMessageSize(options.calls().maxMessageBytes())
            .maxInboundMetadataSize(options.calls().maxMetadataBytes())
            .maxConcurrentCallsPerConnection(limits.maxStreams())
            .maxRstFramesPerWindow(MAX_RESETS, RESET_WINDOW_SECONDS)
            .handshakeTimeout(limits.handshakeTimeout().toMillis(), TimeUnit.MILLISECONDS)
            .maxConnectionIdle(limits.maxIdle().toMillis(), TimeUnit.MILLISECONDS)
            // Clients may ping as often as their libraries let them, watching or idle; and one that
            // vanished without a word is noticed, and its watches end.
            .permitKeepAliveTime(5, TimeUnit.SECONDS)
            .permitKeepAliveWithoutCalls(true)
            .keepAliveTime(1, TimeUnit.MINUTES)
            .keepAliveTimeout(20, TimeUnit.SECONDS);
    if (!limits.maxAge().isZero()) {
      // Calls in flight finish; watches are cut off, and their clients open them again.
      builder
          .maxConnectionAge(limits.maxAge().toMillis(), TimeUnit.MILLISECONDS)
          .maxConnectionAgeGrace(options.calls().drain().toMillis(), TimeUnit.MILLISECONDS);
    }
    if (tls != null) {
      builder.sslContext(TlsContext.of(tls));
    }
    services.addTo(builder);
    servers.add(builder.build().start());
    caps.add(cap);
  }

  private void removeSocketFile() {
    try {
      if (socketFile != null) {
        socketFile.remove();
      }
    } catch (IOException e) {
      log.warn("Could not remove {}: {}", options.socket(), e.getMessage());
    }
  }

  private static boolean inUse(Throwable thrown) {
    for (Throwable e = thrown; e != null; e = e.getCause()) {
      if (e instanceof BindException
          || String.valueOf(e.getMessage()).contains("Address already in use")) {
        return true;
      }
    }
    return false;
  }

  private static String reason(Throwable thrown) {
    Throwable cause = thrown.getCause();
    return String.valueOf((cause == null ? thrown : cause).getMessage());
  }
}
