package dev.tokenguard.command;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import picocli.CommandLine.Option;

/** Asks before something is destroyed. */
final class ConfirmOption {
  @Option(
      names = {"-y", "--yes"},
      order = 80,
      description = "Do not ask. Needed where there is no terminal to ask on.")
  private boolean yes;

  /**
   * Returns if the operator agrees.
   *
   * @param deed what would be done, as in "delete account ann"
   */
  void ask(AdminCommand command, String deed) throws CommandException, IOException {
    if (yes) {
      return;
    }
    if (!command.terminal().interactive()) {
      throw CommandException.wrong(
          "this would " + deed + ": give --yes, as there is no terminal to ask on");
    }
    command.err().print(Table.oneLine("This will " + deed + ". Go on? [y/N] "));
    command.err().flush();
    // Bytes of an answer are ASCII in every encoding of a terminal.
    String answer =
        new BufferedReader(
                new InputStreamReader(command.terminal().in(), StandardCharsets.ISO_8859_1))
            .readLine();
    if (answer == null || !Set.of("y", "yes").contains(answer.strip().toLowerCase(Locale.ROOT))) {
      throw CommandException.failed("nothing was done");
    }
  }
}
