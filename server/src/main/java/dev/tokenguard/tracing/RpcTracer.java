package dev.tokenguard.tracing;

import dev.tokenguard.v1.TokenAdminServiceGrpc;
import dev.tokenguard.v1.TokenGuardServiceGrpc;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerStreamTracer;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A span for each RPC, below the span that the caller's {@code traceparent} names. A tracer of gRPC
 * and not an interceptor: it wraps nothing, and gRPC itself puts its context around every callback.
 */
final class RpcTracer extends ServerStreamTracer.Factory {
  private static final AttributeKey<Long> STATUS = AttributeKey.longKey("rpc.grpc.status_code");
  private static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type");

  /** Faults of a server, by OpenTelemetry's conventions; the others are answers to callers. */
  private static final Set<Status.Code> ERRORS =
      EnumSet.of(
          Status.Code.UNKNOWN,
          Status.Code.DEADLINE_EXCEEDED,
          Status.Code.UNIMPLEMENTED,
          Status.Code.INTERNAL,
          Status.Code.UNAVAILABLE,
          Status.Code.DATA_LOSS);

  private static final TextMapGetter<Metadata> HEADERS =
      new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(Metadata headers) {
          return headers.keys();
        }

        @Override
        public @Nullable String get(@Nullable Metadata headers, String name) {
          return headers == null
              ? null
              : headers.get(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER));
        }
      };

  private static final ServerStreamTracer UNTRACED = new ServerStreamTracer() {};

  /** What is known of an RPC beforehand, by its full name. */
  private record Rpc(String name, Attributes attributes) {}

  private static final Rpc UNKNOWN =
      new Rpc("unknown", Attributes.of(AttributeKey.stringKey("rpc.system"), "grpc"));

  private final Map<String, Rpc> rpcs = new HashMap<>();
  private final Tracer tracer;

  RpcTracer(Tracer tracer) {
    this.tracer = tracer;
    add(TokenGuardServiceGrpc.getServiceDescriptor());
    add(TokenAdminServiceGrpc.getServiceDescriptor());
  }

  private void add(ServiceDescriptor service) {
    for (MethodDescriptor<?, ?> method : service.getMethods()) {
      rpcs.put(
          method.getFullMethodName(),
          new Rpc(
              method.getFullMethodName(),
              Attributes.of(
                  AttributeKey.stringKey("rpc.system"), "grpc",
                  AttributeKey.stringKey("rpc.service"), service.getName(),
                  AttributeKey.stringKey("rpc.method"),
                      String.valueOf(method.getBareMethodName()))));
    }
  }

  /** Health and reflection are not traced: orchestrators ask often, and nobody wonders. */
  @Override
  public ServerStreamTracer newServerStreamTracer(String fullMethodName, Metadata headers) {
    if (fullMethodName.startsWith("grpc.")) {
      return UNTRACED;
    }
    Rpc rpc = rpcs.getOrDefault(fullMethodName, UNKNOWN);
    io.opentelemetry.context.Context caller =
        W3CTraceContextPropagator.getInstance()
            .extract(io.opentelemetry.context.Context.root(), headers, HEADERS);
    Span span =
        tracer
            .spanBuilder(rpc.name())
            .setParent(caller)
            .setSpanKind(SpanKind.SERVER)
            .setAllAttributes(rpc.attributes())
            .startSpan();
    return span.isRecording() ? new Recorded(span, caller.with(span)) : UNTRACED;
  }

  private static final class Recorded extends ServerStreamTracer {
    private final Span span;
    private final io.opentelemetry.context.Context call;

    Recorded(Span span, io.opentelemetry.context.Context call) {
      this.span = span;
      this.call = call;
    }

    @Override
    public Context filterContext(Context context) {
      return context.withValue(Traced.CALL, call);
    }

    @Override
    public void streamClosed(Status status) {
      span.setAttribute(STATUS, (long) status.getCode().value());
      if (ERRORS.contains(status.getCode())) {
        span.setAttribute(ERROR, status.getCode().name());
        span.setStatus(StatusCode.ERROR);
      }
      span.end();
    }
  }
}
