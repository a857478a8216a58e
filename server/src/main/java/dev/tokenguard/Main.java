package dev.tokenguard;

import dev.tokenguard.bench.BenchCommand;
import dev.tokenguard.command.OperatorCommands;
import dev.tokenguard.demo.DemoCommand;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The commands of {@code tokenguard.jar}. */
@Command(
    name = "tokenguard",
    description = "Guards what AI generation services spend.",
    versionProvider = Main.VersionOfBuild.class,
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {ServeCommand.class, DemoCommand.class, BenchCommand.class, HealthCommand.class},
    footer = {
      "",
      "Exit codes: 0 done; 1 failed, or not healthy; 2 wrong usage, settings or catalog."
    })
public final class Main {
  /** Failed, or not healthy. */
  static final int FAILED = 1;

  /** Wrong usage, settings or catalog. */
  static final int WRONG = 2;

  private Main() {}

  /** Runs one command and exits with its code. */
  public static void main(String[] args) {
    CommandLine commandLine = commandLine(args);
    int exitCode = commandLine.execute(args);
    // Standard output swallows errors: a list that a full disk cut short would look whole.
    if (exitCode == CommandLine.ExitCode.OK && System.out.checkError()) {
      commandLine
          .getErr()
          .println("tokenguard: standard output was closed or is full: not all could be written");
      exitCode = FAILED;
    }
    System.exit(exitCode);
  }

  /** The commands, as far as these arguments need them. */
  static CommandLine commandLine(String... arguments) {
    CommandLine commandLine = new CommandLine(new Main());
    OperatorCommands.addTo(commandLine, arguments);
    commandLine.setExecutionExceptionHandler(
        (thrown, failed, parsed) -> {
          PrintWriter err = failed.getErr();
          err.println(failed.getColorScheme().errorText("tokenguard: " + messageOf(thrown)));
          return thrown instanceof dev.tokenguard.config.ConfigException ? WRONG : FAILED;
        });
    // A line, rather than a line and then all the options, which push it off the screen.
    commandLine.setParameterExceptionHandler(
        (wrong, given) -> {
          CommandLine failed = wrong.getCommandLine();
          PrintWriter err = failed.getErr();
          err.println(failed.getColorScheme().errorText("tokenguard: " + wrong.getMessage()));
          CommandLine.UnmatchedArgumentException.printSuggestions(wrong, err);
          err.printf("Try '%s --help'.%n", failed.getCommandSpec().qualifiedName());
          return WRONG;
        });
    return commandLine;
  }

  /** What people can act on; a fault of ours comes with its stack trace, for a report. */
  private static String messageOf(Exception thrown) throws Exception {
    if (thrown instanceof dev.tokenguard.config.ConfigException
        || thrown instanceof StartException) {
      return String.valueOf(thrown.getMessage());
    }
    throw thrown;
  }

  /** Asked when the version is. */
  static final class VersionOfBuild implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"tokenguard " + Version.current(), "Java " + Runtime.version()};
    }
  }
}
