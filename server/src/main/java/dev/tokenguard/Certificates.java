package dev.tokenguard;

import dev.tokenguard.config.Settings;
import dev.tokenguard.config.Settings.ClientAuth;
import dev.tokenguard.metrics.PortMeters;
import dev.tokenguard.tls.CertificateFileException;
import dev.tokenguard.tls.CertificateFiles;
import dev.tokenguard.tls.ServerTls;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/** The certificate of this server, which both ports use. */
final class Certificates {
  private final Settings settings;
  private final @Nullable CertificateFiles files;

  private Certificates(Settings settings, @Nullable CertificateFiles files) {
    this.settings = settings;
    this.files = files;
  }

  /**
   * Reads the certificate, if a port needs one.
   *
   * @throws StartException if it cannot be used, saying what to do
   */
  static Certificates load(Settings settings, Clock clock) throws StartException {
    Settings.Tls tls = settings.tls();
    if (tls.certificate().isEmpty() || tls.key().isEmpty() || uses(settings).isEmpty()) {
      return new Certificates(settings, null);
    }
    try {
      return new Certificates(
          settings,
          CertificateFiles.load(tls.certificate().get(), tls.key().get(), tls.clientCa(), clock));
    } catch (CertificateFileException e) {
      throw new StartException("tls: " + e.getMessage());
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

  /** Begins to look for new certificates, and tells of them. */
  void watch(ScheduledExecutorService timer, PortMeters meters) {
    if (files == null) {
      return;
    }
    List<String> uses = uses(settings);
    uses.forEach(use -> meters.watchCertificate(use, files::expires, files::rejected));
    files.onChange(ok -> uses.forEach(use -> meters.certificateReloaded(use, ok)));
    files.watch(timer, settings.tls().reloadInterval());
  }
}
