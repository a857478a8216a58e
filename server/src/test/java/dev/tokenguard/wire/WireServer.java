package dev.tokenguard.wire;

import dev.tokenguard.TokenGuardServer;
import dev.tokenguard.config.CatalogLoader;
import dev.tokenguard.config.SettingsLoader;
import dev.tokenguard.testing.Keys;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.api.sync.RedisCommands;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A real server in this JVM, a caller of it, and a way past it to its Redis. */
public final class WireServer implements AutoCloseable {

  /** One feature of each kind: scarce, plentiful, of two types, free, and not in the plan. */
  public static final String CATALOG =
      """
      token_types:
        website: {title: Websites}
        image: {}
        tokens: {}
        film: {}
      features:
        create_website: {cost: {website: 1}}
        illustrate: {cost: {website: 1, image: 3}}
        generate: {cost: {tokens: 10}}
        shoot: {cost: {film: 1}}
        chat: {}
      plans:
        free:
          allowances:
            website: {amount: 5, resets: daily}
            image: {amount: 10, resets: monthly}
            tokens: {amount: 1000000, resets: never}
      default_plan: free
      """;

  private final TokenGuardServer server;
  private final Caller caller;
  private final String unixSocket;
  private final Direct direct;

  private WireServer(TokenGuardServer server, String unixSocket, @Nullable String redisUri) {
    this.unixSocket = unixSocket;
    this.server = server;
    this.caller = new Caller(server.target());
    this.direct = new Direct(redisUri == null ? oneOf(server.redisUri()) : redisUri);
  }

  /** Of a Cluster, the node that is named first. */
  private static String oneOf(String redisUri) {
    return redisUri.startsWith("redis-cluster:")
        ? redisUri.replace("redis-cluster:", "redis:").split(",", 2)[0]
        : redisUri;
  }

  /**
   * Starts a server on a Redis that is reached in another way than the server does.
   *
   * @param redisUri the other way
   */
  public static WireServer startPast(String redisUri, Path folder, String... settings)
      throws Exception {
    return start(CATALOG, null, redisUri, folder, settings);
  }

  /**
   * Starts a server with a Redis of its own.
   *
   * @param folder of its Redis
   * @param settings more of them, as {@code grpc.drain=1s}
   */
  public static WireServer start(Path folder, String... settings) throws Exception {
    return start(CATALOG, folder, settings);
  }

  /** Starts a server with another catalog. */
  public static WireServer start(String catalog, Path folder, String... settings) throws Exception {
    return start(catalog, null, folder, settings);
  }

  /** Starts a server that goes by a clock of the test's. */
  public static WireServer start(
      String catalog, @Nullable Clock clock, Path folder, String... settings) throws Exception {
    return start(catalog, clock, null, folder, settings);
  }

  /** Starts a server on a machine whose clock may be off. */
  public static WireServer startOn(Clock machine, Path folder, String... settings)
      throws Exception {
    Map<String, String> flags = flags(folder, settings);
    return new WireServer(
        TokenGuardServer.startOn(
            machine,
            SettingsLoader.load(null, Map.of(), flags),
            CatalogLoader.parse(CATALOG, "catalog")),
        "",
        null);
  }

  private static WireServer start(
      String catalog,
      @Nullable Clock clock,
      @Nullable String redisUri,
      Path folder,
      String... settings)
      throws Exception {
    Map<String, String> flags = flags(folder, settings);
    return new WireServer(
        TokenGuardServer.start(
            SettingsLoader.load(null, Map.of(), flags),
            CatalogLoader.parse(catalog, "catalog"),
            clock),
        flags.getOrDefault("grpc.unix_socket", ""),
        redisUri);
  }

  private static Map<String, String> flags(Path folder, String... settings) throws Exception {
    Map<String, String> flags = new HashMap<>();
    flags.put("grpc.listen", "127.0.0.1:0");
    flags.put("http.listen", "127.0.0.1:0");
    flags.put("embedded.data_dir", folder.toString());
    flags.put("auth.credentials_file", Keys.file(folder.resolve("credentials")).toString());
    for (String setting : settings) {
      List<String> parts = List.of(setting.split("=", 2));
      flags.put(parts.get(0), parts.get(1));
    }
    return flags;
  }

  /** Where it listens. */
  public String target() {
    return server.target();
  }

  /** Its Unix socket, if it has one. */
  public String unixSocket() {
    return unixSocket;
  }

  /** Where its Redis is. */
  public String redisUri() {
    return server.redisUri();
  }

  /** A caller, closed with the server. */
  public Caller caller() {
    return caller;
  }

  /** Its Redis, past the server; of a Cluster one node. */
  public RedisCommands<String, String> redis() {
    return direct.redis();
  }

  /** Its Redis, for a command that takes its time, on a connection of its own. */
  public RedisAsyncCommands<String, String> redisAsync() {
    return direct.another();
  }

  /** The process of its Redis. */
  public long redisPid() {
    return direct.pid();
  }

  /** How many scripts its Redis was told to run, ever. */
  public long scriptsRun() {
    return direct.scriptsRun();
  }

  /** Where it listens for HTTP, as a URI without a path. */
  public String httpUri() {
    return "http://" + server.httpAddress().orElseThrow();
  }

  /** The status of an HTTP path. */
  public int httpStatus(String path) throws Exception {
    return http(path).statusCode();
  }

  /** Where it listens for HTTP. */
  public String httpAddress() {
    return server.httpAddress().orElseThrow();
  }

  /** What an HTTP path says. */
  public HttpResponse<String> http(String path) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(httpUri() + path)).build(),
            HttpResponse.BodyHandlers.ofString());
  }

  @Override
  public void close() {
    caller.close();
    direct.close();
    server.close();
  }
}
