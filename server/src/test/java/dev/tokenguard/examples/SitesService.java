package dev.tokenguard.examples;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.tokenguard.process.ServerProcess;
import dev.tokenguard.wire.Await;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The website generator of an example, as a process, and a client of it. */
final class SitesService implements AutoCloseable {

  private static final Pattern LISTENS = Pattern.compile("http://127\\.0\\.0\\.1:\\d+");

  private final ServerProcess process;
  private final Path sites;
  private final URI uri;
  private final HttpClient client = HttpClient.newHttpClient();

  private SitesService(ServerProcess process, Path sites, URI uri) {
    this.process = process;
    this.sites = sites;
    this.uri = uri;
  }

  /** Starts one, and returns when it listens. */
  static SitesService start(Path workFolder, List<String> command, Map<String, String> environment)
      throws IOException {
    Path sites = Files.createDirectories(workFolder.resolve("sites"));
    Map<String, String> all = new HashMap<>(environment);
    all.put("PORT", "0");
    all.put("SITES", sites.toString());
    ServerProcess process = ServerProcess.start(command, workFolder, all);
    Await.until(
        "it listens",
        () -> {
          assertTrue(process.isAlive(), process::log);
          return LISTENS.matcher(process.log()).find();
        });
    Matcher listens = LISTENS.matcher(process.log());
    assertTrue(listens.find());
    return new SitesService(process, sites, URI.create(listens.group()).resolve("/sites"));
  }

  /** What a client was told. */
  record Answer(int status, JsonObject body, HttpResponse<String> response) {}

  /** Orders a site from a brief. Without an account or a key, the header is not sent. */
  CompletableFuture<Answer> order(String account, String key, String brief) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .timeout(Await.LONG)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(brief));
    if (!account.isEmpty()) {
      request.header("X-Account", account);
    }
    if (!key.isEmpty()) {
      request.header("Idempotency-Key", key);
    }
    CompletableFuture<HttpResponse<String>> sent =
        client.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString());
    CompletableFuture<Answer> answer =
        sent.thenApply(
            response ->
                new Answer(
                    response.statusCode(),
                    JsonParser.parseString(response.body()).getAsJsonObject(),
                    response));
    // Who gives up closes the connection.
    answer.whenComplete(
        (value, thrown) -> {
          if (answer.isCancelled()) {
            sent.cancel(true);
          }
        });
    return answer;
  }

  /** The sites that were made. */
  List<Path> made() throws IOException {
    try (Stream<Path> files = Files.list(sites)) {
      return files.toList();
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  String log() {
    return process.log();
  }

  @Override
  public void close() throws InterruptedException {
    process.close();
  }
}
