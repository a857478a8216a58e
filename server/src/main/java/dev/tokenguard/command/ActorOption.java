package dev.tokenguard.command;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Who makes a change, for the history. */
final class ActorOption {
  @Option(
      names = "--actor",
      order = 81,
      paramLabel = "WHO",
      description = "Who does it, for the history (default: the user of this system).")
  private @Nullable String actor;

  /** Who was given, else the user; a user's name may have characters that an id may not. */
  String or(Terminal terminal) {
    return actor != null ? actor : terminal.user().replaceAll("[^A-Za-z0-9._:@+|~=-]", "-");
  }
}
