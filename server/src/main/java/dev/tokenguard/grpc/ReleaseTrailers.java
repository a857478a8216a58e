package dev.tokenguard.grpc;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;

/** Tells callers which release has answered them, whatever it answered. Thread-safe. */
final class ReleaseTrailers implements ServerInterceptor {
  static final Metadata.Key<String> VERSION =
      Metadata.Key.of("tokenguard-version", Metadata.ASCII_STRING_MARSHALLER);
  static final Metadata.Key<String> LAYOUT =
      Metadata.Key.of("tokenguard-layout", Metadata.ASCII_STRING_MARSHALLER);

  /** Written once: merging copies references to what is encoded already. */
  private final Metadata told = new Metadata();

  ReleaseTrailers(Release release) {
    if (!release.version().isEmpty()) {
      told.put(VERSION, release.version());
      told.put(LAYOUT, Long.toString(release.layout()));
    }
  }

  @Override
  public <T, R> ServerCall.Listener<T> interceptCall(
      ServerCall<T, R> call, Metadata headers, ServerCallHandler<T, R> next) {
    return next.startCall(
        new SimpleForwardingServerCall<>(call) {
          @Override
          public void close(Status status, Metadata trailers) {
            trailers.merge(told);
            super.close(status, trailers);
          }
        },
        headers);
  }
}
