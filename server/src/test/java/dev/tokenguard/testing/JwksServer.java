package dev.tokenguard.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Serves a document of keys, or what it is told to, on this machine. */
public final class JwksServer implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final String scheme;
  private final AtomicInteger requests = new AtomicInteger();
  private volatile int status = 200;
  private volatile String body;

  private JwksServer(HttpServer server, String scheme, String body) {
    this.server = server;
    this.scheme = scheme;
    this.body = body;
    server.createContext("/", this::answer);
    server.setExecutor(threads);
    server.start();
  }

  /** Serves a document. */
  public static JwksServer start(String body) throws IOException {
    return new JwksServer(HttpServer.create(anyPort(), 0), "http", body);
  }

  /** Serves a document over TLS. */
  public static JwksServer start(SSLContext tls, String body) throws IOException {
    HttpsServer server = HttpsServer.create(anyPort(), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(tls));
    return new JwksServer(server, "https", body);
  }

  private static InetSocketAddress anyPort() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    requests.incrementAndGet();
    byte[] bytes = body.getBytes(UTF_8);
    if (status / 100 == 3) {
      exchange.getResponseHeaders().set("Location", body);
    }
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(bytes);
    } finally {
      exchange.close();
    }
  }

  /** Answers so from now on. */
  public void answer(int newStatus, @Nullable String newBody) {
    body = newBody == null ? "" : newBody;
    status = newStatus;
  }

  /** Where it is, by the name of this machine. */
  public URI uri() {
    return URI.create(scheme + "://localhost:" + server.getAddress().getPort() + "/jwks");
  }

  /** How often it was asked. */
  public int requests() {
    return requests.get();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
