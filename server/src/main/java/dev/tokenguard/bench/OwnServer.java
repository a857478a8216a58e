package dev.tokenguard.bench;

import dev.tokenguard.auth.ApiKey;
import dev.tokenguard.config.CatalogException;
import dev.tokenguard.config.CatalogLoader;
import dev.tokenguard.config.Settings;
import dev.tokenguard.domain.Catalog;
import dev.tokenguard.embedded.EmbeddedRedis;
import dev.tokenguard.embedded.EmbeddedRedisException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** A server and a Redis that the bench starts, and that are gone with all they wrote afterwards. */
final class OwnServer implements AutoCloseable {
  static final String FEATURE = "work";

  /** An account can do this often what is measured in a day: never out of tokens. */
  private static final String CATALOG =
      """
      token_types:
        tokens: {title: Tokens}
      features:
        work: {cost: {tokens: 1}}
      plans:
        bench:
          allowances:
            tokens: {amount: 1000000000000, resets: daily}
      default_plan: bench
      """;

  private final String operatorKey = ApiKey.create();
  private final Path folder;
  private final EmbeddedRedis redis;
  private final List<ServerProcess> servers = new ArrayList<>();
  private final List<RedisGroup> groups = new ArrayList<>();
  private boolean closed;

  /**
   * How to start.
   *
   * @param java the executable of the server's JVM
   * @param jvmArguments its arguments
   * @param redisServer as of the setting {@code embedded.redis_server}
   * @param starts how often it is started, to see how long it takes; the last one stays
   * @param large whether accounts may have more holds and a longer ledger than servers allow
   */
  record Options(
      Path java, List<String> jvmArguments, String redisServer, int starts, boolean large) {}

  /** Starts Redis; the server comes later. */
  OwnServer(Options options) throws BenchException {
    try {
      folder = Files.createTempDirectory("tokenguard-bench");
      Files.writeString(folder.resolve("catalog.yaml"), CATALOG);
      Files.writeString(
          folder.resolve("credentials.yaml"),
          "keys: {bench: {role: operator, sha256: " + ApiKey.sha256(operatorKey) + "}}\n");
      redis =
          EmbeddedRedis.start(
              new Settings.Embedded(
                  folder.resolve("redis"),
                  options.redisServer(),
                  Settings.Appendfsync.EVERYSEC,
                  0));
    } catch (IOException | EmbeddedRedisException e) {
      throw new BenchException(String.valueOf(e.getMessage()), e);
    }
  }

  /** Starts the server and returns when it serves. */
  Subject start(Options options) throws BenchException, InterruptedException {
    ServerProcess last = startMeasured(options);
    List<Duration> startTimes = new ArrayList<>(List.of(last.servedAfter()));
    while (startTimes.size() < options.starts()) {
      last.close();
      last = startMeasured(options);
      startTimes.add(last.servedAfter());
    }
    return new Subject(
        last.target(),
        operatorKey,
        redis.uri(),
        FEATURE,
        OptionalLong.of(last.pid()),
        startTimes,
        options.java() + " " + String.join(" ", options.jvmArguments()));
  }

  /** What all servers have. */
  static Catalog catalog() {
    try {
      return CatalogLoader.parse(CATALOG, "catalog of the bench");
    } catch (CatalogException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Starts more servers on the same Redis. */
  MoreServers more(Options options) {
    return new MoreServers() {
      @Override
      public ServerProcess walker() throws BenchException, InterruptedException {
        return OwnServer.this.walker(options);
      }

      @Override
      public ServerProcess another() throws BenchException, InterruptedException {
        return startMeasured(options);
      }

      @Override
      public ServerProcess on(String redisUri, List<String> more)
          throws BenchException, InterruptedException {
        List<String> flags = flags(options.large(), redisUri);
        flags.add("--sweep.enabled=false");
        flags.addAll(more);
        return keep(ServerProcess.start(options.java(), options.jvmArguments(), flags));
      }

      @Override
      public RedisGroup cluster(int masters) throws BenchException, InterruptedException {
        return keep(RedisGroup.cluster(redis.executable(), folder, masters));
      }

      @Override
      public RedisGroup withReplica() throws BenchException, InterruptedException {
        return keep(RedisGroup.withReplica(redis.executable(), folder));
      }
    };
  }

  private ServerProcess walker(Options options) throws BenchException, InterruptedException {
    List<String> flags = flags(options.large(), redis.uri());
    flags.add("--sweep.enabled=true");
    flags.add("--sweep.accounts_per_second=100000");
    flags.add("--sweep.pause=24h");
    return keep(ServerProcess.start(options.java(), options.jvmArguments(), flags));
  }

  private synchronized RedisGroup keep(RedisGroup started) throws BenchException {
    if (closed) {
      started.close();
      throw new BenchException("stopped");
    }
    groups.add(started);
    return started;
  }

  private synchronized ServerProcess keep(ServerProcess started) throws BenchException {
    if (closed) {
      started.close();
      throw new BenchException("stopped");
    }
    servers.add(started);
    return started;
  }

  /** Its scripts are those that the bench calls for, and no others. */
  private ServerProcess startMeasured(Options options) throws BenchException, InterruptedException {
    List<String> flags = flags(options.large(), redis.uri());
    flags.add("--sweep.enabled=false");
    return keep(ServerProcess.start(options.java(), options.jvmArguments(), flags));
  }

  private List<String> flags(boolean large, String redisUri) {
    List<String> flags =
        new ArrayList<>(
            List.of(
                "--grpc.listen=127.0.0.1:0",
                "--http.listen=127.0.0.1:0",
                "--redis.uri=" + redisUri,
                // Batches of a thousand members, on a machine that does something else besides.
                "--redis.command_timeout=30s",
                "--catalog.file=" + folder.resolve("catalog.yaml"),
                "--auth.credentials_file=" + folder.resolve("credentials.yaml"),
                "--log.level=info",
                "--log.format=human"));
    if (large) {
      flags.add("--reservations.max_open=1000000");
      flags.add("--limits.ledger_entries=1000000");
    }
    return flags;
  }

  /** Ends both and removes the folder. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    servers.forEach(ServerProcess::close);
    groups.forEach(RedisGroup::close);
    redis.close();
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(OwnServer::delete);
    } catch (IOException | UncheckedIOException e) {
      // A temporary folder: the system removes it some day.
    }
  }

  private static void delete(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
