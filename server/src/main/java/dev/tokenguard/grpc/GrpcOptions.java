package dev.tokenguard.grpc;

import dev.tokenguard.tls.ServerTls;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How the gRPC server listens.
 *
 * @param host address to listen on over TCP, such as {@code 127.0.0.1}; null for no TCP
 * @param port TCP port; 0 for any that is free
 * @param socket path of a Unix domain socket to listen on; null for none
 * @param socketPermissions who may use the socket, such as {@code rw-------}
 * @param threads event loop threads; 0 for as many as there are cores
 * @param calls what calls may do
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
    CallLimits calls,
    boolean reflection,
    ConnectionLimits connections,
    @Nullable ServerTls tls) {

  /** The owner of the process, and nobody else. */
  public static final String OWNER_ONLY = "rw-------";

  /** The owner of the process, and the group that the socket belongs to. */
  public static final String GROUP_TOO = "rw-rw----";

  /** Everybody. */
  public static final String EVERYBODY = "rw-rw-rw-";

  /** On a TCP address, the rest as a sidecar wants it. */
  public static GrpcOptions tcp(String host, int port) {
    return listening(host, port, null);
  }

  /** The same, on a Unix domain socket only. */
  public static GrpcOptions unix(Path socket) {
    return listening(null, 0, socket);
  }

  private static GrpcOptions listening(@Nullable String host, int port, @Nullable Path socket) {
    return new GrpcOptions(
        host,
        port,
        socket,
        OWNER_ONLY,
        2,
        CallLimits.DEFAULT,
        true,
        ConnectionLimits.DEFAULT,
        null);
  }

  /** The same with a Unix domain socket. */
  public GrpcOptions withSocket(Path socket) {
    return new GrpcOptions(
        host, port, socket, socketPermissions, threads, calls, reflection, connections, tls);
  }

  /** The same with other permissions of its socket. */
  public GrpcOptions withSocketPermissions(String socketPermissions) {
    return new GrpcOptions(
        host, port, socket, socketPermissions, threads, calls, reflection, connections, tls);
  }

  /** The same with other bounds of its calls. */
  public GrpcOptions withCalls(CallLimits calls) {
    return new GrpcOptions(
        host, port, socket, socketPermissions, threads, calls, reflection, connections, tls);
  }

  /** The same with TLS over TCP, or without. */
  public GrpcOptions withTls(@Nullable ServerTls tls) {
    return new GrpcOptions(
        host, port, socket, socketPermissions, threads, calls, reflection, connections, tls);
  }
}
