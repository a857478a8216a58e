package dev.tokenguard.store.redis;

import dev.tokenguard.tls.CaFile;
import dev.tokenguard.tls.CertificateFileException;
import dev.tokenguard.tls.CertificateFiles;
import io.lettuce.core.RedisCredentials;
import io.lettuce.core.RedisCredentialsProvider.ImmediateRedisCredentialsProvider;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SslOptions;
import io.lettuce.core.SslVerifyMode;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How this side knows Redis, and how Redis knows this side. Files are read anew for every
 * connection, so that a password or a CA that was replaced counts from the next one on.
 *
 * @param usernameFile file with the ACL user; empty for the one of the URI
 * @param passwordFile file with the password; empty for the one of the URI
 * @param sentinelPasswordFile file with the password of the Sentinels; empty if they ask for none
 * @param ca file of the CAs of Redis' certificate; empty for those that Java knows
 * @param certificate what is shown to Redis; empty for nothing
 * @param verifyHost whether Redis' certificate must name the host
 */
public record RedisSecurity(
    Optional<Path> usernameFile,
    Optional<Path> passwordFile,
    Optional<Path> sentinelPasswordFile,
    Optional<Path> ca,
    Optional<CertificateFiles> certificate,
    boolean verifyHost) {
  private static final Logger log = LoggerFactory.getLogger(RedisSecurity.class);

  /** Nothing but what the URI says. */
  public static final RedisSecurity BY_URI =
      new RedisSecurity(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          true);

  /**
   * Reads every file once, to tell at start what a connection would fail for.
   *
   * @throws IOException saying which setting, why, and what to do
   */
  void check() throws IOException {
    try {
      if (ca.isPresent()) {
        CaFile.read(ca.get());
      }
    } catch (CertificateFileException e) {
      throw new IOException("redis.tls_ca: " + e.getMessage(), e);
    }
    try {
      credentials();
      sentinelCredentials();
    } catch (UncheckedIOException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /** Puts what concerns the address into it. */
  void apply(RedisURI uri) {
    // Told with CLIENT SETINFO, which a user with few rights need not have, and 6.2 does not know.
    uri.setLibraryName("");
    uri.setLibraryVersion("");
    if (!verifyHost && uri.isSsl()) {
      uri.setVerifyPeer(SslVerifyMode.CA);
    }
    if (uri.isSsl() && uri.getVerifyMode() != SslVerifyMode.FULL) {
      log.warn(
          "Redis may be anybody with {}: its certificate is not asked for the host in redis.uri",
          uri.getVerifyMode() == SslVerifyMode.CA
              ? "a certificate of a CA that is known"
              : "any certificate");
    }
    if (passwordFile.isPresent()) {
      ImmediateRedisCredentialsProvider provider = this::credentials;
      uri.setCredentialsProvider(provider);
    }
    if (sentinelPasswordFile.isPresent()) {
      ImmediateRedisCredentialsProvider provider = this::sentinelCredentials;
      uri.getSentinels().forEach(sentinel -> sentinel.setCredentialsProvider(provider));
    }
  }

  /** How TLS is spoken. */
  SslOptions sslOptions(Duration handshakeTimeout) {
    return SslOptions.builder()
        .handshakeTimeout(handshakeTimeout)
        .jdkSslProvider()
        .protocols("TLSv1.3", "TLSv1.2")
        .sslContext(this::addFiles)
        .build();
  }

  private void addFiles(SslContextBuilder builder) {
    try {
      if (ca.isPresent()) {
        builder.trustManager(CaFile.read(ca.get()));
      }
    } catch (CertificateFileException e) {
      throw new UncheckedIOException("redis.tls_ca: " + e.getMessage(), e);
    }
    certificate.ifPresent(files -> builder.keyManager(files.keyManager()));
  }

  private RedisCredentials credentials() {
    String user = usernameFile.map(file -> read("redis.username_file", file)).orElse(null);
    String password = passwordFile.map(file -> read("redis.password_file", file)).orElse("");
    return RedisCredentials.just(user, password.toCharArray());
  }

  private RedisCredentials sentinelCredentials() {
    String password =
        sentinelPasswordFile.map(file -> read("redis.sentinel_password_file", file)).orElse("");
    return RedisCredentials.just(null, password.toCharArray());
  }

  private static String read(String setting, Path file) {
    try {
      String text = Files.readString(file).strip(); // editors end a file with a line break
      if (text.isEmpty()) {
        throw new IOException("it is empty");
      }
      return text;
    } catch (NoSuchFileException e) {
      throw new UncheckedIOException(setting + ": " + file + ": no such file", e);
    } catch (IOException e) {
      throw new UncheckedIOException(
          setting + ": " + file + ": cannot be read: " + e.getMessage(), e);
    }
  }
}
