package dev.tokenguard.embedded;

/** The embedded Redis cannot run; the message is for people and says what to do. */
public final class EmbeddedRedisException extends RuntimeException {
  private static final long serialVersionUID = 1;

  EmbeddedRedisException(String message) {
    super(message);
  }

  EmbeddedRedisException(String message, Throwable cause) {
    super(message, cause);
  }
}
