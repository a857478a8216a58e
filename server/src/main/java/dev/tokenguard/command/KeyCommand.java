package dev.tokenguard.command;

import dev.tokenguard.config.Credentials;
import dev.tokenguard.config.CredentialsException;
import dev.tokenguard.config.CredentialsLoader;
import dev.tokenguard.domain.Identity;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Commands for the file of credentials. They need no server. */
@Command(
    name = "key",
    mixinStandardHelpOptions = true,
    description = "API keys: make one, and check the file of credentials.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {KeyCreate.class, KeyCommand.Check.class})
public final class KeyCommand {

  /** Checks without a server: for a commit hook, or before a Secret is applied. */
  @Command(
      name = "check",
      mixinStandardHelpOptions = true,
      description =
          "Tells everything that is wrong with a file of credentials, and exits 2 if anything is;"
              + " else lists who may call.")
  static final class Check implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "The credentials, as YAML.")
    private Path file = Path.of("");

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws CredentialsException {
      Credentials credentials = CredentialsLoader.load(file, Set.of());
      Table table =
          new Table(
              spec.commandLine().getOut(), "name", "role", "namespace", "sees", "by", "expires");
      for (Credentials.Key each : credentials.keys()) {
        row(table, each.identity(), "API key", each.expires());
      }
      for (Credentials.Certificate each : credentials.certificates()) {
        row(table, each.identity(), String.join(" ", each.names()), Optional.empty());
      }
      table.print();
      spec.commandLine().getOut().flush();
      return CommandLine.ExitCode.OK;
    }

    private static void row(Table table, Identity who, String by, Optional<Instant> expires) {
      table.row(
          who.name(),
          who.role().toString(),
          who.namespace().orElse(""),
          who.scope().toString(),
          by,
          expires.map(Instant::toString).orElse("never"));
    }
  }
}
