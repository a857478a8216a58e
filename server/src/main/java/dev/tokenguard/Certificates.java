package dev.tokenguard;

import dev.tokenguard.config.Settings;
import dev.tokenguard.config.Settings.ClientAuth;
import dev.tokenguard.metrics.PortMeters;
import dev.tokenguard.tls.CertificateFileException;
import dev.tokenguard.tls.CertificateFiles;
import dev.tokenguard.tls.ServerTls;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/** The certificate that both ports use, and the one that is shown to Redis. */
final class Certificates {
  private final Settings settings;
  private final @Nullable CertificateFiles files;
  private final @Nullable CertificateFiles redis;

  private Certificates(
      Settings settings, @Nullable CertificateFiles files, @Nullable CertificateFiles redis) {
    this.settings = settings;
    this.files = files;
    this.redis = redis;
  }

  /**
   * Reads those that are needed.
   *
   * @throws StartException if one cannot be used, saying what to do
   */
  static Certificates load(Settings settings, Clock clock) throws StartException {
    Settings.Tls tls = settings.tls();
    Settings.RedisTls redis = settings.redis().tls();
    return new Certificates(
        settings,
        uses(settings).isEmpty()
            ? null
            : load("tls", tls.certificate(), tls.key(), tls.clientCa(), clock),
        load("redis.tls_certificate", redis.certificate(), redis.key(), Optional.empty(), clock));
  }

  private static @Nullable CertificateFiles load(
      String settings,
      Optional<Path> certificate,
      Optional<Path> key,
      Optional<Path> ca,
      Clock clock)
      throws StartException {
    if (certificate.isEmpty() || key.isEmpty()) {
      return null;
    }
    try {
      return CertificateFiles.load(certificate.get(), key.get(), ca, clock);
    } catch (CertificateFileException e) {
      throw new StartException(settings + ": " + e.getMessage());
    }
  }

  /** Which ports speak TLS, by the names of their meters. */
  private static List<String> uses(Settings settings) {
    List<String> uses = new ArrayList<>();
    if (settings.grpc().tls() && settings.grpc().listen().isPresent()) {
      uses.add("grpc");
    }
    if (settings.http().tls() && settings.http().listen().isPresent()) {
      uses.add("http");
    }
    return uses;
  }

  /** How the gRPC port speaks TLS; null for plain text. */
  @Nullable ServerTls grpc() {
    return port(settings.grpc().tls(), settings.grpc().clientAuth());
  }

  /** How the HTTP port speaks TLS; null for plain text. */
  @Nullable ServerTls http() {
    return port(settings.http().tls(), settings.http().clientAuth());
  }

  private @Nullable ServerTls port(boolean wanted, ClientAuth clientAuth) {
    return files == null || !wanted
        ? null
        : new ServerTls(files, clientAuth != ClientAuth.NONE, clientAuth == ClientAuth.REQUIRED);
  }

  /** What is shown to Redis. */
  Optional<CertificateFiles> redis() {
    return Optional.ofNullable(redis);
  }

  /** Begins to look for new certificates, and tells of them. */
  void watch(ScheduledExecutorService timer, PortMeters meters) {
    watch(files, uses(settings), timer, meters);
    watch(redis, List.of("redis"), timer, meters);
  }

  private void watch(
      @Nullable CertificateFiles watched,
      List<String> uses,
      ScheduledExecutorService timer,
      PortMeters meters) {
    if (watched == null) {
      return;
    }
    uses.forEach(use -> meters.watchCertificate(use, watched::expires, watched::rejected));
    watched.onChange(ok -> uses.forEach(use -> meters.certificateReloaded(use, ok)));
    watched.watch(timer, settings.tls().reloadInterval());
  }
}
