package dev.tokenguard.tls;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * A certificate and its private key, which belong together and may be used now.
 *
 * @param chain the certificate, and those that lead to its CA
 * @param key its private key
 */
record Identity(List<X509Certificate> chain, PrivateKey key) {

  private static final byte[] PROBE = {'t', 'o', 'k', 'e', 'n', 'g', 'u', 'a', 'r', 'd'};

  /**
   * Reads a pair.
   *
   * @throws CertificateFileException if the two do not belong together, or are not valid at that
   *     time
   */
  static Identity of(PemFile certificate, PemFile key, Instant now)
      throws CertificateFileException {
    Identity identity = new Identity(certificate.certificates(), key.privateKey());
    identity.checkPair(certificate, key);
    identity.checkTime(certificate, now);
    return identity;
  }

  /** When the first certificate of the chain ends, and the chain with it. */
  Instant expires() {
    return chain.stream()
        .map(each -> each.getNotAfter().toInstant())
        .min(Instant::compareTo)
        .orElseThrow();
  }

  X509Certificate[] chainArray() {
    return chain.toArray(X509Certificate[]::new);
  }

  /** Who it is, for the log. */
  String subject() {
    String name = chain.get(0).getSubjectX500Principal().getName();
    return name.isEmpty() ? "a certificate without a subject" : name;
  }

  private void checkPair(PemFile certificate, PemFile key) throws CertificateFileException {
    if (belongsTo(chain.get(0).getPublicKey())) {
      return;
    }
    for (int i = 1; i < chain.size(); i++) {
      if (belongsTo(chain.get(i).getPublicKey())) {
        throw new CertificateFileException(
            certificate.path()
                + ": the key belongs to certificate "
                + (i + 1)
                + " in it (expected: the first; put the server's certificate before those of its"
                + " CAs)");
      }
    }
    throw new CertificateFileException(
        key.path() + ": not the private key of the certificate in " + certificate.path());
  }

  private void checkTime(PemFile certificate, Instant now) throws CertificateFileException {
    Instant begins =
        Collections.max(chain.stream().map(each -> each.getNotBefore().toInstant()).toList());
    if (!now.isBefore(expires())) {
      throw new CertificateFileException(
          certificate.path()
              + ": the certificate ended at "
              + expires()
              + "; put a new one and its key in place");
    }
    if (now.isBefore(begins)) {
      throw new CertificateFileException(
          certificate.path()
              + ": the certificate begins at "
              + begins
              + ", and it is "
              + now
              + "; check the clock of this machine");
    }
  }

  /** Signs with the one what the other verifies: the only way that is the same for all kinds. */
  private boolean belongsTo(PublicKey publicKey) {
    try {
      String algorithm = key.getAlgorithm().equals("EC") ? "SHA256withECDSA" : "SHA256withRSA";
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update(PROBE);
      byte[] signed = signature.sign();
      signature.initVerify(publicKey);
      signature.update(PROBE);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false; // of another kind
    }
  }

  @Override
  public String toString() {
    return "Identity[" + Arrays.toString(chainArray()) + "]";
  }
}
