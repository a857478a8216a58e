package dev.tokenguard.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.protobuf.ByteString;
import dev.tokenguard.Main;
import dev.tokenguard.v1.Account;
import dev.tokenguard.v1.ExportResponse;
import dev.tokenguard.v1.ListAccountsResponse;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Answers that could not be written, in a process of its own: its standard output is the matter.
 */
class LostOutputTest {
  private static final File FULL = new File("/dev/full");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "account list",
        "account list --json",
        "account export",
        "key create ann --role=guard",
        "account --help"
      })
  void aFullDiskIsTold(String command) throws Exception {
    assumeTrue(FULL.exists(), "no /dev/full on this system");
    try (FakeAdmin admin = new FakeAdmin()) {
      admin.answers(
          "ListAccounts",
          ListAccountsResponse.newBuilder()
              .addAccounts(Account.newBuilder().setAccountId("ann"))
              .build());
      admin.answers(
          "Export",
          ExportResponse.newBuilder().setData(ByteString.copyFromUtf8("ann,5\n")).build());
      List<String> words =
          new ArrayList<>(
              List.of(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  Main.class.getName()));
      words.addAll(List.of(command.split(" ")));
      ProcessBuilder builder = new ProcessBuilder(words).redirectOutput(FULL);
      builder.environment().put(OperatorCommands.TARGET_VARIABLE, admin.target());
      Process process = builder.start();
      String err =
          new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8).strip();

      assertEquals(1, process.waitFor(), err);
      List<String> lines = err.lines().toList();
      assertEquals(
          "tokenguard: standard output was closed or is full: not all could be written",
          lines.get(lines.size() - 1));
    }
  }
}
