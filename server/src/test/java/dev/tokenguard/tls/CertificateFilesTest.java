package dev.tokenguard.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import dev.tokenguard.testing.CapturedLog;
import dev.tokenguard.testing.ManualClock;
import dev.tokenguard.testing.TestCa;
import dev.tokenguard.testing.TestCa.Pair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CertificateFilesTest {
  private static final TestCa CA = new TestCa("ca");
  private static final Pair FIRST = CA.localhost();
  private static final Pair SECOND = CA.localhost();

  private final ManualClock clock = new ManualClock(Instant.now());
  private final List<Boolean> heard = new ArrayList<>();
  @TempDir Path folder;

  @SuppressWarnings("NullAway.Init")
  CertificateFilesTest() {}

  @ParameterizedTest
  @ValueSource(strings = {"EC", "RSA"})
  void readsKeysOfEveryKindThatIsUsed(String algorithm) throws Exception {
    Pair pair = CA.issue(algorithm, Duration.ofDays(3), TestCa.dns("localhost")).writeTo(folder);

    CertificateFiles files = load();

    assertEquals(pair.certificate(), inUse(files));
    assertEquals(pair.certificate().getNotAfter().toInstant(), files.expires());
    assertFalse(files.rejected());
  }

  @Test
  void readsAChainAndTellsWhenItsFirstCertificateEnds() throws Exception {
    Pair longer = CA.issue("EC", Duration.ofDays(3), TestCa.dns("localhost"));
    write("tls.crt", "a comment\n" + longer.certificatePem() + CA.pem());
    write("tls.key", longer.keyPem());

    CertificateFiles files = load();

    assertTrue(files.expires().isBefore(longer.certificate().getNotAfter().toInstant()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "RSA PRIVATE KEY | tls.key: the key has the older form of OpenSSL, 'RSA PRIVATE KEY'"
            + " (expected: PKCS#8, 'PRIVATE KEY'). Convert it: openssl pkcs8 -topk8 -nocrypt -in"
            + " tls.key -out tls.key",
        "EC PRIVATE KEY | tls.key: the key has the older form of OpenSSL, 'EC PRIVATE KEY'"
            + " (expected: PKCS#8, 'PRIVATE KEY'). Convert it: openssl pkcs8 -topk8 -nocrypt -in"
            + " tls.key -out tls.key",
        "ENCRYPTED PRIVATE KEY | tls.key: the key is encrypted (expected: one without a password,"
            + " in a file that only the server may read). Convert it: openssl pkcs8 -in tls.key"
            + " -out tls.key",
        "PUBLIC KEY | tls.key: no private key in it (expected: PEM, -----BEGIN PRIVATE KEY-----)",
        "CERTIFICATE | tls.key: no private key in it (expected: PEM, -----BEGIN PRIVATE KEY-----);"
            + " it is a certificate",
      })
  void saysHowToConvertAKeyOfAnotherForm(String kind, String problem) throws Exception {
    FIRST.writeTo(folder);
    write("tls.key", FIRST.keyPem().replace("PRIVATE KEY", kind));

    assertEquals(folder + "/" + problem, refusal());
  }

  @Test
  void saysWhatIsWrongWithFiles() throws Exception {
    assertEquals(folder + "/tls.crt: no such file", refusal());
    FIRST.writeTo(folder);
    write("tls.crt", FIRST.keyPem());
    assertEquals(
        folder
            + "/tls.crt: no certificate in it (expected: PEM, -----BEGIN CERTIFICATE-----); it is a"
            + " private key",
        refusal());
    Files.write(folder.resolve("tls.crt"), FIRST.certificate().getEncoded());
    assertTrue(refusal().contains("It looks like DER; convert it: openssl x509 -inform der"));
    write("tls.crt", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    assertTrue(refusal().startsWith(folder + "/tls.crt: certificate 1 in it cannot be read: "));
    FIRST.writeTo(folder);
    write("tls.key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
    assertTrue(refusal().contains("the private key cannot be read (expected: RSA or EC)"));
    write("tls.key", CA.issue("Ed25519", Duration.ofDays(1)).keyPem());
    assertTrue(refusal().contains("the private key cannot be read (expected: RSA or EC)"));
    Files.delete(folder.resolve("tls.key"));
    Files.createDirectory(folder.resolve("tls.key"));
    assertEquals(folder + "/tls.key: not a file (expected: a PEM file)", refusal());
  }

  @Test
  void refusesWhatDoesNotBelongTogether() throws Exception {
    FIRST.writeTo(folder);
    write("tls.key", SECOND.keyPem());
    assertEquals(
        folder + "/tls.key: not the private key of the certificate in " + folder + "/tls.crt",
        refusal());
    write("tls.crt", CA.pem() + SECOND.certificatePem());
    assertEquals(
        folder
            + "/tls.crt: the key belongs to certificate 2 in it (expected: the first; put the"
            + " server's certificate before those of its CAs)",
        refusal());
  }

  @Test
  void refusesWhatIsNotValidNow() throws Exception {
    FIRST.writeTo(folder);
    clock.pass(Duration.ofDays(2));
    assertTrue(refusal().contains("/tls.crt: the certificate ended at "), refusal());
    clock.pass(Duration.ofDays(-4));
    assertTrue(refusal().contains("/tls.crt: the certificate begins at "), refusal());
  }

  @Test
  void takesANewPairWhenTwoLooksSawTheSame() throws Exception {
    FIRST.writeTo(folder);
    CertificateFiles files = load();

    assertFalse(files.poll());
    write("tls.crt", SECOND.certificatePem());
    assertTrue(files.poll(), "a change is under way");
    assertEquals(FIRST.certificate(), inUse(files));
    write("tls.key", SECOND.keyPem());
    assertTrue(files.poll());
    assertEquals(List.of(), heard, "half of a change is no error");
    assertFalse(files.poll());

    assertEquals(SECOND.certificate(), inUse(files));
    assertEquals(SECOND.certificate().getNotAfter().toInstant(), files.expires());
    assertEquals(List.of(true), heard);
    assertFalse(files.poll());
    assertEquals(List.of(true), heard);
  }

  /** As the kubelet does: a link to a link that is swapped. */
  @Test
  void seesTheSwappedLinkOfKubernetes() throws Exception {
    Path one = Files.createDirectory(folder.resolve("..1"));
    Path two = Files.createDirectory(folder.resolve("..2"));
    FIRST.writeTo(one);
    SECOND.writeTo(two);
    Files.createSymbolicLink(folder.resolve("..data"), one.getFileName());
    Files.createSymbolicLink(folder.resolve("tls.crt"), Path.of("..data", "tls.crt"));
    Files.createSymbolicLink(folder.resolve("tls.key"), Path.of("..data", "tls.key"));
    CertificateFiles files = load();

    Files.createSymbolicLink(folder.resolve("..tmp"), two.getFileName());
    Files.move(
        folder.resolve("..tmp"), folder.resolve("..data"), StandardCopyOption.REPLACE_EXISTING);
    assertTrue(files.poll());
    assertFalse(files.poll());

    assertEquals(SECOND.certificate(), inUse(files));
  }

  @Test
  void keepsTheOldPairWhenTheNewOneIsBad() throws Exception {
    FIRST.writeTo(folder);
    CertificateFiles files = load();
    try (CapturedLog log = new CapturedLog(CertificateFiles.class)) {
      write("tls.crt", SECOND.certificatePem());
      for (int i = 0; i < 4; i++) {
        files.poll();
      }
      assertEquals(FIRST.certificate(), inUse(files));
      assertTrue(files.rejected());
      assertEquals(List.of(false), heard, "told once");
      assertEquals(1, log.messages().size(), "logged once");
      assertTrue(
          log.messages().get(0).startsWith("Certificate not replaced, that in use stays until "));
      assertTrue(log.messages().get(0).contains("tls.key: not the private key of"));

      Files.delete(folder.resolve("tls.crt"));
      files.poll();
      files.poll();
      assertTrue(log.messages().get(1).endsWith("/tls.crt: no such file"), log.messages().get(1));

      FIRST.writeTo(folder);
      files.poll();
      files.poll();
      assertFalse(files.rejected(), "as it was again");
      assertEquals(FIRST.certificate(), inUse(files));
      assertEquals(List.of(false, false), heard);
    }
  }

  @Test
  void takesOneThatBeginsLaterWhenItsTimeHasCome() throws Exception {
    clock.pass(Duration.ofMinutes(-30));
    FIRST.writeTo(folder);
    CertificateFiles files = load();
    clock.pass(Duration.ofMinutes(-40)); // a machine whose clock is behind
    SECOND.writeTo(folder);
    files.poll();
    files.poll();
    assertTrue(files.rejected());
    clock.pass(Duration.ofHours(1));
    files.poll();
    assertFalse(files.rejected());
    assertEquals(SECOND.certificate(), inUse(files));
  }

  @Test
  void replacesTheCasOfClientsToo() throws Exception {
    FIRST.writeTo(folder);
    CA.writeTo(folder);
    TestCa other = new TestCa("other");
    CertificateFiles files = load();
    assertEquals(List.of("CN=ca"), issuers(files));

    write("ca.crt", CA.pem() + other.pem());
    files.poll();
    files.poll();
    assertEquals(List.of("CN=ca", "CN=other"), issuers(files));

    write("ca.crt", "nothing");
    files.poll();
    files.poll();
    assertTrue(files.rejected());
    assertEquals(List.of("CN=ca", "CN=other"), issuers(files));
  }

  @Test
  void warnsOfAKeyThatEverybodyCanRead() throws Exception {
    FIRST.writeTo(folder);
    try (CapturedLog log = new CapturedLog(CertificateFiles.class).from(Level.INFO)) {
      Files.setPosixFilePermissions(
          folder.resolve("tls.key"), PosixFilePermissions.fromString("rw-r-----"));
      load();
      assertEquals(1, log.messages().size(), "what it is");
      Files.setPosixFilePermissions(
          folder.resolve("tls.key"), PosixFilePermissions.fromString("rw-r--r--"));
      load();
      assertEquals(
          "Every user of this machine can read the private key "
              + folder
              + "/tls.key: chmod 640 it, or set defaultMode: 0440 on the volume of the Secret",
          log.messages().get(2));
    }
  }

  private CertificateFiles load() throws IOException {
    Path ca = folder.resolve("ca.crt");
    CertificateFiles files =
        CertificateFiles.load(
            folder.resolve("tls.crt"),
            folder.resolve("tls.key"),
            Files.exists(ca) ? Optional.of(ca) : Optional.empty(),
            clock);
    files.onChange(heard::add);
    return files;
  }

  private String refusal() {
    return String.valueOf(assertThrows(CertificateFileException.class, this::load).getMessage());
  }

  private void write(String file, String text) throws IOException {
    Files.writeString(folder.resolve(file), text);
  }

  private static X509Certificate inUse(CertificateFiles files) {
    String alias = files.keyManager().chooseEngineServerAlias("EC", null, null);
    return files.keyManager().getCertificateChain(alias)[0];
  }

  private static List<String> issuers(CertificateFiles files) {
    return List.of(files.trustManager().orElseThrow().getAcceptedIssuers()).stream()
        .map(each -> each.getSubjectX500Principal().getName())
        .sorted()
        .toList();
  }
}
