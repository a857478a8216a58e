package dev.tokenguard;

/** The server cannot start. The message is for people: what is wrong, and what to do. */
public final class StartException extends Exception {
  private static final long serialVersionUID = 1;

  StartException(String message) {
    super(message, null, false, false);
  }

  /** What is wrong, and what to do; never null. */
  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
