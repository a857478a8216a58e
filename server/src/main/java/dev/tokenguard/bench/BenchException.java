package dev.tokenguard.bench;

/** The bench cannot go on. The message is for people: what is wrong, and what to do. */
final class BenchException extends Exception {
  private static final long serialVersionUID = 1;

  BenchException(String message) {
    super(message);
  }

  BenchException(String message, Throwable cause) {
    super(message, cause);
  }
}
