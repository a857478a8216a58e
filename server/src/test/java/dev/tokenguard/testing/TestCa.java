package dev.tokenguard.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.concurrent.atomic.AtomicLong;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate authority for one test, and what it signs. */
public final class TestCa {
  private static final AtomicLong SERIAL = new AtomicLong(1);

  private final X500Name name;
  private final Pair own;

  /** An authority that nobody knows yet. */
  public TestCa(String commonName) {
    name = new X500Name("CN=" + commonName);
    KeyPair keys = keys("EC");
    own = new Pair(sign(name, keys, name, keys, Duration.ofDays(1), true), keys);
  }

  /**
   * A certificate and its key.
   *
   * @param certificate signed by the authority
   * @param keys its keys
   */
  public record Pair(X509Certificate certificate, KeyPair keys) {

    /** As a PEM file has it. */
    public String certificatePem() {
      try {
        return pem("CERTIFICATE", certificate.getEncoded());
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }

    /** As PKCS#8. */
    public String keyPem() {
      return pem("PRIVATE KEY", keys.getPrivate().getEncoded());
    }

    /** Writes {@code tls.crt} and {@code tls.key}, as a Secret of Kubernetes has them. */
    public Pair writeTo(Path folder) {
      write(folder.resolve("tls.crt"), certificatePem());
      write(folder.resolve("tls.key"), keyPem());
      return this;
    }
  }

  /** For a server that is called localhost or 127.0.0.1. */
  public Pair localhost() {
    return issue("EC", Duration.ofDays(1), dns("localhost"), ip("127.0.0.1"));
  }

  /** A certificate for these names, which ends after a while, or ended before now. */
  public Pair issue(String algorithm, Duration validFor, GeneralName... names) {
    KeyPair keys = keys(algorithm);
    return new Pair(
        sign(new X500Name("CN=test"), keys, name, own.keys, validFor, false, names), keys);
  }

  /** The authority's own certificate. */
  public X509Certificate certificate() {
    return own.certificate();
  }

  /** The same, as a PEM file has it. */
  public String pem() {
    return own.certificatePem();
  }

  /** Writes {@code ca.crt}. */
  public TestCa writeTo(Path folder) {
    write(folder.resolve("ca.crt"), pem());
    return this;
  }

  public static GeneralName dns(String name) {
    return new GeneralName(GeneralName.dNSName, name);
  }

  public static GeneralName ip(String address) {
    return new GeneralName(GeneralName.iPAddress, address);
  }

  public static GeneralName uri(String uri) {
    return new GeneralName(GeneralName.uniformResourceIdentifier, uri);
  }

  private static KeyPair keys(String algorithm) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
      if (algorithm.equals("RSA")) {
        generator.initialize(2048);
      } else if (algorithm.equals("EC")) {
        generator.initialize(256);
      }
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static X509Certificate sign(
      X500Name subject,
      KeyPair keys,
      X500Name issuer,
      KeyPair issuerKeys,
      Duration validFor,
      boolean authority,
      GeneralName... names) {
    Instant end = Instant.now().plus(validFor);
    Instant begin = (validFor.isNegative() ? end : Instant.now()).minus(Duration.ofHours(1));
    X509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            issuer,
            BigInteger.valueOf(SERIAL.getAndIncrement()),
            Date.from(begin),
            Date.from(end),
            subject,
            keys.getPublic());
    try {
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
      if (names.length > 0) {
        builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
      }
      return new JcaX509CertificateConverter()
          .getCertificate(
              builder.build(
                  new JcaContentSignerBuilder("SHA256withECDSA").build(issuerKeys.getPrivate())));
    } catch (CertIOException | OperatorCreationException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String pem(String kind, byte[] der) {
    return "-----BEGIN %s-----%n%s%n-----END %s-----%n"
        .formatted(kind, Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der), kind);
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text, US_ASCII);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
