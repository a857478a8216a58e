package dev.tokenguard.process;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.wire.WireServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a process says of wrong usage, and with which exit code; the rest is CommandsTest. */
class CommandsIT {

  @TempDir Path folder;

  /**
   * A command that does nothing but tell.
   *
   * @param command its words; {@code FOLDER} stands for a folder with a few files
   * @param environment its environment
   * @param exitCode how it ends
   * @param says what it says among others
   */
  record Case(
      List<String> command, Map<String, String> environment, int exitCode, List<String> says) {}

  static Stream<Case> cases() {
    return Stream.of(
        new Case(
            List.of("serve"),
            Map.of("TOKENGUARD_GRPC_LISEN", "127.0.0.1:0"),
            2,
            List.of("TOKENGUARD_GRPC_LISEN", "TOKENGUARD_GRPC_LISTEN")),
        of(1, "serve --redis.uri=redis://127.0.0.1:1", "catalog.file"),
        // Of the operators' shell, which is no unknown setting.
        new Case(
            List.of("serve", "--redis.uri=redis://127.0.0.1:1"),
            Map.of("TOKENGUARD_TARGET", "127.0.0.1:1"),
            1,
            List.of("catalog.file")),
        new Case(
            List.of("account", "get", "ann"),
            Map.of("TOKENGUARD_TARGET", "127.0.0.1:1"),
            1,
            List.of("cannot reach 127.0.0.1:1")),
        of(2, "catalog check FOLDER/bad.yaml", "bad.yaml:", "webste", "website"),
        of(2, "key check FOLDER/bad.yaml", "bad.yaml:1:1: token_types: unknown", "keys"),
        of(1, "health --target=127.0.0.1:1", "127.0.0.1:1", "UNAVAILABLE"),
        of(0, "--version", "tokenguard ", "Java "));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void tells(Case each) throws Exception {
    Files.writeString(
        folder.resolve("bad.yaml"),
        WireServer.CATALOG.replace("create_website: {cost: {website", "x: {cost: {webste"));
    String[] command =
        each.command.stream()
            .map(word -> word.replace("FOLDER", folder.toString()))
            .toArray(String[]::new);
    try (ServerProcess process = ServerProcess.run(folder, each.environment, command)) {
      String said = process.endedWith(each.exitCode);
      for (String word : each.says) {
        assertTrue(said.contains(word), () -> word + " is not in: " + said);
      }
      assertFalse(said.contains("\tat "), said);
    }
  }

  @Test
  void aTakenPortIsTold() throws Exception {
    try (WireServer server = WireServer.start(folder.resolve("redis"));
        ServerProcess second = ServerProcess.launch(folder, "--grpc.listen=" + server.target())) {
      String said = second.endedWith(1);
      assertTrue(said.contains("another process listens on " + server.target()), said);
      assertFalse(said.contains("\tat "), said);
    }
    assertTrue(ServerProcess.redisBelow(folder).isEmpty());
  }

  private static Case of(int exitCode, String command, String... says) {
    return new Case(List.of(command.split(" ", -1)), Map.of(), exitCode, List.of(says));
  }
}
