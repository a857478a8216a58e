package dev.tokenguard.grpc;

import dev.tokenguard.v1.TokenAdminServiceGrpc;
import dev.tokenguard.v1.TokenGuardServiceGrpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerStreamTracer;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Times calls for a {@link CallListener}. A tracer and not an interceptor: it wraps nothing, and
 * sees the calls that no interceptor sees, such as those of unknown methods.
 */
final class CallTracer extends ServerStreamTracer.Factory {

  /** With which a client tells what it is. */
  private static final Metadata.Key<String> CLIENT =
      Metadata.Key.of("tokenguard-client", Metadata.ASCII_STRING_MARSHALLER);

  private static final Method UNKNOWN = new Method("unknown", false);

  /** Health checks and reflection: the calls of other services are not counted. */
  private static final ServerStreamTracer UNCOUNTED = new ServerStreamTracer() {};

  private final Map<String, Method> methods = new HashMap<>();
  private final CallListener listener;

  CallTracer(CallListener listener) {
    this.listener = listener;
    add(TokenGuardServiceGrpc.getServiceDescriptor());
    add(TokenAdminServiceGrpc.getServiceDescriptor());
  }

  /** No two RPCs of the two services have one name. */
  private void add(ServiceDescriptor service) {
    for (MethodDescriptor<?, ?> method : service.getMethods()) {
      methods.put(
          method.getFullMethodName(),
          new Method(
              String.valueOf(method.getBareMethodName()),
              method.getType() != MethodDescriptor.MethodType.UNARY));
    }
  }

  @Override
  public ServerStreamTracer newServerStreamTracer(String fullMethodName, Metadata headers) {
    Method method = methods.get(fullMethodName);
    if (method != null) {
      return new Timed(method, headers.get(CLIENT), listener);
    }
    return fullMethodName.startsWith("grpc.") ? UNCOUNTED : new Timed(UNKNOWN, null, listener);
  }

  private record Method(String name, boolean stream) {}

  private static final class Timed extends ServerStreamTracer {
    private final Method method;
    private final @Nullable String client;
    private final CallListener listener;
    private final long start = System.nanoTime();

    Timed(Method method, @Nullable String client, CallListener listener) {
      this.client = client;
      this.method = method;
      this.listener = listener;
    }

    @Override
    public void streamClosed(Status status) {
      listener.ended(
          method.name(), status.getCode(), method.stream(), client, System.nanoTime() - start);
    }
  }
}
