package dev.tokenguard.wire;

import dev.tokenguard.TokenGuardServer;
import dev.tokenguard.config.CatalogLoader;
import dev.tokenguard.config.SettingsLoader;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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

  private static final Pattern CALLS =
      Pattern.compile("^cmdstat_eval(?:sha)?:calls=(\\d+)", Pattern.MULTILINE);
  private static final Pattern PID = Pattern.compile("^process_id:(\\d+)", Pattern.MULTILINE);

  private final TokenGuardServer server;
  private final Caller caller;
  private final RedisClient redisClient;
  private final StatefulRedisConnection<String, String> redis;

  private WireServer(TokenGuardServer server) {
    this.server = server;
    this.caller = new Caller(server.target());
    this.redisClient = RedisClient.create(server.redisUri());
    this.redis = redisClient.connect();
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
    Map<String, String> flags = new HashMap<>();
    flags.put("grpc.listen", "127.0.0.1:0");
    flags.put("http.listen", "127.0.0.1:0");
    flags.put("embedded.data_dir", folder.toString());
    for (String setting : settings) {
      List<String> parts = List.of(setting.split("=", 2));
      flags.put(parts.get(0), parts.get(1));
    }
    return new WireServer(
        TokenGuardServer.start(
            SettingsLoader.load(null, Map.of(), flags), CatalogLoader.parse(catalog, "catalog")));
  }

  /** Where it listens. */
  public String target() {
    return server.target();
  }

  /** Where its Redis is. */
  public String redisUri() {
    return server.redisUri();
  }

  /** A caller, closed with the server. */
  public Caller caller() {
    return caller;
  }

  /** Its Redis, past the server. */
  public RedisCommands<String, String> redis() {
    return redis.sync();
  }

  /** The process of its Redis. */
  public long redisPid() {
    return number(PID, redis().info("server"));
  }

  /** How many scripts its Redis was told to run, ever. */
  public long scriptsRun() {
    return number(CALLS, redis().info("commandstats"));
  }

  /** The status of an HTTP path. */
  public int httpStatus(String path) throws Exception {
    return http(path).statusCode();
  }

  /** What an HTTP path says. */
  public HttpResponse<String> http(String path) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(
                    URI.create("http://" + server.httpAddress().orElseThrow() + path))
                .build(),
            HttpResponse.BodyHandlers.ofString());
  }

  private static long number(Pattern pattern, String text) {
    long sum = 0;
    for (Matcher matcher = pattern.matcher(text); matcher.find(); ) {
      sum += Long.parseLong(matcher.group(1));
    }
    return sum;
  }

  @Override
  public void close() {
    caller.close();
    redis.close();
    redisClient.shutdown(0, 1, java.util.concurrent.TimeUnit.SECONDS);
    server.close();
  }
}
