package dev.tokenguard.http.rpc;

/** A request that cannot be read, and what to tell its caller. */
final class BadMessageException extends Exception {
  private static final long serialVersionUID = 1;

  private final transient ConnectError error;

  BadMessageException(ConnectError error) {
    super(error.message());
    this.error = error;
  }

  ConnectError error() {
    return error;
  }
}
