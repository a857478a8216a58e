package dev.tokenguard.client;

import static java.util.Objects.requireNonNull;

import io.grpc.ChannelCredentials;
import io.grpc.TlsChannelCredentials;
import io.grpc.util.AdvancedTlsX509KeyManager;
import io.grpc.util.AdvancedTlsX509TrustManager;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How a client knows its server, and shows who it is itself. Files are PEM, and looked at every
 * minute as long as the client is open: a certificate that was replaced counts from the next
 * connection on. Immutable.
 *
 * <pre>{@code
 * TokenGuardClient.builder("guard.example:7707")
 *     .tls(ClientTls.of(Path.of("ca.crt")).withCertificate(Path.of("tls.crt"), Path.of("tls.key")))
 *     .build();
 * }</pre>
 */
public final class ClientTls {
  private static final long RELOAD_MINUTES = 1;

  private final @Nullable Path ca;
  private final @Nullable Path certificate;
  private final @Nullable Path key;
  private final @Nullable String serverName;

  private ClientTls(
      @Nullable Path ca,
      @Nullable Path certificate,
      @Nullable Path key,
      @Nullable String serverName) {
    this.ca = ca;
    this.certificate = certificate;
    this.key = key;
    this.serverName = serverName;
  }

  /** A server whose certificate comes from a CA that Java knows. */
  public static ClientTls ofSystem() {
    return new ClientTls(null, null, null, null);
  }

  /** A server whose certificate comes from one of the CAs in a file. */
  public static ClientTls of(Path ca) {
    return new ClientTls(requireNonNull(ca, "ca"), null, null, null);
  }

  /**
   * Shows a certificate to a server that wants one.
   *
   * @param certificate and what leads to its CA
   * @param key its private key, as PKCS#8
   */
  public ClientTls withCertificate(Path certificate, Path key) {
    return new ClientTls(
        ca, requireNonNull(certificate, "certificate"), requireNonNull(key, "key"), serverName);
  }

  /** What the server's certificate must name, if that is not what the target says. */
  public ClientTls withServerName(String serverName) {
    return new ClientTls(ca, certificate, key, requireNonNull(serverName, "serverName"));
  }

  /**
   * Credentials for a channel of one's own. Its {@code overrideAuthority} is the caller's to set.
   *
   * @param timer looks at the files again, until it is shut down
   * @throws IllegalArgumentException if a file cannot be used
   */
  public ChannelCredentials credentials(ScheduledExecutorService timer) {
    TlsChannelCredentials.Builder credentials = TlsChannelCredentials.newBuilder();
    try {
      if (ca != null) {
        AdvancedTlsX509TrustManager trust = AdvancedTlsX509TrustManager.newBuilder().build();
        Closeable unused =
            trust.updateTrustCredentials(ca.toFile(), RELOAD_MINUTES, TimeUnit.MINUTES, timer);
        credentials.trustManager(trust);
      }
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      throw new IllegalArgumentException(
          "ca: " + ca + ": " + reason(e) + " (expected: certificates as PEM)", e);
    }
    try {
      if (certificate != null && key != null) {
        AdvancedTlsX509KeyManager keys = new AdvancedTlsX509KeyManager();
        Closeable unused =
            keys.updateIdentityCredentials(
                certificate.toFile(), key.toFile(), RELOAD_MINUTES, TimeUnit.MINUTES, timer);
        credentials.keyManager(keys);
      }
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      throw new IllegalArgumentException(
          "certificate: "
              + certificate
              + " with the key "
              + key
              + ": "
              + reason(e)
              + " (expected: a certificate, and its key as PKCS#8, both as PEM; openssl pkcs8 -topk8"
              + " -nocrypt converts older keys)",
          e);
    }
    return credentials.build();
  }

  private static String reason(Exception e) {
    return String.valueOf(e.getMessage());
  }

  /** What the server's certificate must name; null for what the target says. */
  public @Nullable String serverName() {
    return serverName;
  }
}
