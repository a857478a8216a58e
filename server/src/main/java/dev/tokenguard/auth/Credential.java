package dev.tokenguard.auth;

import dev.tokenguard.domain.Identity;
import java.time.Instant;
import java.util.Optional;

/**
 * A credential that was found good.
 *
 * @param identity whose it is
 * @param expires until when it is good; empty for no end that is known
 */
public record Credential(Identity identity, Optional<Instant> expires) {

  /** One without an end that is known. */
  static Credential of(Identity identity) {
    return new Credential(identity, Optional.empty());
  }
}
