package dev.tokenguard.auth;

/**
 * A credential that is not accepted. The message is for its owner, and so tells nothing that only
 * the server knows. Carries no stack trace: it tells of the caller, not of us.
 */
public final class CredentialException extends Exception {
  private static final long serialVersionUID = 1;

  private final Refusal refusal;

  /**
   * Not accepted.
   *
   * @param message what is wrong with it and what to do
   */
  public CredentialException(Refusal refusal, String message) {
    super(message, null, false, false);
    this.refusal = refusal;
  }

  /** Why. */
  public Refusal refusal() {
    return refusal;
  }
}
