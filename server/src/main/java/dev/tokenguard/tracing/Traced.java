package dev.tokenguard.tracing;

import io.grpc.Context;

/** Which span the current call has, carried by gRPC's own context: on its threads it is there. */
final class Traced {
  /** Absent for calls that are not traced, or not sampled. */
  static final Context.Key<io.opentelemetry.context.Context> CALL =
      Context.key("dev.tokenguard.tracing");

  private Traced() {}
}
