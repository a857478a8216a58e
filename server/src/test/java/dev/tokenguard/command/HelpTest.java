package dev.tokenguard.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.ArgSpec;

/** Every command has a help that says all of it. */
class HelpTest {

  static Stream<List<String>> commands() {
    List<List<String>> commands = new ArrayList<>();
    for (Class<?> group : OperatorCommands.GROUPS) {
      String name = Objects.requireNonNull(group.getAnnotation(Command.class)).name();
      commands.add(List.of(name));
      commandLine(name).getSubcommands().keySet().forEach(sub -> commands.add(List.of(name, sub)));
    }
    return commands.stream();
  }

  private static CommandLine commandLine(String group) {
    return Objects.requireNonNull(
        Shell.commandLine(Terminal.ofProcess(), group).getSubcommands().get(group));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void says(List<String> command) {
    List<String> words = new ArrayList<>(command);
    words.add("--help");

    Shell.Ran ran = new Shell("").run(words.toArray(new String[0]));

    assertEquals(0, ran.exitCode(), ran::err);
    assertEquals("", ran.err());
    assertTrue(
        ran.out().startsWith("Usage: tokenguard " + String.join(" ", command) + " "), ran::out);
    CommandLine group = commandLine(command.get(0));
    CommandLine called =
        command.size() == 1
            ? group
            : Objects.requireNonNull(group.getSubcommands().get(command.get(1)));
    for (ArgSpec each : called.getCommandSpec().args()) {
      assertFalse(String.join("", each.description()).isBlank(), each::toString);
    }
    assertTrue(called.getCommandSpec().usageMessage().description().length > 0);
  }
}
