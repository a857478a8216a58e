package dev.tokenguard.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.embedded.EmbeddedRedis;
import dev.tokenguard.testing.Keys;
import dev.tokenguard.wire.Caller;
import dev.tokenguard.wire.Collector;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar in operation: what it loads, what it logs of its settings, what it tells operators. */
class OperationsIT {
  private static final Map<String, String> OPERATOR = Map.of("TOKENGUARD_KEY", Keys.ADMIN);

  @TempDir Path folder;

  private ServerProcess serve(Path classes, String... more) throws Exception {
    List<String> command = new ArrayList<>(List.of("serve", "--grpc.listen=127.0.0.1:0"));
    command.addAll(
        List.of("--http.listen=127.0.0.1:0", "--embedded.data_dir=" + folder.resolve("data")));
    command.addAll(List.of(more));
    return ServerProcess.run(
            folder,
            Map.of("JAVA_TOOL_OPTIONS", "-Xlog:class+load:file=" + classes),
            command.toArray(new String[0]))
        .awaitListening();
  }

  @Test
  void tracingThatIsOffLoadsNothing() throws Exception {
    Path classes = folder.resolve("classes.txt");
    try (ServerProcess server = serve(classes);
        Caller caller = new Caller(server.target())) {
      assertTrue(caller.consume("a", "create_website", "r").hasReservation());
      server.terminate();
      server.endedWith(0);
    }
    List<String> loaded = Files.readAllLines(classes);
    assertTrue(loaded.stream().anyMatch(line -> line.contains("dev.tokenguard.TokenGuardServer")));
    assertEquals(
        List.of(),
        loaded.stream()
            .filter(
                line ->
                    line.contains("io.opentelemetry.") || line.contains("dev.tokenguard.tracing."))
            .toList());
  }

  @Test
  void tracingThatIsOnSendsSpansFromTheOneJar() throws Exception {
    try (Collector collector = new Collector();
        ServerProcess server = serve(folder.resolve("classes.txt"), "--" + collector.setting());
        Caller caller = new Caller(server.target())) {
      assertTrue(caller.consume("a", "create_website", "r").hasReservation());
      collector.await("EVALSHA consume");
      server.terminate();
      String said = server.endedWith(0);
      assertFalse(said.contains("\tat "), said);
    }
  }

  @Test
  void settingsAreToldAtTheStartWithoutTheirSecrets() throws Exception {
    try (EmbeddedRedis redis = ServeIT.redis(folder.resolve("redis"), ServeIT.freePort())) {
      String password =
          String.valueOf(URI.create(redis.uri()).getUserInfo()).replaceFirst("^[^:]*:", "");
      try (ServerProcess server =
          ServerProcess.serve(
              folder,
              "--redis.uri=" + redis.uri(),
              "--watch.max_streams=7",
              "--log.level=debug",
              "--auth.credentials_file=" + Keys.file(folder.resolve("credentials")))) {
        String target = server.target();
        try (ServerProcess settings =
            ServerProcess.run(folder, OPERATOR, "settings", "--target=" + target)) {
          String told = settings.endedWith(0);
          assertTrue(
              told.matches("(?s).*watch.max_streams +7 +flag --watch.max_streams\n.*"), told);
          assertTrue(told.contains("redis://***@127.0.0.1"), told);
          assertFalse(told.contains(password), "a password");
        }
        try (ServerProcess quiet =
            ServerProcess.run(
                folder, OPERATOR, "log-level", "warn", "--for=1h", "--target=" + target)) {
          assertTrue(quiet.endedWith(0).startsWith("TokenGuard logs warn until 20"));
        }
        server.terminate();
        String said = server.endedWith(0);
        assertEquals(
            1, said.lines().filter(line -> line.contains("Settings of watch: ")).count(), said);
        assertTrue(
            said.contains("Settings of watch: interval=500ms, max_streams=7 (--watch.max_streams)"),
            said);
        assertTrue(said.contains("TokenGuard logs WARN from now on, until 20"), said);
        assertFalse(said.contains("Stopping:"), "what is below the level: " + said);
        assertFalse(said.contains(password), "a password");
      }
    }
  }
}
