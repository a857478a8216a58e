package dev.tokenguard.tls;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A PEM file as it was when it was read.
 *
 * @param path where it is, for messages
 * @param text what it holds
 */
record PemFile(Path path, String text) {

  /** More than any chain needs; what is larger is no such file, or never ends. */
  private static final long MAX_BYTES = 1 << 20;

  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \\1-----");

  /** Kinds that every client knows; Ed25519 is none of them. */
  private static final List<String> ALGORITHMS = List.of("RSA", "EC");

  static PemFile read(Path path) throws CertificateFileException {
    try {
      if (Files.exists(path) && !Files.isRegularFile(path)) {
        throw new CertificateFileException(path + ": not a file (expected: a PEM file)");
      }
      if (Files.size(path) > MAX_BYTES) {
        throw new CertificateFileException(path + ": larger than 1 MiB (expected: a PEM file)");
      }
      return new PemFile(path, Files.readString(path, ISO_8859_1));
    } catch (NoSuchFileException e) {
      throw new CertificateFileException(path + ": no such file");
    } catch (CertificateFileException e) {
      throw e;
    } catch (IOException e) {
      throw new CertificateFileException(path + ": cannot be read: " + e);
    }
  }

  /** All certificates in it, in their order; at least one. */
  List<X509Certificate> certificates() throws CertificateFileException {
    List<X509Certificate> certificates = new ArrayList<>();
    Matcher block = BLOCK.matcher(text);
    while (block.find()) {
      if (block.group(1).equals("CERTIFICATE") || block.group(1).equals("TRUSTED CERTIFICATE")) {
        certificates.add(certificate(decoded(block.group(2)), certificates.size() + 1));
      }
    }
    if (certificates.isEmpty()) {
      throw new CertificateFileException(
          path
              + ": no certificate in it (expected: PEM, -----BEGIN CERTIFICATE-----)"
              + (text.contains("PRIVATE KEY") ? "; it is a private key" : hintOfDer()));
    }
    return List.copyOf(certificates);
  }

  private X509Certificate certificate(byte[] der, int number) throws CertificateFileException {
    try {
      Certificate made =
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(der));
      if (made instanceof X509Certificate certificate) {
        return certificate;
      }
    } catch (GeneralSecurityException e) {
      throw new CertificateFileException(
          path + ": certificate " + number + " in it cannot be read: " + e.getMessage());
    }
    throw new CertificateFileException(path + ": certificate " + number + " in it is no X.509");
  }

  /** The private key in it. */
  PrivateKey privateKey() throws CertificateFileException {
    Matcher block = BLOCK.matcher(text);
    while (block.find()) {
      switch (block.group(1)) {
        case "PRIVATE KEY" -> {
          return privateKey(decoded(block.group(2)));
        }
        case "RSA PRIVATE KEY", "EC PRIVATE KEY", "DSA PRIVATE KEY" ->
            throw new CertificateFileException(
                path
                    + ": the key has the older form of OpenSSL, '"
                    + block.group(1)
                    + "' (expected: PKCS#8, 'PRIVATE KEY'). Convert it: openssl pkcs8 -topk8"
                    + " -nocrypt -in "
                    + path.getFileName()
                    + " -out tls.key");
        case "ENCRYPTED PRIVATE KEY" ->
            throw new CertificateFileException(
                path
                    + ": the key is encrypted (expected: one without a password, in a file that only"
                    + " the server may read). Convert it: openssl pkcs8 -in "
                    + path.getFileName()
                    + " -out tls.key");
        default -> {} // certificates and parameters of curves may stand beside it
      }
    }
    throw new CertificateFileException(
        path
            + ": no private key in it (expected: PEM, -----BEGIN PRIVATE KEY-----)"
            + (text.contains("BEGIN CERTIFICATE") ? "; it is a certificate" : hintOfDer()));
  }

  private PrivateKey privateKey(byte[] der) throws CertificateFileException {
    for (String algorithm : ALGORITHMS) {
      try {
        // There is no telling which it is before trying.
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
      } catch (GeneralSecurityException e) {
        continue; // another kind, or none
      }
    }
    throw new CertificateFileException(
        path
            + ": the private key cannot be read (expected: RSA or EC). Make one: openssl"
            + " genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out tls.key");
  }

  private byte[] decoded(String base64) throws CertificateFileException {
    try {
      return Base64.getMimeDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new CertificateFileException(path + ": not Base64 between its BEGIN and END lines");
    }
  }

  private String hintOfDer() {
    return text.startsWith("0")
        ? ". It looks like DER; convert it: openssl x509 -inform der, or openssl pkey -inform der"
        : "";
  }

  /** All but its content, which may be a key. */
  @Override
  public String toString() {
    return path.toString();
  }
}
