package dev.tokenguard.http;

import dev.tokenguard.grpc.InProcessPort;
import dev.tokenguard.http.console.ConsoleHandler;
import dev.tokenguard.http.rpc.OpenApiHandler;
import dev.tokenguard.http.rpc.RpcHandler;
import dev.tokenguard.metrics.GuardMetrics;
import java.io.IOException;
import java.net.BindException;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.CrossOriginHandler;
import org.eclipse.jetty.server.handler.gzip.GzipHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * Serves metrics and health over HTTP, the RPCs in JSON, and the console. Start and stop it once,
 * from one thread.
 *
 * <p>Connections are Jetty's to watch over without a thread for each: one that sends half a request
 * costs a little memory until its time is over, and holds up nobody.
 */
public final class HttpServer implements AutoCloseable {

  /** One selector, what is done of requests (nothing waits for anything), and house-keeping. */
  private static final int MAX_THREADS = 8;

  private static final int MIN_GZIP_BYTES = 1024;

  private final HttpOptions options;
  private final Server server;
  private final ServerConnector connector;

  /**
   * A server that does not listen yet.
   *
   * @param readiness asked at every request for {@code /readyz}; must not block
   * @param access who may see what
   * @param rpcs where the RPCs are called
   */
  public HttpServer(
      HttpOptions options,
      GuardMetrics metrics,
      Supplier<Readiness> readiness,
      HttpAccess access,
      InProcessPort rpcs) {
    this.options = options;
    doNotAskJmx();
    QueuedThreadPool threads = new QueuedThreadPool(MAX_THREADS, 1);
    threads.setName("http");
    threads.setDaemon(true);
    threads.setReservedThreads(0);
    server = new Server(threads);
    connector = new ServerConnector(server, 0, 1, factories(options));
    connector.setHost(options.host());
    connector.setPort(options.port());
    connector.setIdleTimeout(options.receiveTimeout().toMillis());
    server.addConnector(connector);
    LateRequests late =
        new LateRequests(
            new Handler.Sequence(
                new OpsHandler(metrics, readiness, access),
                compressed(
                    shared(
                        options.corsOrigins(),
                        new RpcHandler(rpcs, access::presented, options.maxMessageBytes())),
                    new OpenApiHandler(options.version()),
                    access.sessionHandler(),
                    new ConsoleHandler()),
                new NotFound()),
            options.receiveTimeout(),
            connector.getScheduler());
    connector.addBean(late);
    server.setHandler(late);
    ConnectionCap cap = new ConnectionCap(options.maxConnections());
    cap.onRefused(metrics.ports().watchConnections("http", cap::open));
    connector.addBean(cap);
    server.setErrorHandler(OpsHandler::badRequest);
    server.setStopTimeout(0);
  }

  /** JSON is mostly names, and these mostly the same. */
  private static Handler compressed(Handler... handlers) {
    GzipHandler gzip = new GzipHandler();
    gzip.setMinGzipSize(MIN_GZIP_BYTES);
    gzip.setIncludedMimeTypes(
        "application/json",
        "application/jsonl",
        "text/csv",
        "text/html",
        "text/css",
        "text/javascript",
        "image/svg+xml");
    gzip.setHandler(new Handler.Sequence(handlers));
    return gzip;
  }

  /**
   * Lets pages of other origins call, as https://fetch.spec.whatwg.org/#http-cors-protocol has it.
   * They show a token of their own: the console's session is not for them.
   */
  private static Handler shared(Set<String> origins, Handler handler) {
    if (origins.isEmpty()) {
      return handler;
    }
    CrossOriginHandler shared = new CrossOriginHandler();
    shared.setAllowedOriginPatterns(
        origins.stream().map(Pattern::quote).collect(Collectors.toSet()));
    shared.setAllowedMethods(Set.of("GET", "POST"));
    shared.setAllowedHeaders(
        Set.of(
            "Authorization",
            "Content-Type",
            "Connect-Protocol-Version",
            "Connect-Timeout-Ms",
            "Last-Event-ID"));
    shared.setHandler(handler);
    return shared;
  }

  private static final class NotFound extends Handler.Abstract.NonBlocking {
    @Override
    public boolean handle(Request request, Response response, Callback callback) {
      return OpsHandler.notFound(response, callback);
    }
  }

  /**
   * Starts to listen.
   *
   * @throws IOException saying what to do, if it cannot
   */
  public void start() throws IOException {
    try {
      server.start();
    } catch (Exception e) { // all that Jetty declares
      close();
      throw new IOException(
          inUse(e)
              ? "http.listen: another process listens on "
                  + options.host()
                  + ":"
                  + options.port()
                  + "; stop it, or use another port"
              : "cannot listen on " + options.host() + ":" + options.port() + ": " + e.getMessage(),
          e);
    }
  }

  /** The port. */
  public int port() {
    return connector.getLocalPort();
  }

  /** Listens no more. */
  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception e) { // all that Jetty declares
      throw new IllegalStateException("could not stop the HTTP server", e);
    }
  }

  /**
   * Jetty starts JMX to learn how many references fit a cache line, a third of the time that it
   * takes to start: tell it instead.
   */
  private static void doNotAskJmx() {
    String property = "org.eclipse.jetty.util.referencesPerCacheLine";
    if (System.getProperty(property) == null) {
      System.setProperty(property, "16");
    }
  }

  private static ConnectionFactory[] factories(HttpOptions options) {
    HttpConnectionFactory http = new HttpConnectionFactory(configuration(options));
    return options.tls() == null
        ? new ConnectionFactory[] {http}
        : TlsConnections.around(http, options.tls());
  }

  private static HttpConfiguration configuration(HttpOptions options) {
    HttpConfiguration configuration = new HttpConfiguration();
    configuration.setRequestHeaderSize(options.maxHeaderBytes());
    configuration.setSendServerVersion(false);
    configuration.setSendDateHeader(false);
    return configuration;
  }

  private static boolean inUse(Throwable thrown) {
    for (Throwable e = thrown; e != null; e = e.getCause()) {
      if (e instanceof BindException) {
        return true;
      }
    }
    return false;
  }
}
