package dev.tokenguard.command;

import dev.tokenguard.config.CatalogException;
import dev.tokenguard.config.CatalogLoader;
import dev.tokenguard.domain.Catalog;
import dev.tokenguard.domain.Plan;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Commands for catalogs: a file's, and the one in force. */
@Command(
    name = "catalog",
    mixinStandardHelpOptions = true,
    description = "Catalogs: token types, features and plans.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {CatalogCommand.Check.class, CatalogShow.class})
public final class CatalogCommand {

  /** Checks without a server: for a commit hook, or before a ConfigMap is applied. */
  @Command(
      name = "check",
      mixinStandardHelpOptions = true,
      description = "Tells everything that is wrong with a catalog file; exits 2 if anything is.")
  static final class Check implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "The catalog, as YAML.")
    private Path file = Path.of("");

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws CatalogException {
      Catalog catalog = CatalogLoader.load(file);
      spec.commandLine()
          .getOut()
          .printf(
              "%s is good: %d token types, %d features, %d plans, %s%n",
              file,
              catalog.tokenTypes().size(),
              catalog.features().size(),
              catalog.plans().size(),
              catalog
                  .defaultPlan()
                  .map(Plan::name)
                  .map(plan -> "default plan " + plan)
                  .orElse("no default plan"));
      return CommandLine.ExitCode.OK;
    }
  }
}
