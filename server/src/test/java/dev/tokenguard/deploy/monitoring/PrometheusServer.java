package dev.tokenguard.deploy.monitoring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.tokenguard.wire.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/** A real Prometheus with the configuration of {@code deploy/}, but in a hurry. */
final class PrometheusServer implements AutoCloseable {
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final Process process;
  private final String address;
  private final Path log;

  private PrometheusServer(Process process, String address, Path log) {
    this.process = process;
    this.address = address;
    this.log = log;
  }

  /**
   * Starts one, and returns when it answers.
   *
   * @param target host and port that it scrapes
   */
  static PrometheusServer start(Path program, Path folder, String target) throws IOException {
    String config =
        Files.readString(RuleFile.CONFIG)
            .replace("15s", "1s")
            .replace("rules.yaml", RuleFile.RULES.toRealPath().toString())
            .replace("tokenguard:7780", target);
    Path file = Files.writeString(folder.resolve("prometheus.yaml"), config);
    Path log = folder.resolve("prometheus.log");
    String address = "127.0.0.1:" + freePort();
    Process process =
        new ProcessBuilder(
                program.toString(),
                "--config.file=" + file,
                "--storage.tsdb.path=" + folder.resolve("tsdb"),
                "--web.listen-address=" + address)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    PrometheusServer server = new PrometheusServer(process, address, log);
    Await.until("Prometheus is ready", server::isReady);
    return server;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private boolean isReady() {
    if (!process.isAlive()) {
      fail("Prometheus ended: " + log());
    }
    try {
      return get("/-/ready").statusCode() == 200;
    } catch (UncheckedIOException e) {
      return false;
    }
  }

  /** What a query answers now: series with their values. */
  JsonArray query(String expression) {
    String encoded = URLEncoder.encode(expression, StandardCharsets.UTF_8);
    return data("/api/v1/query?query=" + encoded).getAsJsonArray("result");
  }

  /** Whether a query answers with a number. */
  boolean hasNumber(String expression) {
    for (JsonElement series : query(expression)) {
      String value = series.getAsJsonObject().getAsJsonArray("value").get(1).getAsString();
      if (!value.equals("NaN")) {
        return true;
      }
    }
    return false;
  }

  /** Names of rules in this state of health: ok, err or unknown. */
  Set<String> rules(String health) {
    Set<String> names = new TreeSet<>();
    for (JsonElement group : data("/api/v1/rules").getAsJsonArray("groups")) {
      for (JsonElement each : group.getAsJsonObject().getAsJsonArray("rules")) {
        JsonObject rule = each.getAsJsonObject();
        if (rule.get("health").getAsString().equals(health)) {
          names.add(rule.get("name").getAsString());
        }
      }
    }
    return names;
  }

  /** Names of alerts whose expression is true now, for long enough or not. */
  Set<String> activeAlerts() {
    Set<String> names = new TreeSet<>();
    for (JsonElement alert : data("/api/v1/alerts").getAsJsonArray("alerts")) {
      names.add(alert.getAsJsonObject().getAsJsonObject("labels").get("alertname").getAsString());
    }
    return names;
  }

  private JsonObject data(String path) {
    HttpResponse<String> response = get(path);
    assertEquals(200, response.statusCode(), () -> path + ": " + response.body());
    return JsonParser.parseString(response.body()).getAsJsonObject().getAsJsonObject("data");
  }

  private HttpResponse<String> get(String path) {
    try {
      return HTTP.send(
          HttpRequest.newBuilder(URI.create("http://" + address + path))
              .timeout(Await.LONG)
              .build(),
          HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(Await.LONG.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
  }
}
