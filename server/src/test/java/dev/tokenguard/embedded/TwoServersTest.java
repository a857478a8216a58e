package dev.tokenguard.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.config.Settings.Appendfsync;
import dev.tokenguard.config.Settings.Embedded;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two servers on one folder: at a time, and one after the other was killed. */
class TwoServersTest {
  @TempDir Path folder;

  @Test
  void oneProcessHoldsAFolderOnce() {
    try (EmbeddedRedis redis = EmbeddedRedis.start(settings(0))) {
      String message = messageOfStart();

      assertTrue(message.contains("is in use by this very process"), message);
      assertTrue(message.contains("embedded.data_dir"), message);
      assertEquals(RedisProbe.State.READY, RedisProbe.look(address()));
      assertEquals(0, redis.restarts());
    }
  }

  @Test
  void anotherProcessIsToldWhoHoldsTheFolder() throws Exception {
    try (OtherServer other = OtherServer.start(folder, 0)) {
      String message = messageOfStart();

      assertTrue(message.contains("is in use by process " + other.process.pid()), message);
      assertTrue(ProcessHandle.of(other.redis).orElseThrow().isAlive());
    }
  }

  @Test
  void aServerThatEndsTakesItsRedisAlong() throws Exception {
    try (OtherServer other = OtherServer.start(folder, 0)) {
      other.process.getOutputStream().close();

      assertTrue(other.process.waitFor(20, TimeUnit.SECONDS));
      assertEquals(0, other.process.exitValue());
      assertEquals(RedisProbe.State.NOBODY, RedisProbe.look(address()));
      EmbeddedRedis.start(settings(0)).close();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theRedisOfAKilledServerEndsBeforeTheNextOneStarts(boolean tcp) throws Exception {
    int port = tcp ? TestPorts.free() : 0;
    try (OtherServer other = OtherServer.start(folder, port)) {
      RedisAddress address = RedisConf.lastAddress(folder).orElseThrow();
      RedisProbe.ask(address, "SET key value");
      other.process.destroyForcibly().waitFor();
      assertEquals(RedisProbe.State.READY, RedisProbe.look(address));

      try (EmbeddedRedis redis = EmbeddedRedis.start(settings(port))) {
        assertNotEquals(other.redis, redis.pid());
        assertEquals(List.of(redis.pid()), redisProcesses());
        RedisAddress now = RedisConf.lastAddress(folder).orElseThrow();
        assertEquals("value", last(RedisProbe.ask(now, "GET key")));
      }
      assertEquals(List.of(), redisProcesses());
    }
  }

  /** The file of the one that was left behind is all there is: its socket is gone. */
  @Test
  void aRedisOutOfReachIsFoundByItsCommandLine() throws Exception {
    try (OtherServer other = OtherServer.start(folder, 0)) {
      other.process.destroyForcibly().waitFor();
      Files.delete(folder.resolve("redis.sock"));

      try (EmbeddedRedis redis = EmbeddedRedis.start(settings(0))) {
        assertEquals(List.of(redis.pid()), redisProcesses());
      }
    }
  }

  @Test
  void anotherRedisOnThePortIsLeftAlone(@TempDir Path elsewhere) throws Exception {
    int port = TestPorts.free();
    Embedded other = new Embedded(elsewhere, Embedded.BUNDLED, Appendfsync.EVERYSEC, port);
    try (EmbeddedRedis redis = EmbeddedRedis.start(other)) {
      Files.writeString(folder.resolve("redis.conf"), "port " + port + "\nrequirepass abc\n");

      EmbeddedRedis.start(settings(0)).close();

      assertTrue(ProcessHandle.of(redis.pid()).orElseThrow().isAlive());
      assertEquals(0, redis.restarts());
    }
  }

  private Embedded settings(int port) {
    return new Embedded(folder, Embedded.BUNDLED, Appendfsync.EVERYSEC, port);
  }

  private RedisAddress address() {
    return new RedisAddress.UnixSocket(folder.resolve("redis.sock"));
  }

  private String messageOfStart() {
    return String.valueOf(
        assertThrows(EmbeddedRedisException.class, () -> EmbeddedRedis.start(settings(0)))
            .getMessage());
  }

  /** The processes that run on our folder. */
  private List<Long> redisProcesses() {
    String conf = folder.resolve("redis.conf").toString();
    return ProcessHandle.allProcesses()
        .filter(each -> List.of(each.info().arguments().orElse(new String[0])).contains(conf))
        .map(ProcessHandle::pid)
        .toList();
  }

  private static String last(List<String> lines) {
    return lines.get(lines.size() - 1);
  }

  /** A server in a process of its own, which ends when its standard input does. */
  static final class OtherServer implements AutoCloseable {
    final Process process;
    final long redis;

    private OtherServer(Process process, long redis) {
      this.process = process;
      this.redis = redis;
    }

    static OtherServer start(Path folder, int port) throws IOException {
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  OtherServer.class.getName(),
                  folder.toString(),
                  String.valueOf(port))
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      BufferedReader out =
          new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        if (line.startsWith("pid ")) {
          return new OtherServer(process, Long.parseLong(line.substring("pid ".length())));
        }
      }
      throw new IOException("ended");
    }

    public static void main(String[] args) throws IOException {
      Embedded settings =
          new Embedded(
              Path.of(args[0]), Embedded.BUNDLED, Appendfsync.ALWAYS, Integer.parseInt(args[1]));
      try (EmbeddedRedis redis = EmbeddedRedis.start(settings)) {
        System.out.println("pid " + redis.pid());
        while (System.in.read() >= 0) {
          // Until it is closed.
        }
      }
    }

    @Override
    public void close() {
      process.destroyForcibly();
      ProcessHandle.of(redis).ifPresent(ProcessHandle::destroyForcibly);
    }
  }
}
