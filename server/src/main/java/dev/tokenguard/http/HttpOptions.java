package dev.tokenguard.http;

import dev.tokenguard.tls.ServerTls;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How the HTTP server listens.
 *
 * @param host address to listen on
 * @param port 0 for any that is free
 * @param maxConnections connections at a time
 * @param maxHeaderBytes size of a request's line and headers at most
 * @param maxMessageBytes size of an RPC's message at most
 * @param receiveTimeout how long a request may take to arrive, and a connection may be without one
 * @param corsOrigins pages of which origins may call RPCs
 * @param version of the server, as its description tells it
 * @param tls how TLS is spoken; null for plain text
 */
public record HttpOptions(
    String host,
    int port,
    int maxConnections,
    int maxHeaderBytes,
    int maxMessageBytes,
    Duration receiveTimeout,
    Set<String> corsOrigins,
    String version,
    @Nullable ServerTls tls) {

  /** In plain text, the rest as a sidecar wants it: for tests. */
  public static HttpOptions plain(String host, int port) {
    return new HttpOptions(
        host, port, 256, 8 << 10, 4 << 20, Duration.ofSeconds(10), Set.of(), "test", null);
  }
}
