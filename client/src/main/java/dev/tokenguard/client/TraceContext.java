package dev.tokenguard.client;

import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import org.jspecify.annotations.Nullable;

/**
 * The trace that a call is part of: that of the service's current OpenTelemetry span. Without
 * OpenTelemetry on the class path, or without a span, there is none. A call keeps the one it began
 * with, for its later attempts run on other threads.
 */
final class TraceContext {

  private static final boolean OPEN_TELEMETRY = isThere();

  private static final CallOptions.Key<TraceContext> OPTION =
      CallOptions.Key.create("dev.tokenguard.client.trace");

  private static final TraceContext NONE = new TraceContext(null);

  private static final Metadata.Key<String> PARENT =
      Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER);

  private final @Nullable Metadata headers;

  private TraceContext(@Nullable Metadata headers) {
    this.headers = headers;
  }

  /** Calls with the trace that is current now. */
  static CallOptions keep(CallOptions options) {
    TraceContext current = current();
    return current == NONE ? options : options.withOption(OPTION, current);
  }

  /** The trace that a call began with; for one that keeps none, the trace that is current now. */
  static TraceContext of(CallOptions options) {
    TraceContext kept = options.getOption(OPTION);
    return kept == null ? current() : kept;
  }

  private static TraceContext current() {
    return OPEN_TELEMETRY ? Otel.current() : NONE;
  }

  /** Unless the channel is instrumented, and has put a span of its own between. */
  void addTo(Metadata target) {
    if (headers != null && !target.containsKey(PARENT)) {
      target.merge(headers);
    }
  }

  private static boolean isThere() {
    try {
      Class.forName(
          "io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator",
          false,
          TraceContext.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  /** Loaded only where its types are. */
  private static final class Otel {

    static TraceContext current() {
      Context context = Context.current();
      if (!Span.fromContext(context).getSpanContext().isValid()) {
        return NONE;
      }
      Metadata headers = new Metadata();
      W3CTraceContextPropagator.getInstance()
          .inject(
              context,
              headers,
              (carrier, name, value) -> {
                if (carrier != null) {
                  carrier.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), value);
                }
              });
      return new TraceContext(headers);
    }
  }
}
