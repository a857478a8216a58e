package dev.tokenguard.browser;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.tokenguard.auth.ApiKey;
import dev.tokenguard.domain.Role;
import dev.tokenguard.process.ServerProcess;
import dev.tokenguard.wire.Await;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** The jar, serving from a folder of its own, and what happens there before somebody looks. */
final class Sidecar implements AutoCloseable {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final Gson GSON = new Gson();

  private final Path folder;
  private final Path credentials;
  private final List<String> settings;
  private final AtomicInteger ids = new AtomicInteger();
  private final String adminKey = ApiKey.create();
  private ServerProcess process;
  private String address;

  private Sidecar(Path folder, List<String> settings) throws IOException {
    this.folder = folder;
    this.settings = settings;
    this.credentials = Files.writeString(folder.resolve("credentials.yaml"), "keys:\n");
    add(adminKey, Role.ADMIN, List.of());
    this.process = launch("127.0.0.1:0");
    this.address = process.http();
  }

  /**
   * Starts one.
   *
   * @param catalog a file of deploy/catalogs, or the text of a catalog
   * @param more settings
   * @param origin whose pages may call it
   */
  static Sidecar start(String catalog, String[] more, String origin) throws IOException {
    Path folder = Files.createTempDirectory("tokenguard-browser");
    Path file = folder.resolve("catalog.yaml");
    Files.writeString(file, catalog.contains("\n") ? catalog : starter(catalog));
    List<String> settings = new ArrayList<>();
    settings.add("--catalog.file=" + file);
    settings.add("--auth.credentials_file=" + folder.resolve("credentials.yaml"));
    settings.add("--auth.reload_interval=100ms");
    settings.add("--embedded.data_dir=" + folder.resolve("data"));
    settings.add("--embedded.appendfsync=always");
    settings.add("--grpc.listen=127.0.0.1:0");
    settings.add("--http.cors_origins=" + origin);
    Arrays.stream(more).map(each -> "--" + each).forEach(settings::add);
    return new Sidecar(folder, settings);
  }

  private static String starter(String name) throws IOException {
    String resource = "/dev/tokenguard/catalogs/" + name;
    try (InputStream in = Sidecar.class.getResourceAsStream(resource)) {
      return new String(Objects.requireNonNull(in, resource).readAllBytes(), UTF_8);
    }
  }

  private ServerProcess launch(String listen) throws IOException {
    List<String> command = new ArrayList<>(List.of("serve", "--http.listen=" + listen));
    command.addAll(settings);
    return ServerProcess.run(folder, Map.of(), command.toArray(new String[0])).awaitListening();
  }

  /** Where a path of it is. */
  String url(String path) {
    return "http://" + address + path;
  }

  /** The key of an administrator. */
  String adminKey() {
    return adminKey;
  }

  /**
   * A new key of a role, which is known when this returns; limited to accounts whose ids begin so
   * if any are named.
   */
  String key(Role role, String... prefixes) {
    String key = ApiKey.create();
    try {
      add(key, role, List.of(prefixes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    // A GET, which the client sends again by itself where a refusal has closed the connection.
    String caller = "TokenAdminService/GetCaller?connect=v1&encoding=json&message=%7B%7D";
    Await.until(
        "the key is known",
        () -> send(key, HttpRequest.newBuilder(rpc(caller)).GET()).statusCode() == 200);
    return key;
  }

  private void add(String key, Role role, List<String> prefixes) throws IOException {
    String entry =
        "  %s-%d: {role: %s, sha256: %s%s}\n"
            .formatted(
                role,
                ids.incrementAndGet(),
                role,
                ApiKey.sha256(key),
                prefixes.isEmpty() ? "" : ", prefixes: " + GSON.toJson(prefixes));
    Files.writeString(credentials, entry, StandardOpenOption.APPEND);
  }

  /** An administrator calls {@code TokenAdminService}; the JSON may leave quotes out. */
  JsonObject admin(String method, String json) {
    return call("TokenAdminService/" + method, json);
  }

  /** A service calls {@code TokenGuardService}. */
  JsonObject guard(String method, String json) {
    return call("TokenGuardService/" + method, json);
  }

  private JsonObject call(String rpc, String json) {
    HttpResponse<String> answer =
        post(adminKey, rpc, GSON.toJson(JsonParser.parseString(json))); // which is lenient
    assertEquals(200, answer.statusCode(), () -> rpc + " " + json + ": " + answer.body());
    return JsonParser.parseString(answer.body()).getAsJsonObject();
  }

  private HttpResponse<String> post(String key, String rpc, String json) {
    return send(
        key,
        HttpRequest.newBuilder(rpc(rpc))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json)));
  }

  private URI rpc(String path) {
    return URI.create(url("/tokenguard.v1." + path));
  }

  private static HttpResponse<String> send(String key, HttpRequest.Builder request) {
    try {
      return HTTP.send(
          request.timeout(Await.LONG).header("Authorization", "Bearer " + key).build(),
          HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Opens an account on a plan. */
  void open(String account, String plan) {
    admin(
        "CreateAccount",
        "{account: {account_id: %s, plan: %s}}".formatted(GSON.toJson(account), plan));
  }

  /** Uses a feature so many times. */
  void spend(String account, String feature, int times) {
    for (int i = 0; i < times; i++) {
      reserve("Consume", account, feature);
    }
  }

  /** Begins work that nobody ends; its reservation id. */
  String hold(String account, String feature) {
    return reserve("CheckAndReserve", account, feature);
  }

  private String reserve(String method, String account, String feature) {
    String id = "r" + ids.incrementAndGet();
    JsonObject answer =
        guard(
            method,
            "{account_id: %s, feature: %s, reservation_id: %s}"
                .formatted(GSON.toJson(account), feature, id));
    assertEquals(null, answer.get("denial"), () -> account + " " + feature);
    return id;
  }

  /** Gives an account tokens. */
  void grant(String account, String tokenType, long amount) {
    admin(
        "CreateGrant",
        "{account_id: %s, token_type: %s, amount: %d, reason: purchase, request_id: g%d}"
            .formatted(GSON.toJson(account), tokenType, amount, ids.incrementAndGet()));
  }

  /** A display token of an account, as the RPC answers it. */
  JsonObject displayToken(String account, int seconds) {
    return guard(
        "CreateDisplayToken",
        "{account_id: %s, ttl: '%ds'}".formatted(GSON.toJson(account), seconds));
  }

  /** Balances that somebody watches now. */
  long openWatches() {
    String metrics = send(adminKey, HttpRequest.newBuilder(URI.create(url("/metrics")))).body();
    return metrics
        .lines()
        .filter(line -> line.startsWith("tokenguard_grpc_watches "))
        .mapToLong(line -> (long) Double.parseDouble(line.replaceFirst(".* ", "")))
        .findFirst()
        .orElseThrow();
  }

  /** It is gone, from one moment to the next. */
  void kill() throws InterruptedException {
    process.kill();
  }

  /** Another one takes its place: at the same address, with the same folder. */
  void restart() throws IOException, InterruptedException {
    process.close();
    process = launch(address);
  }

  /** Brings it back if it is gone. */
  void ensureServing() throws IOException, InterruptedException {
    if (!process.isAlive()) {
      restart();
    }
  }

  @Override
  public void close() throws IOException, InterruptedException {
    process.close();
    // That of one that was killed, and not replaced.
    ServerProcess.redisBelow(folder)
        .forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroy));
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(each -> each.delete());
    }
  }
}
