package dev.tokenguard.tls;

import io.grpc.util.AdvancedTlsX509KeyManager;
import io.grpc.util.AdvancedTlsX509TrustManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A certificate, its key, and the CAs of the other side, in files that are looked at every so
 * often. Changed ones come into use for new connections; those that are open go on as they are.
 * What cannot be used changes nothing, and is told of in the log and in metrics.
 *
 * <p>Reads the files whole each time instead of trusting names and times, as Kubernetes swaps a
 * link two levels up. Content counts when two looks in a row have seen the same: a new certificate
 * beside its old key is a moment of a change, and no error. Thread-safe; polls come one at a time.
 */
public final class CertificateFiles {
  private static final Logger log = LoggerFactory.getLogger(CertificateFiles.class);

  /** How soon to look again when something has changed. */
  private static final Duration SOON = Duration.ofMillis(200);

  private static final Set<PosixFilePermission> TOO_OPEN =
      Set.of(PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE);

  private final Path certificate;
  private final Path key;
  private final Optional<Path> ca;
  private final Clock clock;
  private final AdvancedTlsX509KeyManager keyManager = new AdvancedTlsX509KeyManager();
  private final @Nullable AdvancedTlsX509TrustManager trustManager;
  private volatile CertificateListener listener = CertificateListener.NONE;
  private volatile Instant expires = Instant.MAX;
  private volatile boolean rejected;

  /** What is in use. */
  private @Nullable Content inUse;

  /** What the last look saw; null if it saw nothing that can be read. */
  private @Nullable Content seen;

  /** Why that is not in use, as it was told; empty if it is. */
  private String told = "";

  /**
   * What the files hold.
   *
   * @param ca empty if there is no such file
   */
  private record Content(PemFile certificate, PemFile key, Optional<PemFile> ca) {}

  private CertificateFiles(Path certificate, Path key, Optional<Path> ca, Clock clock)
      throws CertificateFileException {
    this.certificate = certificate;
    this.key = key;
    this.ca = ca;
    this.clock = clock;
    this.trustManager = ca.isPresent() ? newTrustManager(ca.get()) : null;
  }

  /**
   * Reads the files.
   *
   * @param certificate of this side, and what leads to its CA
   * @param key its private key
   * @param ca CAs of the other side's certificates; empty if it needs to show none
   * @throws CertificateFileException if they cannot be used, saying what to do
   */
  public static CertificateFiles load(Path certificate, Path key, Optional<Path> ca, Clock clock)
      throws CertificateFileException {
    CertificateFiles files = new CertificateFiles(certificate, key, ca, clock);
    Content content = files.read();
    files.use(content);
    files.seen = content;
    files.warnOfReaders();
    return files;
  }

  /** Hears of changes; there is one. */
  public void onChange(CertificateListener newListener) {
    listener = newListener;
  }

  /** This side's certificate, for handshakes to come. */
  public X509ExtendedKeyManager keyManager() {
    return keyManager;
  }

  /** Judges the other side's certificates; empty without CAs. */
  public Optional<X509ExtendedTrustManager> trustManager() {
    return Optional.ofNullable(trustManager);
  }

  /** When the certificate in use ends. */
  public Instant expires() {
    return expires;
  }

  /** Whether the files hold something else than what is in use, which cannot be used. */
  public boolean rejected() {
    return rejected;
  }

  /**
   * Looks at an interval, until the timer is shut down.
   *
   * @param timer runs the looks; must not be an event loop, as files are read
   */
  public void watch(ScheduledExecutorService timer, Duration interval) {
    next(timer, interval, interval);
  }

  private void next(ScheduledExecutorService timer, Duration delay, Duration interval) {
    try {
      timer.schedule(
          () -> {
            boolean soon = false;
            try {
              soon = poll();
            } catch (RuntimeException e) {
              log.error("Looking at the certificate {} failed", certificate, e);
            }
            next(timer, soon && SOON.compareTo(interval) < 0 ? SOON : interval, interval);
          },
          delay.toMillis(),
          TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      log.debug("No more looks at certificates: the server is stopping");
    }
  }

  /** Looks at the files, and does what is to be done; true if a change is under way. */
  synchronized boolean poll() {
    Content content;
    try {
      content = read();
    } catch (CertificateFileException e) {
      boolean first = seen != null;
      seen = null;
      if (!first) {
        reject(e);
      }
      return first;
    }
    if (!content.equals(seen)) {
      seen = content;
      return true;
    }
    if (content.equals(inUse)) {
      if (rejected) {
        accepted("is as it was again");
      }
      return false;
    }
    try {
      use(content);
      accepted("reloaded");
      listener.reloaded(true);
    } catch (CertificateFileException e) {
      reject(e); // and tried again at the next look: what is not valid yet may be then
    }
    return false;
  }

  private Content read() throws CertificateFileException {
    return new Content(
        PemFile.read(certificate),
        PemFile.read(key),
        ca.isPresent() ? Optional.of(PemFile.read(ca.get())) : Optional.empty());
  }

  /** Everything is read and checked before anything is replaced. */
  private void use(Content content) throws CertificateFileException {
    Identity identity = Identity.of(content.certificate(), content.key(), clock.instant());
    AdvancedTlsX509TrustManager trust = trustManager;
    if (trust != null && content.ca().isPresent()) {
      PemFile file = content.ca().get();
      List<X509Certificate> roots = file.certificates();
      try {
        trust.updateTrustCredentials(roots.toArray(X509Certificate[]::new));
      } catch (IOException | GeneralSecurityException e) {
        throw new CertificateFileException(file.path() + ": cannot be used: " + e.getMessage());
      }
    }
    keyManager.updateIdentityCredentials(identity.chainArray(), identity.key());
    expires = identity.expires();
    inUse = content;
    log.info(
        "Certificate {}: {}, until {}{}",
        certificate,
        identity.subject(),
        expires,
        ca.map(path -> ", clients of " + path).orElse(""));
  }

  private void accepted(String what) {
    rejected = false;
    told = "";
    log.info("Certificate {} {}", certificate, what);
  }

  private void reject(CertificateFileException e) {
    rejected = true;
    String problem = String.valueOf(e.getMessage());
    if (!problem.equals(told)) {
      told = problem;
      log.error("Certificate not replaced, that in use stays until {}: {}", expires, problem);
      listener.reloaded(false);
    }
  }

  private void warnOfReaders() {
    try {
      Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(key);
      if (permissions.stream().anyMatch(TOO_OPEN::contains)) {
        log.warn(
            "Every user of this machine can read the private key {}: chmod 640 it, or set"
                + " defaultMode: 0440 on the volume of the Secret",
            key);
      }
    } catch (IOException | UnsupportedOperationException e) {
      log.debug("No permissions to look at", e);
    }
  }

  private static AdvancedTlsX509TrustManager newTrustManager(Path ca)
      throws CertificateFileException {
    try {
      return AdvancedTlsX509TrustManager.newBuilder().build();
    } catch (GeneralSecurityException e) {
      throw new CertificateFileException(ca + ": this Java knows no X.509: " + e.getMessage());
    }
  }
}
