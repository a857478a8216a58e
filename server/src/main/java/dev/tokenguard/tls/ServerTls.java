package dev.tokenguard.tls;

/**
 * How a port speaks TLS.
 *
 * @param certificates who the server is, and whose clients it knows
 * @param clientsAsked whether a caller is asked for a certificate
 * @param clientsRequired whether one without is refused
 */
public record ServerTls(
    CertificateFiles certificates, boolean clientsAsked, boolean clientsRequired) {

  /** The versions that every port speaks; older ones have known weaknesses. */
  public static String[] protocols() {
    return new String[] {"TLSv1.3", "TLSv1.2"};
  }
}
