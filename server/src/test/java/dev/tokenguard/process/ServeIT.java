package dev.tokenguard.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Struct;
import com.google.protobuf.util.JsonFormat;
import dev.tokenguard.config.Settings.Appendfsync;
import dev.tokenguard.config.Settings.Embedded;
import dev.tokenguard.embedded.EmbeddedRedis;
import dev.tokenguard.wire.Await;
import dev.tokenguard.wire.Caller;
import dev.tokenguard.wire.Direct;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code serve} as operators use it: on a Redis of theirs or its own, by flags, on any JDK. */
class ServeIT {

  @TempDir Path folder;

  @Test
  void onARedisWithAPassword() throws Exception {
    try (EmbeddedRedis redis = redis(freePort())) {
      String uri = redis.uri();
      String password = String.valueOf(URI.create(uri).getUserInfo()).replace(":", "");
      try (ServerProcess server = ServerProcess.serve(folder, "--redis.uri=" + uri);
          Caller caller = new Caller(server.target())) {
        assertEquals(ServingStatus.SERVING, caller.health("readiness"));
        assertTrue(caller.consume("a", "generate", "r").hasReservation());
        server.terminate();
        String said = server.endedWith(0);
        assertFalse(said.contains(password), "a password in the log: " + said);
      }
      try (Direct direct = new Direct(uri)) {
        assertEquals("PONG", direct.redis().ping(), "it is not the server's to stop");
      }
      // Without the password it listens, is not ready, and says why.
      try (ServerProcess server =
              ServerProcess.serve(folder, "--redis.uri=" + uri.replace(password, "wrong"));
          Caller caller = new Caller(server.target())) {
        assertEquals(ServingStatus.NOT_SERVING, caller.health("readiness"));
        assertEquals(ServingStatus.SERVING, caller.health("liveness"));
        HttpResponse<String> ready = http(server, "/readyz");
        assertEquals(503, ready.statusCode());
        assertTrue(ready.body().contains("WRONGPASS"), ready::body);
      }
    }
  }

  /** Somebody who tries it out can do everything; of a server that matters, nobody can. */
  @Test
  void aKeyForTheRunIsToldOnceAndOnlyOfARedisOfItsOwn() throws Exception {
    String[] look = {"catalog", "show", "--target="};
    try (ServerProcess server = ServerProcess.serve(folder)) {
      look[2] += server.target();
      Await.until("it tells the key", () -> server.log().contains("TOKENGUARD_KEY="));
      String key = server.log().replaceFirst("(?s).*TOKENGUARD_KEY=(\\S+).*", "$1");
      assertEquals(2, server.log().split(key, -1).length, server.log());
      try (ServerProcess operator = ServerProcess.run(folder, Map.of("TOKENGUARD_KEY", key), look);
          ServerProcess nobody = ServerProcess.run(folder, Map.of(), look)) {
        assertTrue(operator.endedWith(0).contains("create_website"), operator.log());
        String said = nobody.endedWith(1);
        assertTrue(said.contains("UNAUTHENTICATED") && said.contains("--key-file"), said);
      }
    }
    try (EmbeddedRedis redis = redis(0);
        ServerProcess server = ServerProcess.serve(folder, "--redis.uri=" + redis.uri())) {
      Await.until("it serves", () -> server.log().contains(" serves gRPC at "));
      assertFalse(server.log().contains("TOKENGUARD_KEY="), server.log());
    }
  }

  @Test
  void aRedisThatDropsKeysIsRefused() throws Exception {
    try (EmbeddedRedis redis = redis(0);
        Direct direct = new Direct(redis.uri())) {
      direct.redis().configSet("maxmemory-policy", "allkeys-lru");
      try (ServerProcess server = ServerProcess.launch(folder, "--redis.uri=" + redis.uri())) {
        String said = server.endedWith(1);
        assertTrue(said.contains("maxmemory-policy is allkeys-lru"), said);
        assertTrue(said.contains("redis.allow_eviction"), said);
        assertFalse(said.contains("\tat "), said);
      }
      try (ServerProcess server =
              ServerProcess.serve(
                  folder, "--redis.uri=" + redis.uri(), "--redis.allow_eviction=true");
          Caller caller = new Caller(server.target())) {
        assertEquals(ServingStatus.SERVING, caller.health("readiness"));
      }
    }
  }

  @Test
  void aRedisThatComesLater() throws Exception {
    int port = freePort();
    String uri = "redis://127.0.0.1:" + port;
    try (ServerProcess server =
            ServerProcess.serve(
                folder, "--redis.uri=" + uri, "--grpc.unix_socket=" + folder.resolve("tg.sock"));
        Caller caller = new Caller("unix:" + folder.resolve("tg.sock"))) {
      assertEquals(ServingStatus.NOT_SERVING, caller.health("readiness"));
      assertEquals(ServingStatus.SERVING, caller.health("liveness"));
      assertEquals(200, http(server, "/livez").statusCode());
      assertEquals(503, http(server, "/readyz").statusCode());
      Process redis =
          new ProcessBuilder(
                  "redis-server",
                  "--port",
                  String.valueOf(port),
                  "--save",
                  "",
                  "--dir",
                  "" + folder)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      try {
        caller.awaitHealth(ServingStatus.SERVING);
        assertEquals(200, http(server, "/readyz").statusCode());
        assertTrue(caller.reserve("a", "generate", "r").hasReservation());
      } finally {
        redis.destroy();
        redis.waitFor();
      }
      caller.awaitHealth(ServingStatus.NOT_SERVING);
      assertTrue(server.isAlive());
    }
    assertFalse(Files.exists(folder.resolve("tg.sock")), "the socket is taken away");
  }

  @Test
  void overAUnixSocketAloneWithJsonLogs() throws Exception {
    Path socket = folder.resolve("tg.sock");
    String target = "unix:" + socket;
    try (ServerProcess server =
            ServerProcess.serve(
                folder, "--grpc.listen=", "--grpc.unix_socket=" + socket, "--log.format=json");
        Caller caller = new Caller(target)) {
      assertTrue(caller.consume("a", "generate", "r").hasReservation());
      assertTrue(permissions(socket).endsWith("------"), permissions(socket));
      try (ServerProcess health =
          ServerProcess.run(folder, Map.of(), "health", "--target=" + target)) {
        assertEquals("SERVING", health.endedWith(0).strip());
      }
      server.terminate();
      List<String> lines = server.endedWith(0).lines().toList();
      assertTrue(lines.size() >= 3, lines::toString);
      for (String line : lines) {
        Struct.Builder json = Struct.newBuilder();
        JsonFormat.parser().merge(line, json);
        assertTrue(json.containsFields("message"), line);
      }
    }
  }

  /** On the second JDK of this machine, if it has one. */
  @Test
  void onAnotherJdk() throws Exception {
    List<Path> others = otherJdks();
    if (others.isEmpty()) {
      System.out.println("No other JDK than " + System.getProperty("java.home") + " to try");
    }
    for (Path jdk : others) {
      Path work = folder.resolve(jdk.getFileName().toString());
      Path data = work.resolve("data");
      try (ServerProcess server =
              ServerProcess.run(
                      jdk,
                      work,
                      Map.of("TOKENGUARD_GRPC_LISTEN", "127.0.0.1:0"),
                      "serve",
                      "--http.listen=127.0.0.1:0",
                      "--embedded.data_dir=" + data)
                  .awaitListening();
          Caller caller = new Caller(server.target())) {
        assertEquals(ServingStatus.SERVING, caller.health("readiness"));
        assertTrue(caller.consume("a", "create_website", "r").hasReservation());
        assertTrue(http(server, "/metrics").body().contains("tokenguard_"));
        server.terminate();
        String said = server.endedWith(0);
        // Of one library's use of Unsafe there is a warning that nobody can do anything about yet.
        assertEquals(
            List.of(),
            said.lines()
                .filter(line -> line.startsWith("WARNING"))
                .filter(line -> !line.matches(".*(Unsafe|terminally|consider reporting).*"))
                .toList());
        assertEquals(List.of(), ServerProcess.redisBelow(data));
      }
    }
  }

  /** Those next to the one that runs the tests, newer than the oldest that will do. */
  private static List<Path> otherJdks() throws IOException {
    Path own = Path.of(System.getProperty("java.home")).toRealPath();
    Path parent = own.getParent();
    if (parent == null) {
      return List.of();
    }
    try (Stream<Path> siblings = Files.list(parent)) {
      return siblings
          .filter(each -> Files.isRegularFile(each.resolve("release")))
          .filter(each -> Files.isExecutable(each.resolve("bin/java")))
          .filter(each -> !Files.isSymbolicLink(each) && !each.equals(own))
          .toList();
    }
  }

  private static String permissions(Path file) throws IOException {
    return java.nio.file.attribute.PosixFilePermissions.toString(
        Files.getPosixFilePermissions(file));
  }

  private static HttpResponse<String> http(ServerProcess server, String path) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://" + server.http() + path))
                .timeout(Await.LONG)
                .build(),
            HttpResponse.BodyHandlers.ofString());
  }

  private EmbeddedRedis redis(int port) {
    return redis(folder.resolve("redis"), port);
  }

  static EmbeddedRedis redis(Path folder, int port) {
    return EmbeddedRedis.start(new Embedded(folder, "", Appendfsync.EVERYSEC, port));
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
