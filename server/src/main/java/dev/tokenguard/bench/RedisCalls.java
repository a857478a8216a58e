package dev.tokenguard.bench;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.NettyCustomizer;
import io.netty.channel.Channel;
import io.netty.handler.flush.FlushConsolidationHandler;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Calls straight at Redis, all on one connection, pipelined. Thread-safe. */
final class RedisCalls implements AutoCloseable {
  private final ClientResources resources;
  private final RedisClient client;
  private final RedisURI uri;
  private final RedisAsyncCommands<byte[], byte[]> commands;
  private final Names names;

  RedisCalls(String uri, Names names) throws BenchException {
    this.names = names;
    try {
      this.uri = RedisURI.create(uri);
      this.resources = ClientResources.builder().nettyCustomizer(new FlushTogether()).build();
      this.client = RedisClient.create(resources, this.uri);
      client.setOptions(
          ClientOptions.builder()
              .autoReconnect(false)
              .socketOptions(
                  SocketOptions.builder().keepAlive(this.uri.getSocket() == null).build())
              .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
              .build());
      StatefulRedisConnection<byte[], byte[]> connection = client.connect(ByteArrayCodec.INSTANCE);
      this.commands = connection.async();
    } catch (IllegalArgumentException | RedisException e) {
      throw new BenchException("no Redis at " + uri + ": " + e.getMessage(), e);
    }
  }

  /** What is written while replies are read goes out in one go: real pipelining. */
  private static final class FlushTogether implements NettyCustomizer {
    @Override
    public void afterChannelInitialized(Channel channel) {
      channel.pipeline().addFirst(new FlushConsolidationHandler(256, true));
    }
  }

  /** One round trip. */
  Operation ping() {
    return done -> {
      ended(commands.ping(), done);
      return true;
    };
  }

  /** A script on each account in turn, under ids of its own. */
  Operation script(EvalTemplate template, String[] accounts) {
    Supplier<String> account = GrpcCalls.inTurn(accounts);
    return done -> {
      script(template, account.get(), done);
      return true;
    };
  }

  /** A script on each account once. */
  Operation scriptOnce(EvalTemplate template, LongFunction<String> account, long count) {
    AtomicLong next = new AtomicLong();
    return done -> {
      long number = next.getAndIncrement();
      if (number >= count) {
        return false;
      }
      script(template, account.apply(number), done);
      return true;
    };
  }

  private void script(EvalTemplate template, String account, Operation.Completion done) {
    ended(
        commands.<List<Object>>evalsha(
            template.digest(),
            ScriptOutputType.MULTI,
            template.keys(account),
            template.arguments(account, names.reservation())),
        done);
  }

  private static void ended(RedisFuture<?> future, Operation.Completion done) {
    future.whenComplete(
        (reply, thrown) -> {
          if (thrown == null) {
            done.succeeded();
          } else {
            done.failed(String.valueOf(thrown.getMessage()));
          }
        });
  }

  RedisStats stats() throws BenchException {
    return RedisStats.of(awaited(commands.info("everything")));
  }

  RedisVolume volume() throws BenchException {
    return RedisVolume.of(awaited(commands.info("everything")));
  }

  /** How much memory Redis has of the system for each byte that it uses. */
  double fragmentation() throws BenchException {
    return Double.parseDouble(
        RedisStats.values(awaited(commands.info("memory")))
            .getOrDefault("mem_fragmentation_ratio", "0"));
  }

  /** Connections that it has now. */
  long connections() throws BenchException {
    return Long.parseLong(
        RedisStats.values(awaited(commands.info("clients")))
            .getOrDefault("connected_clients", "0"));
  }

  /** Keys of all kinds. */
  long keys() throws BenchException {
    return awaited(commands.dbsize());
  }

  /** Keeps the append-only file as it grows: no rewrite makes it smaller meanwhile. */
  void noRewrites() throws BenchException {
    awaited(commands.configSet("auto-aof-rewrite-percentage", "0"));
  }

  String version() throws BenchException {
    return awaited(commands.info("server"))
        .lines()
        .filter(line -> line.startsWith("redis_version:"))
        .findFirst()
        .map(line -> line.substring("redis_version:".length()).trim())
        .orElse("unknown");
  }

  /** Bytes of a key, or 0 if there is none. */
  long bytesOf(byte[] key) throws BenchException {
    @Nullable Long bytes = awaitedOrNull(commands.memoryUsage(key));
    return bytes == null ? 0 : bytes;
  }

  /** A marker among the commands that MONITOR tells of. */
  void mark(String marker) throws BenchException {
    awaited(commands.echo(marker.getBytes(StandardCharsets.US_ASCII)));
  }

  MonitorTap tap() throws BenchException {
    return new MonitorTap(uri);
  }

  private static <T> T awaited(RedisFuture<T> future) throws BenchException {
    T reply = awaitedOrNull(future);
    if (reply == null) {
      throw new BenchException("Redis answered nothing");
    }
    return reply;
  }

  private static <T> @Nullable T awaitedOrNull(RedisFuture<T> future) throws BenchException {
    try {
      return future.toCompletableFuture().get(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchException("interrupted", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new BenchException("Redis: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
    resources.shutdown(0, 1, TimeUnit.SECONDS);
  }
}
