package dev.tokenguard.grpc;

import dev.tokenguard.tls.ServerTls;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.netty.handler.ssl.ClientAuth;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import javax.net.ssl.SSLException;

/**
 * What Netty needs to speak TLS. It is Java's own TLS, as at the HTTP port: the same kinds of keys,
 * the same rules about weak ones, and no native library to be missing. Connections of a sidecar are
 * few and live long, so what OpenSSL is faster at, handshakes, hardly counts.
 */
final class TlsContext {

  private TlsContext() {}

  /** A context whose certificates may be replaced while it is in use. */
  static SslContext of(ServerTls tls) throws IOException {
    SslContextBuilder builder =
        SslContextBuilder.forServer(tls.certificates().keyManager())
            .protocols(ServerTls.protocols())
            .clientAuth(clientAuth(tls));
    tls.certificates().trustManager().ifPresent(builder::trustManager);
    try {
      return GrpcSslContexts.configure(builder, SslProvider.JDK).build();
    } catch (SSLException e) {
      throw new IOException("grpc.tls: this machine cannot speak TLS: " + e.getMessage(), e);
    }
  }

  private static ClientAuth clientAuth(ServerTls tls) {
    if (tls.clientsRequired()) {
      return ClientAuth.REQUIRE;
    }
    return tls.clientsAsked() ? ClientAuth.OPTIONAL : ClientAuth.NONE;
  }
}
