package dev.tokenguard.command;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** Adds the operators' commands to those of the jar. */
public final class OperatorCommands {
  /** The environment variable that says which server the commands call. */
  public static final String TARGET_VARIABLE = "TOKENGUARD_TARGET";

  /** The environment variable that has the key they call it with. */
  public static final String KEY_VARIABLE = "TOKENGUARD_KEY";

  static final List<Class<?>> GROUPS =
      List.of(
          AccountCommand.class,
          MemberCommand.class,
          GrantCommand.class,
          LedgerCommand.class,
          DenialsCommand.class,
          UsageCommand.class,
          ActivityCommand.class,
          ReservationCommand.class,
          ResetCommand.class,
          AuditCommand.class,
          EventCommand.class,
          CatalogCommand.class,
          WhoamiCommand.class,
          SettingsCommand.class,
          LogLevelCommand.class,
          KeyCommand.class);

  private OperatorCommands() {}

  /**
   * Adds them all, but the options only of the one that is called: reading those of every command
   * takes half as long as a server needs to start, and a server starts through here, too.
   *
   * @param arguments what will be executed
   */
  public static void addTo(CommandLine commandLine, String... arguments) {
    if (arguments.length > 0 && commandLine.getSubcommands().containsKey(arguments[0])) {
      return; // Another command is called.
    }
    for (Class<?> group : GROUPS) {
      Command described = group.getAnnotation(Command.class);
      if (described == null) {
        throw new IllegalStateException(group + " is no command");
      }
      boolean called = arguments.length > 0 && arguments[0].equals(described.name());
      commandLine.addSubcommand(
          described.name(),
          called
              ? group
              : CommandSpec.create()
                  .usageMessage(new UsageMessageSpec().description(described.description())));
    }
  }
}
