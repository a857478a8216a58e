package dev.tokenguard.tracing;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tokenguard.domain.Fault;
import dev.tokenguard.store.ScriptTracer;
import io.grpc.Context;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A span for each script that a traced call runs, below that of the call. What runs in the
 * background belongs to no call, and has none.
 */
final class ScriptSpans implements ScriptTracer {
  private static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type");
  private static final AttributeKey<String> ACCOUNT =
      AttributeKey.stringKey("tokenguard.account.key");

  private final Map<String, Attributes> byScript = new ConcurrentHashMap<>();
  private final Tracer tracer;
  private final boolean accountIds;

  ScriptSpans(Tracer tracer, boolean accountIds) {
    this.tracer = tracer;
    this.accountIds = accountIds;
  }

  @Override
  public Step sent(String script, byte @Nullable [] account) {
    Context context = Context.current();
    io.opentelemetry.context.Context call = Traced.CALL.get(context);
    if (call == null) {
      return Step.NONE;
    }
    if (script.isEmpty()) {
      return fault -> attach(context);
    }
    SpanBuilder builder =
        tracer
            .spanBuilder("EVALSHA " + script)
            .setParent(call)
            .setSpanKind(SpanKind.CLIENT)
            .setAllAttributes(byScript.computeIfAbsent(script, ScriptSpans::attributes));
    if (accountIds && account != null) {
      builder.setAttribute(ACCOUNT, new String(account, UTF_8));
    }
    Span span = builder.startSpan();
    return fault -> {
      if (fault != null) {
        failed(span, fault);
      }
      span.end();
      return attach(context);
    };
  }

  /** Of OpenTelemetry's conventions the present name of the system, and the one before it. */
  private static Attributes attributes(String script) {
    return Attributes.of(
        AttributeKey.stringKey("db.system"), "redis",
        AttributeKey.stringKey("db.system.name"), "redis",
        AttributeKey.stringKey("db.operation.name"), "EVALSHA",
        AttributeKey.stringKey("db.stored_procedure.name"), script);
  }

  private static void failed(Span span, Fault fault) {
    span.setAttribute(ERROR, fault.name());
    span.setStatus(StatusCode.ERROR);
  }

  private static Scope attach(Context context) {
    Context before = context.attach();
    return () -> context.detach(before);
  }
}
