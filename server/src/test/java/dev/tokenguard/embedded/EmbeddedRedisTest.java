package dev.tokenguard.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.config.Settings.Appendfsync;
import dev.tokenguard.config.Settings.Embedded;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** With the Redis in the jar, and with the one on the PATH where there is one. */
class EmbeddedRedisTest {
  /** Short, as a path of a Unix socket has to be. */
  @TempDir Path folder;

  static List<String> binaries() {
    List<String> binaries = new ArrayList<>();
    binaries.add(Embedded.BUNDLED);
    if (!SearchPath.find("redis-server", System.getenv("PATH")).isEmpty()) {
      binaries.add("");
    }
    return binaries;
  }

  @ParameterizedTest
  @MethodSource("binaries")
  void servesDurablyAndEvictsNothing(String binary) {
    try (EmbeddedRedis redis = EmbeddedRedis.start(settings(binary, 0))) {
      assertEquals(EmbeddedRedis.State.RUNNING, redis.state());
      assertEquals(0, redis.restarts());
      with(
          redis,
          commands -> {
            assertEquals("noeviction", config(commands, "maxmemory-policy"));
            assertEquals("yes", config(commands, "appendonly"));
            assertEquals("always", config(commands, "appendfsync"));
            assertEquals("", config(commands, "save"));
            assertEquals("yes", config(commands, "aof-load-truncated"));
            return "";
          });
    }
  }

  @ParameterizedTest
  @MethodSource("binaries")
  void dataOutliveTheServer(String binary) {
    try (EmbeddedRedis redis = EmbeddedRedis.start(settings(binary, 0))) {
      with(redis, commands -> commands.set("key", "value"));
    }
    try (EmbeddedRedis redis = EmbeddedRedis.start(settings(binary, 0))) {
      assertEquals("value", with(redis, commands -> commands.get("key")));
    }
  }

  /** The data of the older Redis in the jar, when another is installed later. */
  @Test
  void dataMoveToANewerRedis() {
    try (EmbeddedRedis redis = EmbeddedRedis.start(settings(Embedded.BUNDLED, 0))) {
      with(redis, commands -> commands.set("key", "value"));
    }
    for (String binary : binaries()) {
      try (EmbeddedRedis redis = EmbeddedRedis.start(settings(binary, 0))) {
        assertEquals("value", with(redis, commands -> commands.get("key")));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("binaries")
  void closingEndsIt(String binary) {
    EmbeddedRedis redis = EmbeddedRedis.start(settings(binary, 0));
    ProcessHandle process = ProcessHandle.of(redis.pid()).orElseThrow();

    redis.close();
    redis.close();

    assertFalse(process.isAlive());
    assertEquals(EmbeddedRedis.State.CLOSED, redis.state());
    assertEquals(0, redis.restarts());
    assertFalse(Files.exists(folder.resolve("redis.sock")));
  }

  @ParameterizedTest
  @MethodSource("binaries")
  void aKilledRedisComesBackWithItsData(String binary) throws Exception {
    BlockingQueue<Long> restarts = new LinkedBlockingQueue<>();
    try (EmbeddedRedis redis = EmbeddedRedis.start(settings(binary, 0))) {
      redis.onRestart(restarts::add);
      String uri = redis.uri();
      for (long count = 1; count <= 2; count++) {
        String value = "value " + count;
        with(redis, commands -> commands.set("key", value));
        long killed = redis.pid();

        assertTrue(ProcessHandle.of(killed).orElseThrow().destroyForcibly());

        assertEquals(count, restarts.poll(20, TimeUnit.SECONDS));
        assertNotEquals(killed, redis.pid());
        assertEquals(EmbeddedRedis.State.RUNNING, redis.state());
        assertEquals(count, redis.restarts());
        assertEquals(uri, redis.uri());
        assertEquals(value, with(redis, commands -> commands.get("key")));
      }
    }
  }

  @Test
  void aListenerThatFailsDoesNotEndTheWatch() throws Exception {
    BlockingQueue<Long> restarts = new LinkedBlockingQueue<>();
    try (EmbeddedRedis redis = EmbeddedRedis.start(settings(Embedded.BUNDLED, 0))) {
      redis.onRestart(restarts::add);
      redis.onRestart(
          count -> {
            throw new IllegalStateException("on purpose");
          });
      for (long count = 1; count <= 2; count++) {
        assertTrue(ProcessHandle.of(redis.pid()).orElseThrow().destroyForcibly());
        assertEquals(count, restarts.poll(20, TimeUnit.SECONDS));
      }
    }
  }

  @Test
  void aPortNeedsAPassword() {
    int port = TestPorts.free();
    try (EmbeddedRedis redis = EmbeddedRedis.start(settings(Embedded.BUNDLED, port))) {
      assertTrue(redis.uri().matches("redis://:[0-9a-f]{48}@127\\.0\\.0\\.1:" + port), redis.uri());
      assertEquals("PONG", with(redis, RedisCommands::ping));
      RedisAddress guessed = new RedisAddress.Loopback(port, "guessed");
      assertEquals(RedisProbe.State.OTHER, RedisProbe.look(guessed));
      assertEquals("rw-------", permissions(folder.resolve("redis.conf")));
    }
  }

  @Test
  void aLongPathMeansAPort() {
    Path deep = folder.resolve("d".repeat(100));
    Embedded settings = new Embedded(deep, Embedded.BUNDLED, Appendfsync.EVERYSEC, 0);
    try (EmbeddedRedis redis = EmbeddedRedis.start(settings)) {
      assertTrue(redis.uri().startsWith("redis://:"), redis.uri());
      assertEquals("PONG", with(redis, RedisCommands::ping));
    }
  }

  @Test
  void anOddPathIsNoTrouble() {
    Path odd = folder.resolve("a b\"'\\#%41\u00e4");
    Embedded settings = new Embedded(odd, Embedded.BUNDLED, Appendfsync.EVERYSEC, 0);
    try (EmbeddedRedis redis = EmbeddedRedis.start(settings)) {
      assertEquals("PONG", with(redis, RedisCommands::ping));
      assertEquals("rwx------", permissions(odd));
      assertEquals("rwx------", permissions(odd.resolve("redis.sock")));
    }
  }

  @Test
  void tellsWhyItDoesNotStart() throws Exception {
    Files.writeString(folder.resolve("appendonly.aof"), "this is no append-only file\r\n");

    EmbeddedRedisException e =
        assertThrows(
            EmbeddedRedisException.class, () -> EmbeddedRedis.start(settings(Embedded.BUNDLED, 0)));

    assertTrue(message(e).contains("ended at once, with exit code 1"), message(e));
    assertTrue(message(e).contains("Bad file format reading the append only file"), message(e));
    Files.delete(folder.resolve("appendonly.aof"));
    EmbeddedRedis.start(settings(Embedded.BUNDLED, 0)).close();
  }

  @Test
  void aLargeLogIsPutAside() throws Exception {
    Files.write(folder.resolve("redis.log"), new byte[5 << 20]);

    EmbeddedRedis.start(settings(Embedded.BUNDLED, 0)).close();

    assertEquals(5 << 20, Files.size(folder.resolve("redis.log.1")));
    assertTrue(Files.size(folder.resolve("redis.log")) < 100_000);
  }

  @Test
  void waitsLongerAndLongerUpToABound() {
    assertEquals(Duration.ofMillis(50), EmbeddedRedis.waitBefore(1));
    assertEquals(Duration.ofMillis(100), EmbeddedRedis.waitBefore(2));
    assertEquals(Duration.ofMillis(3200), EmbeddedRedis.waitBefore(7));
    assertEquals(Duration.ofSeconds(5), EmbeddedRedis.waitBefore(8));
    assertEquals(Duration.ofSeconds(5), EmbeddedRedis.waitBefore(1_000_000));
  }

  private Embedded settings(String binary, int port) {
    return new Embedded(folder, binary, Appendfsync.ALWAYS, port);
  }

  /** Runs commands through the client that the server uses, so that its URIs are known to work. */
  private static String with(
      EmbeddedRedis redis, Function<RedisCommands<String, String>, String> commands) {
    try (RedisClient client = RedisClient.create(redis.uri());
        var connection = client.connect()) {
      return commands.apply(connection.sync());
    }
  }

  private static String config(RedisCommands<String, String> commands, String name) {
    return String.valueOf(commands.configGet(name).get(name));
  }

  private static String permissions(Path file) {
    try {
      return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static String message(Exception e) {
    return String.valueOf(e.getMessage());
  }
}
