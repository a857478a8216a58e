package dev.tokenguard.config;

/** Hears what became of a changed file of credentials, for metrics. Must be fast, never throw. */
public interface CredentialsListener {
  /** Its credentials are in force. */
  void credentialsReloaded();

  /** It is not used. Not called again for the same content. */
  void credentialsRejected();
}
