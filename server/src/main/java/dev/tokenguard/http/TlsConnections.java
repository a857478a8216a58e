package dev.tokenguard.http;

import dev.tokenguard.tls.CertificateFiles;
import dev.tokenguard.tls.ServerTls;
import java.security.GeneralSecurityException;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** What Jetty needs to speak TLS. */
final class TlsConnections {

  private TlsConnections() {}

  /**
   * HTTP inside TLS. Requests carry the attribute {@code
   * org.eclipse.jetty.io.Endpoint.SslSessionData}, with the caller's certificates.
   */
  static ConnectionFactory[] around(HttpConnectionFactory http, ServerTls tls) {
    SslContextFactory.Server factory = new SslContextFactory.Server();
    factory.setSslContext(context(tls.certificates()));
    factory.setIncludeProtocols(ServerTls.protocols());
    factory.setNeedClientAuth(tls.clientsRequired());
    factory.setWantClientAuth(tls.clientsAsked() && !tls.clientsRequired());
    // Probes call the pod by its address, which no certificate names.
    SecureRequestCustomizer session = new SecureRequestCustomizer(false);
    http.getHttpConfiguration().addCustomizer(session);
    return new ConnectionFactory[] {new SslConnectionFactory(factory, http.getProtocol()), http};
  }

  private static SSLContext context(CertificateFiles certificates) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          new KeyManager[] {certificates.keyManager()},
          certificates.trustManager().map(trust -> new TrustManager[] {trust}).orElse(null),
          null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has TLS", e);
    }
  }
}
