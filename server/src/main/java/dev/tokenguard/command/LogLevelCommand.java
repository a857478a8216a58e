package dev.tokenguard.command;

import dev.tokenguard.v1.LogLevelChange;
import dev.tokenguard.v1.SetLogLevelRequest;
import dev.tokenguard.v1.SetLogLevelResponse;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Changes what a running server logs. */
@Command(
    name = "log-level",
    sortOptions = false,
    description = "Changes what a running server logs, until it restarts or for a while.")
final class LogLevelCommand extends AdminCommand {
  private static final String RESTORE = "restore";

  @Parameters(
      paramLabel = "LEVEL",
      description = "error, warn, info, debug or trace; restore for what the settings say.")
  private String level = "";

  @Option(
      names = "--logger",
      paramLabel = "NAME",
      description =
          "A class or package such as dev.tokenguard.store, or root (default: all of TokenGuard).")
  private String logger = "";

  @Option(
      names = "--for",
      paramLabel = "TIME",
      converter = Span.Converter.class,
      description = "Goes back by itself after so long, such as 10m (default: at a restart).")
  private @Nullable Span duration;

  private SetLogLevelRequest request = SetLogLevelRequest.getDefaultInstance();

  @Override
  void check() throws CommandException {
    SetLogLevelRequest.Builder change = SetLogLevelRequest.newBuilder().setLogger(logger);
    if (level.equalsIgnoreCase(RESTORE)) {
      if (duration != null) {
        throw CommandException.wrong("--for: cannot be combined with " + RESTORE);
      }
      change.setRestore(true);
    } else {
      change.setLevel(Choice.logLevel(level, RESTORE));
    }
    if (duration != null) {
      change.setDuration(duration.toProto());
    }
    request = change.build();
  }

  @Override
  int run(Session session) {
    SetLogLevelResponse answer = session.admin().setLogLevel(request);
    answer(answer, () -> say("%s", told(this, answer.getLogLevel())));
    return DONE;
  }

  /** A level in words. */
  static String told(AdminCommand command, LogLevelChange change) {
    String until = command.time(change.hasRestoreTime(), change.getRestoreTime());
    return (change.getLogger().isEmpty() ? "TokenGuard" : change.getLogger())
        + " logs "
        + Choice.word(change.getLevel())
        + (until.isEmpty() ? "" : " until " + until);
  }
}
