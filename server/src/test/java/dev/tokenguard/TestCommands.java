package dev.tokenguard;

import java.util.List;

/** The command line, for tests of what calls it. */
public final class TestCommands {
  private TestCommands() {}

  /** Reads a command and its options, and does nothing; fails if there is none of that kind. */
  public static void parse(List<String> arguments) {
    String[] words = arguments.toArray(new String[0]);
    Main.commandLine(words).parseArgs(words);
  }
}
