package dev.tokenguard.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.grpc.InProcessPort;
import dev.tokenguard.metrics.GuardMetrics;
import dev.tokenguard.testing.Keys;
import dev.tokenguard.testing.Samples;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpServerTest {

  private static final Duration LONG = Duration.ofSeconds(20);

  private final GuardMetrics metrics =
      new GuardMetrics(() -> Samples.CATALOG, Clock.systemUTC(), Duration.ofDays(1), "test", 2);
  private final HttpClient client = HttpClient.newHttpClient();
  private volatile Readiness readiness = Readiness.READY;
  private final HttpAccess access = new HttpAccess(Keys.access(), false, Clock.systemUTC());
  private final InProcessPort rpcs = new InProcessPort();
  private final HttpServer server =
      new HttpServer(HttpOptions.plain("127.0.0.1", 0), metrics, () -> readiness, access, rpcs);

  @BeforeEach
  void start() throws IOException {
    server.start();
  }

  @AfterEach
  void stop() {
    server.close();
    rpcs.close();
    metrics.close();
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /, 200, text/plain",
    "GET, /livez, 200, text/plain",
    "GET, /readyz, 200, application/json",
    "GET, /metrics, 200, text/plain; version=0.0.4",
    "GET, /metrics?name[]=x, 200, text/plain; version=0.0.4",
    "HEAD, /, 200, text/plain",
    "HEAD, /metrics, 200, text/plain; version=0.0.4",
    "POST, /metrics, 405, text/plain",
    "DELETE, /readyz, 405, text/plain",
    "GET, /metric, 404, text/plain",
    "POST, /nope, 404, text/plain",
    "GET, /../etc/passwd, 400, text/plain",
    "GET, //, 400, text/plain",
  })
  void answers(String method, String path, int status, String type) throws Exception {
    try (Socket socket = connect()) {
      String reply = exchange(socket, method + " " + path + " HTTP/1.1\r\nHost: x\r\n\r\n");
      assertTrue(reply.startsWith("HTTP/1.1 " + status + " "), reply);
      assertTrue(reply.contains("\r\nContent-Type: " + type), reply);
      assertEquals(status == 405, reply.contains("\r\nAllow: GET, HEAD\r\n"), reply);
      assertTrue(!reply.contains("Jetty") && !reply.contains("<html"), reply);
    }
  }

  @Test
  void aHeadHasTheLengthAndNoBody() throws Exception {
    HttpResponse<String> get = send("GET", "/");
    HttpResponse<String> head = send("HEAD", "/");
    assertEquals("", head.body());
    assertEquals(
        get.headers().firstValue("Content-Length"), head.headers().firstValue("Content-Length"));
  }

  @Test
  void saysWhyItIsNotReadyAndLivesOn() throws Exception {
    assertEquals(
        "{\"ready\":true,\"reason\":\"the store can be used\"}\n", send("GET", "/readyz").body());
    readiness = Readiness.notReady("Redis says \"LOADING\"\nfor now");
    HttpResponse<String> not = send("GET", "/readyz");
    assertEquals(503, not.statusCode());
    assertEquals(
        "{\"ready\":false,\"reason\":\"Redis says \\\"LOADING\\\" for now\"}\n", not.body());
    assertEquals(200, send("GET", "/livez").statusCode());
  }

  @Test
  void tellsTheMetrics() throws Exception {
    metrics.storeUp(true);
    String body = send("GET", "/metrics").body();
    assertTrue(body.contains("\ntokenguard_store_up 1.0\n"), body);
    assertTrue(body.contains("\njvm_memory_used_bytes{"), body);
    assertTrue(body.contains("\nprocess_uptime_seconds "), body);
  }

  @Test
  void speaksOpenMetrics() throws Exception {
    HttpResponse<String> open =
        client.send(
            request("GET", "/metrics").header("Accept", "application/openmetrics-text").build(),
            HttpResponse.BodyHandlers.ofString());
    assertTrue(
        open.headers().firstValue("Content-Type").orElse("").startsWith("application/openmetrics"));
    assertTrue(open.body().endsWith("# EOF\n"));
  }

  @Test
  void halfSentRequestsHoldUpNobody() throws Exception {
    List<Socket> half = new ArrayList<>();
    try {
      for (int i = 0; i < 200; i++) {
        Socket socket = connect();
        half.add(socket);
        socket.getOutputStream().write("GET /metrics HTTP/1.1\r\nHost: ".getBytes(US_ASCII));
      }
      for (int i = 0; i < 10; i++) {
        assertEquals(200, send("GET", "/livez").statusCode());
        assertEquals(200, send("GET", "/metrics").statusCode());
      }
    } finally {
      for (Socket socket : half) {
        socket.close();
      }
    }
  }

  @Test
  void headersThatNeverEndAreRefused() throws Exception {
    try (Socket socket = connect()) {
      String reply =
          exchange(socket, "GET / HTTP/1.1\r\nHost: x\r\nX: " + "y".repeat(10_000) + "\r\n\r\n");
      assertTrue(reply.startsWith("HTTP/1.1 431 "), reply);
    }
  }

  @Test
  void garbageIsRefused() throws Exception {
    try (Socket socket = connect()) {
      String reply = exchange(socket, "\u0001\u0002\u0003 garbage\r\n\r\n");
      assertTrue(reply.startsWith("HTTP/1.1 400 "), reply);
    }
    assertEquals(200, send("GET", "/livez").statusCode());
  }

  @Test
  void saysWhatToDoWhenThePortIsTaken() {
    IOException e =
        assertThrows(
            IOException.class,
            () ->
                new HttpServer(
                        HttpOptions.plain("127.0.0.1", server.port()),
                        metrics,
                        () -> readiness,
                        access,
                        rpcs)
                    .start());
    assertEquals(
        "http.listen: another process listens on 127.0.0.1:"
            + server.port()
            + "; stop it, or use another port",
        e.getMessage());
  }

  private HttpResponse<String> send(String method, String path) throws Exception {
    return client.send(request(method, path).build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpRequest.Builder request(String method, String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
        .timeout(LONG)
        .method(method, HttpRequest.BodyPublishers.noBody());
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
    socket.setSoTimeout((int) LONG.toMillis());
    return socket;
  }

  /** Sends, and reads up to the end of the headers. */
  private static String exchange(Socket socket, String request) throws IOException {
    socket.getOutputStream().write(request.getBytes(US_ASCII));
    StringBuilder reply = new StringBuilder();
    int c = socket.getInputStream().read();
    while (c >= 0 && !reply.toString().endsWith("\r\n\r\n")) {
      reply.append((char) c);
      c = reply.toString().endsWith("\r\n\r\n") ? -1 : socket.getInputStream().read();
    }
    return reply.toString();
  }
}
