package dev.tokenguard.auth;

import dev.tokenguard.domain.FaultException;

/** Tells who a signed token is from. Thread-safe; never blocks, for event loops ask it. */
@FunctionalInterface
public interface TokenVerifier {

  /**
   * Who a token is from.
   *
   * @param token what came after {@code Bearer}
   * @throws CredentialException saying why it is not accepted
   * @throws FaultException {@code KEYS_UNAVAILABLE} when that cannot be told yet, and may be soon
   */
  Credential verify(String token) throws CredentialException;
}
