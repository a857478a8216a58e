package dev.tokenguard.tls;

/** Hears what became of changed files. Must be fast, and never throw. */
public interface CertificateListener {
  /** Hears nothing. */
  CertificateListener NONE = ok -> {};

  /**
   * Files have changed.
   *
   * @param ok whether what is in them is in use now; else what was before stays
   */
  void reloaded(boolean ok);
}
