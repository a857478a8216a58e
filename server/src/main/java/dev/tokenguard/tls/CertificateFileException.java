package dev.tokenguard.tls;

import java.io.IOException;

/** A certificate or key cannot be used; the message says which file, why, and what to do. */
public final class CertificateFileException extends IOException {
  private static final long serialVersionUID = 1;

  CertificateFileException(String message) {
    super(message);
  }
}
