package dev.tokenguard;

import dev.tokenguard.bench.BenchCommand;
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
    subcommands = {
      ServeCommand.class,
      DemoCommand.class,
      BenchCommand.class,
      CatalogCommand.class,
      HealthCommand.class
    },
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
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    CommandLine commandLine = new CommandLine(new Main());
    commandLine.setExecutionExceptionHandler(
        (thrown, failed, parsed) -> {
          PrintWriter err = failed.getErr();
          err.println(failed.getColorScheme().errorText("tokenguard: " + messageOf(thrown)));
          return thrown instanceof dev.tokenguard.config.ConfigException ? WRONG : FAILED;
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
