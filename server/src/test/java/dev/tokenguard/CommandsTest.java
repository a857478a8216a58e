package dev.tokenguard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.wire.WireServer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** What the commands say, and with which exit code, when they end at once. */
class CommandsTest {

  @TempDir Path folder;

  /**
   * A command that does nothing but tell.
   *
   * @param exitCode how it ends
   * @param command its words; {@code FOLDER} stands for a folder with a few files
   * @param says what it says among others
   */
  record Case(int exitCode, String command, String... says) {
    @Override
    public String toString() {
      return command + " exits " + exitCode;
    }
  }

  static Stream<Case> cases() {
    return Stream.of(
        new Case(2, "serve --grpc.listem=127.0.0.1:0", "--grpc.listem", "--grpc.listen"),
        new Case(2, "serve --redis.ttl=1s", "--redis.ttl"),
        new Case(2, "serve --grpc.listen=nonsense", "grpc.listen", "127.0.0.1"),
        new Case(2, "serve --grpc.listen=", "grpc.listen", "grpc.unix_socket"),
        new Case(2, "serve --config=FOLDER/settings.yaml", "grpc.lisen", "grpc.listen"),
        new Case(2, "serve --config=FOLDER/none.yaml", "none.yaml"),
        new Case(2, "serve --catalog.file=FOLDER/bad.yaml", "bad.yaml:", "webste", "website"),
        new Case(2, "serve --redis.uri=nonsense", "redis.uri"),
        new Case(1, "serve --redis.uri=redis://127.0.0.1:1", "catalog.file", "deploy/catalogs"),
        new Case(2, "serv", "serv"),
        new Case(0, "catalog check FOLDER/good.yaml", "is good", "4 token types", "plan free"),
        new Case(2, "catalog check FOLDER/bad.yaml", "bad.yaml:", "webste", "website"),
        new Case(2, "catalog check FOLDER/none.yaml", "none.yaml"),
        new Case(2, "catalog check", "FILE"),
        new Case(1, "health --target=127.0.0.1:1", "127.0.0.1:1", "UNAVAILABLE"),
        new Case(1, "health --target=unix:FOLDER/none.sock", "UNAVAILABLE"),
        new Case(2, "health --timeout=soon", "--timeout"),
        new Case(0, "--version", "tokenguard ", "Java "),
        new Case(0, "--help", "serve", "account", "Accounts: who owns balances.", "catalog"),
        new Case(2, "acount get ann", "'acount'", "account"),
        new Case(2, "account", "subcommand"),
        new Case(1, "account get ann --target=127.0.0.1:1", "cannot reach 127.0.0.1:1", "running"),
        new Case(1, "account get ann --target=unix:FOLDER/none.sock", "none.sock"),
        new Case(2, "account get ann --target=bogus:::", "--target", "host:port or unix:/path"),
        new Case(2, "account delete ann --target=127.0.0.1:1", "--yes", "terminal"),
        new Case(0, "serve --help", "--grpc.listen", "--embedded.data_dir"));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void tells(Case each) throws Exception {
    Files.writeString(folder.resolve("settings.yaml"), "grpc: {lisen: '127.0.0.1:0'}\n");
    Files.writeString(folder.resolve("good.yaml"), WireServer.CATALOG);
    Files.writeString(
        folder.resolve("bad.yaml"),
        WireServer.CATALOG.replace("create_website: {cost: {website", "x: {cost: {webste"));
    StringWriter said = new StringWriter();
    String[] words =
        Stream.of(each.command.split(" ", -1))
            .map(word -> word.replace("FOLDER", folder.toString()))
            .toArray(String[]::new);
    CommandLine commandLine = Main.commandLine(words);
    commandLine.setOut(new PrintWriter(said, true));
    commandLine.setErr(new PrintWriter(said, true));

    assertEquals(each.exitCode, commandLine.execute(words), said::toString);

    for (String word : each.says) {
      assertTrue(said.toString().contains(word), () -> word + " is not in: " + said);
    }
    assertFalse(said.toString().contains("\tat "), said::toString);
  }
}
