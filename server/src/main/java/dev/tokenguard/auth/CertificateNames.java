package dev.tokenguard.auth;

import java.security.cert.Certificate;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * The subject alternative names of a client certificate that TLS has verified, as files of
 * credentials write them. Common names are not looked at: RFC 9525 has done away with them.
 */
public final class CertificateNames {
  /** Types of names of RFC 5280, section 4.2.1.6. */
  private static final int DNS = 2;

  private static final int URI = 6;

  private CertificateNames() {}

  /** The names of the other side of a connection; empty if it has shown no certificate. */
  public static List<String> of(SSLSession session) {
    try {
      Certificate[] chain = session.getPeerCertificates();
      return chain.length > 0 && chain[0] instanceof X509Certificate own ? of(own) : List.of();
    } catch (SSLPeerUnverifiedException e) {
      return List.of();
    }
  }

  /** The names of a certificate, in its order. */
  public static List<String> of(X509Certificate certificate) {
    Collection<List<?>> all;
    try {
      all = certificate.getSubjectAlternativeNames();
    } catch (CertificateParsingException e) {
      return List.of();
    }
    List<String> names = new ArrayList<>();
    if (all == null) {
      return names;
    }
    for (List<?> each : all) {
      if (each.get(0) instanceof Integer type && each.get(1) instanceof String name) {
        switch (type) {
          case DNS -> names.add("dns:" + name.toLowerCase(Locale.ROOT));
          case URI -> names.add("uri:" + name);
          default -> {
            // Addresses and other names say where, not who.
          }
        }
      }
    }
    return names;
  }
}
