package dev.tokenguard.command;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Runs commands as a shell would, in surroundings that a test makes up. */
final class Shell {
  static final ZoneId ZONE = ZoneId.of("Asia/Bangkok");

  private final String target;
  private boolean interactive;
  private String input = "";

  /** Where the commands are added to. */
  @Command(name = "tokenguard")
  static final class Root {}

  /** What a command did. */
  record Ran(int exitCode, String out, String err) {}

  Shell(String target) {
    this.target = target;
  }

  /** With this on standard input. */
  Shell input(String text) {
    input = text;
    return this;
  }

  /** With somebody at a terminal, who answers so. */
  Shell answering(String text) {
    interactive = true;
    return input(text);
  }

  /** Runs one command on the target. */
  Ran run(String... words) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Terminal terminal =
        new Terminal(
            interactive,
            new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
            bytes,
            ZONE,
            "Ann Ops");
    CommandLine commandLine = commandLine(terminal, words);
    commandLine.setOut(new PrintWriter(out, true));
    commandLine.setErr(new PrintWriter(err, true));
    commandLine.setDefaultValueProvider(
        option -> option.isOption() && option.paramLabel().equals("ADDRESS") ? target : null);
    int exitCode = commandLine.execute(words);
    return new Ran(
        exitCode,
        (out + bytes.toString(StandardCharsets.UTF_8)).replace("\r\n", "\n"),
        err.toString().replace("\r\n", "\n"));
  }

  static CommandLine commandLine(Terminal terminal, String... words) {
    CommandLine commandLine =
        new CommandLine(
            new Root(),
            new CommandLine.IFactory() {
              @Override
              public <K> K create(Class<K> type) throws Exception {
                K made = CommandLine.defaultFactory().create(type);
                if (made instanceof AdminCommand command) {
                  command.use(terminal);
                }
                return made;
              }
            });
    OperatorCommands.addTo(commandLine, words);
    return commandLine;
  }
}
