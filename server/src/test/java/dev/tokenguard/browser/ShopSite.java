package dev.tokenguard.browser;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * The site of a product, of another origin than the server, which its pages may call. Its policy is
 * as strict as can be: files of its own and of the server, nothing in the page itself.
 */
final class ShopSite implements AutoCloseable {
  private static final String POLICY =
      "default-src 'none'; script-src 'self' http://127.0.0.1:*; style-src 'self'; connect-src"
          + " 'self' http://127.0.0.1:*; base-uri 'none'; form-action 'none';"
          + " require-trusted-types-for 'script'; trusted-types 'none'";

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<String, Supplier<Answer>> paths = new ConcurrentHashMap<>();
  private final List<String> asked = new CopyOnWriteArrayList<>();

  /**
   * What is at a path.
   *
   * @param status of HTTP
   * @param type of the content
   * @param body the content
   */
  record Answer(int status, String type, String body) {}

  private ShopSite(HttpServer server) {
    this.server = server;
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  /** Starts one, on any free port. */
  static ShopSite start() throws IOException {
    return new ShopSite(
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
  }

  /** Its origin. */
  String origin() {
    return "http://localhost:" + server.getAddress().getPort();
  }

  /** Where a path of it is. */
  String url(String path) {
    return origin() + path;
  }

  /** Puts something there, made anew for everybody who asks. */
  void put(String path, Supplier<Answer> answer) {
    paths.put(path, answer);
  }

  /** Puts a file there. */
  void put(String path, String type, String body) {
    put(path, () -> new Answer(200, type, body));
  }

  /** How often a path was asked for. */
  long asked(String path) {
    return asked.stream().filter(path::equals).count();
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    asked.add(path);
    Answer answer =
        paths
            .getOrDefault(
                path, () -> new Answer(path.equals("/favicon.ico") ? 204 : 404, "text/plain", ""))
            .get();
    byte[] body = answer.body().getBytes(UTF_8);
    exchange.getResponseHeaders().set("Content-Type", answer.type() + "; charset=utf-8");
    exchange.getResponseHeaders().set("Content-Security-Policy", POLICY);
    exchange.getResponseHeaders().set("Cache-Control", "no-store");
    exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
    if (body.length > 0) {
      exchange.getResponseBody().write(body);
    }
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
