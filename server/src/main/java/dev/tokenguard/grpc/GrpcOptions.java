package dev.tokenguard.grpc;

import dev.tokenguard.tls.ServerTls;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How the gRPC server listens.
 *
 * @param host address to listen on over TCP, such as {@code 127.0.0.1}; null for no TCP
 * @param port TCP port; 0 for any that is free
 * @param socket path of a Unix domain socket to listen on; null for none
 * @param socketPermissions who may use the socket, such as {@code rw-------}
 * @param threads event loop threads; 0 for as many as there are cores
 * @param maxInFlight unary calls in flight at most; more are turned away at once
 * @param maxMessageBytes size of a request message at most
 * @param maxMetadataBytes size of a request's headers at most
 * @param drain how long a stopping server waits for calls in flight
 * @param reflection whether tools may ask the server for its contract
 * @param connections what connections may do
 * @param tls how TLS is spoken over TCP; null for plain text
 */
public record GrpcOptions(
    @Nullable String host,
    int port,
    @Nullable Path socket,
    String socketPermissions,
    int threads,
    int maxInFlight,
    int maxMessageBytes,
    int maxMetadataBytes,
    Duration drain,
    boolean reflection,
    ConnectionLimits connections,
    @Nullable ServerTls tls) {

  /** The owner of the process, and nobody else. */
  public static final String OWNER_ONLY = "rw-------";

  /** On a TCP address, the rest as a sidecar wants it. */
  public static GrpcOptions tcp(String host, int port) {
    return new GrpcOptions(
        host,
        port,
        null,
        OWNER_ONLY,
        2,
        4096,
        64 << 10,
        16 << 10,
        Duration.ofSeconds(10),
        true,
        ConnectionLimits.DEFAULT,
        null);
  }

  /** The same, on a Unix domain socket only. */
  public static GrpcOptions unix(Path socket) {
    return tcp("", 0).withHost(null).withSocket(socket);
  }

  /** The same on another address. */
  public GrpcOptions withHost(@Nullable String host) {
    return new GrpcOptions(
        host,
        port,
        socket,
        socketPermissions,
        threads,
        maxInFlight,
        maxMessageBytes,
        maxMetadataBytes,
        drain,
        reflection,
        connections,
        tls);
  }

  /** The same with a Unix domain socket. */
  public GrpcOptions withSocket(@Nullable Path socket) {
    return new GrpcOptions(
        host,
        port,
        socket,
        socketPermissions,
        threads,
        maxInFlight,
        maxMessageBytes,
        maxMetadataBytes,
        drain,
        reflection,
        connections,
        tls);
  }

  /** The same with another bound of calls in flight, and another patience when it stops. */
  public GrpcOptions withBounds(int maxInFlight, Duration drain) {
    return new GrpcOptions(
        host,
        port,
        socket,
        socketPermissions,
        threads,
        maxInFlight,
        maxMessageBytes,
        maxMetadataBytes,
        drain,
        reflection,
        connections,
        tls);
  }

  /** The same with other bounds of its connections. */
  public GrpcOptions withConnections(ConnectionLimits connections) {
    return new GrpcOptions(
        host,
        port,
        socket,
        socketPermissions,
        threads,
        maxInFlight,
        maxMessageBytes,
        maxMetadataBytes,
        drain,
        reflection,
        connections,
        tls);
  }

  /** The same with TLS over TCP, or without. */
  public GrpcOptions withTls(@Nullable ServerTls tls) {
    return new GrpcOptions(
        host,
        port,
        socket,
        socketPermissions,
        threads,
        maxInFlight,
        maxMessageBytes,
        maxMetadataBytes,
        drain,
        reflection,
        connections,
        tls);
  }
}
