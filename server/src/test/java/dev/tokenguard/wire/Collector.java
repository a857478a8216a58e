package dev.tokenguard.wire;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPInputStream;

/** An OpenTelemetry collector: takes spans over HTTP, as protobuf, and keeps them. */
public final class Collector implements AutoCloseable {
  private final List<Span> spans = new CopyOnWriteArrayList<>();
  private final List<Resource> resources = new CopyOnWriteArrayList<>();
  private final AtomicInteger requests = new AtomicInteger();
  private final HttpServer server;
  private volatile int status = 200;

  /** A collector on a free port. */
  public Collector() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/v1/traces", this::take);
    server.start();
  }

  private void take(HttpExchange exchange) throws IOException {
    boolean packed = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
    try (InputStream body = exchange.getRequestBody();
        InputStream plain = packed ? new GZIPInputStream(body) : body) {
      ExportTraceServiceRequest request = ExportTraceServiceRequest.parseFrom(plain);
      requests.incrementAndGet();
      if (status == 200) {
        for (ResourceSpans each : request.getResourceSpansList()) {
          resources.add(each.getResource());
          each.getScopeSpansList().stream().map(ScopeSpans::getSpansList).forEach(spans::addAll);
        }
      }
    }
    byte[] answer = ExportTraceServiceResponse.getDefaultInstance().toByteArray();
    exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
    exchange.sendResponseHeaders(status, answer.length == 0 ? -1 : answer.length);
    exchange.getResponseBody().write(answer);
    exchange.close();
  }

  /** The setting that sends spans here. */
  public String setting() {
    return "tracing.otlp_endpoint=http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** From now on it answers so. */
  void answers(int newStatus) {
    status = newStatus;
  }

  int requests() {
    return requests.get();
  }

  List<Span> spans() {
    return spans;
  }

  /** What the senders said of themselves. */
  List<Resource> resources() {
    return resources;
  }

  /** The span of this name, once it is there. */
  public Span await(String name) {
    Await.until(
        "a span " + name + " is there",
        () -> spans.stream().anyMatch(each -> each.getName().equals(name)));
    return spans.stream().filter(each -> each.getName().equals(name)).findFirst().orElseThrow();
  }

  static Map<String, String> attributes(List<KeyValue> attributes) {
    Map<String, String> byName = new TreeMap<>();
    for (KeyValue each : attributes) {
      byName.put(
          each.getKey(),
          each.getValue().hasIntValue()
              ? Long.toString(each.getValue().getIntValue())
              : each.getValue().getStringValue());
    }
    return byName;
  }

  static String hex(com.google.protobuf.ByteString bytes) {
    return HexFormat.of().formatHex(bytes.toByteArray());
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
