package dev.tokenguard.tracing;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends spans, and says once that it cannot, and once that it can again. */
final class QuietExporter implements SpanExporter {
  private static final Logger log = LoggerFactory.getLogger(QuietExporter.class);

  private final SpanExporter exporter;
  private final String endpoint;
  private final AtomicBoolean failing = new AtomicBoolean();

  QuietExporter(SpanExporter exporter, String endpoint) {
    this.exporter = exporter;
    this.endpoint = endpoint;
  }

  @Override
  public CompletableResultCode export(Collection<SpanData> spans) {
    CompletableResultCode result = exporter.export(spans);
    return result.whenComplete(() -> exported(result));
  }

  private void exported(CompletableResultCode result) {
    if (!result.isSuccess() && failing.compareAndSet(false, true)) {
      Throwable why = result.getFailureThrowable();
      log.warn(
          "Traces cannot be sent to {} ({}): calls go on, and their spans are lost until it answers",
          endpoint,
          why == null ? "no reason told" : why.toString());
    } else if (result.isSuccess() && failing.compareAndSet(true, false)) {
      log.info("Traces are sent to {} again", endpoint);
    }
  }

  @Override
  public CompletableResultCode flush() {
    return exporter.flush();
  }

  @Override
  public CompletableResultCode shutdown() {
    return exporter.shutdown();
  }
}
