package dev.tokenguard.bench;

import dev.tokenguard.config.Settings;
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
import org.jspecify.annotations.Nullable;

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

  private final Path folder;
  private final EmbeddedRedis redis;
  private volatile @Nullable ServerProcess server;
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
    List<Duration> startTimes = new ArrayList<>();
    for (int i = 0; i < options.starts(); i++) {
      ServerProcess before = server;
      if (before != null) {
        before.close();
      }
      ServerProcess started =
          ServerProcess.start(options.java(), options.jvmArguments(), flags(options.large()));
      keep(started);
      startTimes.add(started.servedAfter());
    }
    ServerProcess last = server;
    if (last == null) {
      throw new BenchException("no server was started");
    }
    return new Subject(
        last.target(),
        redis.uri(),
        FEATURE,
        OptionalLong.of(last.pid()),
        startTimes,
        options.java() + " " + String.join(" ", options.jvmArguments()));
  }

  private synchronized void keep(ServerProcess started) throws BenchException {
    if (closed) {
      started.close();
      throw new BenchException("stopped");
    }
    server = started;
  }

  private List<String> flags(boolean large) {
    List<String> flags =
        new ArrayList<>(
            List.of(
                "--grpc.listen=127.0.0.1:0",
                "--http.listen=127.0.0.1:0",
                "--redis.uri=" + redis.uri(),
                "--catalog.file=" + folder.resolve("catalog.yaml"),
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
    ServerProcess last = server;
    if (last != null) {
      last.close();
    }
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
