package dev.tokenguard.store.redis;

import io.netty.handler.ssl.NotSslRecordException;
import java.io.UncheckedIOException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Locale;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Says in words why there is no TLS with Redis, and what to do. */
final class RedisTlsFaults {

  private RedisTlsFaults() {}

  /** Why, or null if it is not for TLS. */
  static @Nullable String explain(Throwable thrown, String redis) {
    String lasting = explainLasting(thrown, redis);
    if (lasting != null) {
      return lasting;
    }
    for (Throwable each = thrown; each != null; each = each.getCause()) {
      if (each instanceof SSLException) {
        return "no TLS with Redis at "
            + redis
            + " ("
            + root(thrown)
            + "): it may be restarting, or speak no TLS there; then use its tls-port, or redis:// in"
            + " redis.uri";
      }
    }
    return null;
  }

  /**
   * Why, if it does not mend itself by being tried again.
   *
   * @param redis where it is
   */
  static @Nullable String explainLasting(Throwable thrown, String redis) {
    for (Throwable each = thrown; each != null; each = each.getCause()) {
      String message = String.valueOf(each.getMessage()).toLowerCase(Locale.ROOT);
      if (each instanceof CertificateExpiredException) {
        return "the certificate of Redis at " + redis + " has expired; give Redis a new one";
      }
      if (each instanceof CertificateNotYetValidException) {
        return "the certificate of Redis at "
            + redis
            + " is not valid yet; check the clocks of this machine and of the one that made it";
      }
      if (each instanceof CertPathBuilderException) {
        return "the certificate of Redis at "
            + redis
            + " comes from a CA that is not known here; name the file of its CA in redis.tls_ca";
      }
      if (message.contains("subject alternative") || message.contains("no name matching")) {
        return "the certificate of Redis at "
            + redis
            + " is for another host; put the host that it names into redis.uri, or give Redis one"
            + " that names this host (redis.tls_verify_host=false accepts any host of the CA)";
      }
      if (message.contains("fatal alert")) {
        return "Redis at "
            + redis
            + " refuses this side ("
            + each.getMessage()
            + "): it may want a certificate of a CA that it knows; see redis.tls_certificate";
      }
      if (each instanceof NotSslRecordException) {
        return "what answers at "
            + redis
            + " speaks no TLS: use Redis' tls-port, or redis:// in redis.uri";
      }
      if (each instanceof UncheckedIOException) {
        return String.valueOf(each.getMessage()); // a file of ours
      }
    }
    return null;
  }

  private static String root(Throwable thrown) {
    Throwable root = thrown;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage());
  }
}
