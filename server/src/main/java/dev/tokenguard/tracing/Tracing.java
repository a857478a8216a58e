package dev.tokenguard.tracing;

import dev.tokenguard.config.Settings;
import dev.tokenguard.store.ScriptTracer;
import io.grpc.ServerStreamTracer;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Spans of calls and scripts, sent in batches by a thread of its own: a call puts its spans into a
 * bounded queue, and where that is full they are dropped. Made only where tracing is wanted.
 */
public final class Tracing implements AutoCloseable {
  private static final String TRACES_PATH = "/v1/traces";
  private static final Duration SEND_EVERY = Duration.ofSeconds(1);
  private static final Duration TIMEOUT = Duration.ofSeconds(3);
  private static final Duration LAST_WORDS = Duration.ofSeconds(2);
  private static final int QUEUED_AT_MOST = 4096;
  private static final int SENT_AT_ONCE = 512;

  /**
   * What the SDK logs itself, at every failure and with a stack trace each; kept here, for the JDK
   * forgets the level of a logger that nobody holds. {@link QuietExporter} tells what there is.
   */
  private static final Logger SDK_LOG = Logger.getLogger("io.opentelemetry");

  private final SdkTracerProvider provider;
  private final RpcTracer calls;
  private final ScriptSpans scripts;

  /**
   * Begins to trace.
   *
   * @param settings of which the endpoint is there
   * @param version of this server
   * @param instance which of many servers it is
   */
  public Tracing(Settings.Tracing settings, String version, String instance) {
    SDK_LOG.setLevel(Level.OFF);
    String endpoint = endpoint(settings.otlpEndpoint().orElseThrow());
    OtlpHttpSpanExporter exporter =
        OtlpHttpSpanExporter.builder()
            .setEndpoint(endpoint)
            .setTimeout(TIMEOUT)
            .setConnectTimeout(TIMEOUT)
            .setCompression("gzip")
            .setRetryPolicy(null) // the next batch comes in a second
            .build();
    provider =
        SdkTracerProvider.builder()
            .setResource(resource(settings.serviceName(), version, instance))
            .setSampler(Sampler.parentBased(Sampler.traceIdRatioBased(settings.samplingRatio())))
            .addSpanProcessor(
                BatchSpanProcessor.builder(new QuietExporter(exporter, endpoint))
                    .setScheduleDelay(SEND_EVERY)
                    .setMaxQueueSize(QUEUED_AT_MOST)
                    .setMaxExportBatchSize(SENT_AT_ONCE)
                    .setExporterTimeout(TIMEOUT)
                    .build())
            .build();
    Tracer tracer =
        provider.tracerBuilder("dev.tokenguard").setInstrumentationVersion(version).build();
    calls = new RpcTracer(tracer);
    scripts = new ScriptSpans(tracer, settings.accountIds());
  }

  /** As OTLP over HTTP has it: a collector is named by its base, and traces have a path there. */
  private static String endpoint(URI configured) {
    String path = configured.getPath();
    return path == null || path.isEmpty() || path.equals("/")
        ? configured.toString().replaceAll("/$", "") + TRACES_PATH
        : configured.toString();
  }

  private static Resource resource(String name, String version, String instance) {
    return Resource.getDefault()
        .merge(
            Resource.create(
                Attributes.of(
                    AttributeKey.stringKey("service.name"), name,
                    AttributeKey.stringKey("service.version"), version,
                    AttributeKey.stringKey("service.instance.id"), instance)));
  }

  /** Traces what comes over gRPC. */
  public ServerStreamTracer.Factory calls() {
    return calls;
  }

  /** Traces the scripts of these calls. */
  public ScriptTracer scripts() {
    return scripts;
  }

  /** Sends what is left, as far as that does not take long. */
  @Override
  public void close() {
    provider.shutdown().join(LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS);
  }
}
