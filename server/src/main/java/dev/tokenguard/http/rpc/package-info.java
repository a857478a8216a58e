/**
 * The RPCs over HTTP, in JSON: unary ones by the Connect protocol, streams as server-sent events
 * and downloads. Every call goes through the in-process port of {@code grpc}, and so past the same
 * interceptors as one that came over gRPC. {@code http} puts it behind a port.
 *
 * <p>The protocol is that of https://connectrpc.com/docs/protocol.
 */
@org.jspecify.annotations.NullMarked
package dev.tokenguard.http.rpc;
