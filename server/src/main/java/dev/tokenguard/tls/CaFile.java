package dev.tokenguard.tls;

import java.nio.file.Path;
import java.security.cert.X509Certificate;

/** The certificates of the CAs that the other side's certificate may come from. */
public final class CaFile {

  private CaFile() {}

  /**
   * Reads them.
   *
   * @throws CertificateFileException if there are none, saying what to do
   */
  public static X509Certificate[] read(Path file) throws CertificateFileException {
    return PemFile.read(file).certificates().toArray(X509Certificate[]::new);
  }
}
