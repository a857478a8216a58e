package dev.tokenguard.store.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tokenguard.config.Settings.Appendfsync;
import dev.tokenguard.config.Settings.Embedded;
import dev.tokenguard.embedded.EmbeddedRedis;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.CommandOutput;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * A real Redis, and one connection to it. Most tests share one for the life of the JVM, each in a
 * namespace of its own; tests of faults start their own.
 */
final class TestRedis implements AutoCloseable {
  private static final AtomicLong NAMESPACES = new AtomicLong();

  private final Path folder;
  private final EmbeddedRedis redis;
  private final RedisLink link;

  private TestRedis(Appendfsync appendfsync, Duration commandTimeout) {
    try {
      folder = Files.createTempDirectory("tg");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    redis = EmbeddedRedis.start(new Embedded(folder, "", appendfsync, 0));
    link = newLink(commandTimeout, 100_000);
  }

  /** The one that is shared. It keeps nothing on disk. */
  static TestRedis shared() {
    return Shared.INSTANCE;
  }

  /** One of the test's own, that keeps what it has acknowledged. */
  static TestRedis durable(Duration commandTimeout) {
    return new TestRedis(Appendfsync.ALWAYS, commandTimeout);
  }

  /** Another connection; to be closed by the caller. */
  RedisLink newLink(Duration commandTimeout, int maxQueued) {
    RedisLink made =
        RedisLink.to(
            redis.uri(),
            new RedisLink.Options(
                "probe",
                Duration.ofSeconds(5),
                commandTimeout,
                true,
                false,
                maxQueued,
                Durability.ASYNC,
                RedisSecurity.BY_URI));
    made.connect().toCompletableFuture().join();
    made.start();
    return made;
  }

  RedisLink link() {
    return link;
  }

  EmbeddedRedis server() {
    return redis;
  }

  /** A namespace that no other test has. */
  static String newNamespace() {
    return "t" + NAMESPACES.incrementAndGet();
  }

  /** For what is not a script of ours. */
  RedisClusterAsyncCommands<byte[], byte[]> commands() {
    return Objects.requireNonNull(link.commands());
  }

  List<Object> eval(String script, byte[][] keys, byte[]... arguments) {
    return await(commands().<List<Object>>eval(script, ScriptOutputType.MULTI, keys, arguments));
  }

  void config(String name, String value) {
    await(commands().configSet(name, value));
  }

  void replicaOf(String host, String port) {
    CommandOutput<byte[], byte[], String> output = new StatusOutput<>(ByteArrayCodec.INSTANCE);
    CommandArgs<byte[], byte[]> arguments =
        new CommandArgs<>(ByteArrayCodec.INSTANCE).add(host).add(port);
    await(commands().dispatch(CommandType.REPLICAOF, output, arguments));
  }

  static <T> T await(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
  }

  static byte[] bytes(Object value) {
    return String.valueOf(value).getBytes(UTF_8);
  }

  @Override
  public void close() {
    link.close();
    redis.close();
    try (Stream<Path> files = Files.walk(folder)) {
      files
          .sorted(Comparator.reverseOrder())
          .forEach(
              file -> {
                try {
                  Files.deleteIfExists(file);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Started when it is first asked for, ended with the JVM. */
  private static final class Shared {
    static final TestRedis INSTANCE = start();

    private static TestRedis start() {
      TestRedis started = new TestRedis(Appendfsync.EVERYSEC, Duration.ofSeconds(15));
      started.config("appendonly", "no");
      Runtime.getRuntime().addShutdownHook(new Thread(started::close));
      return started;
    }
  }
}
