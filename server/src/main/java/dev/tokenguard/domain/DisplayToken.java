package dev.tokenguard.domain;

import java.time.Instant;

/**
 * A credential for an end user's browser.
 *
 * @param token what the browser shows; a secret
 * @param expires until when it is good
 */
public record DisplayToken(String token, Instant expires) {

  /** Without the secret. */
  @Override
  public String toString() {
    return "display token until " + expires;
  }
}
