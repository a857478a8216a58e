package dev.tokenguard.command;

/** A command that could not be carried out; its message is one line for people. */
final class CommandException extends Exception {
  private static final long serialVersionUID = 1;

  private final int exitCode;

  private CommandException(int exitCode, String message) {
    super(message, null, false, false);
    this.exitCode = exitCode;
  }

  /** Wrong usage: nothing was sent. */
  static CommandException wrong(String message) {
    return new CommandException(AdminCommand.WRONG, message);
  }

  /** It was tried, and did not work. */
  static CommandException failed(String message) {
    return new CommandException(AdminCommand.FAILED, message);
  }

  int exitCode() {
    return exitCode;
  }
}
