package dev.tokenguard.client;

import java.time.Instant;

/**
 * A credential that can be given to an end user's browser: it reads the balance of one account and
 * nothing else.
 *
 * @param token for the header {@code authorization: Bearer}; a secret of that user
 * @param expiresAt when it expires, by the server's clock; get the next one a little earlier
 */
public record DisplayToken(String token, Instant expiresAt) {

  /** Without the secret, so that it can be logged. */
  @Override
  public String toString() {
    return "DisplayToken[expiresAt=" + expiresAt + "]";
  }
}
