package dev.tokenguard.wire;

import static dev.tokenguard.wire.Collector.attributes;
import static dev.tokenguard.wire.Collector.hex;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import dev.tokenguard.testing.CapturedLog;
import dev.tokenguard.v1.Account;
import dev.tokenguard.v1.CreateAccountRequest;
import dev.tokenguard.v1.GetBalanceRequest;
import dev.tokenguard.v1.TokenAdminServiceGrpc;
import dev.tokenguard.v1.TokenGuardServiceGrpc.TokenGuardServiceBlockingStub;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status.StatusCode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Spans of calls and scripts, as a collector gets them. */
class TracingTest {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String CALLER = "b7ad6b7169203331";
  private static final String RESERVE = "tokenguard.v1.TokenGuardService/CheckAndReserve";
  private static final String COMMIT = "tokenguard.v1.TokenGuardService/Commit";
  private static final String BALANCE = "tokenguard.v1.TokenGuardService/GetBalance";

  @TempDir Path folder;

  private static TokenGuardServiceBlockingStub traced(WireServer server, String parent) {
    Metadata headers = new Metadata();
    headers.put(Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER), parent);
    headers.put(Metadata.Key.of("tracestate", Metadata.ASCII_STRING_MARSHALLER), "vendor=1");
    return server
        .caller()
        .stub()
        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  @Test
  void aCallIsBelowItsCallersSpanAndItsScriptBelowTheCall() throws Exception {
    try (Collector collector = new Collector();
        WireServer server = WireServer.start(folder, collector.setting())) {
      assertTrue(
          traced(server, "00-" + TRACE + "-" + CALLER + "-01")
              .checkAndReserve(Caller.reserveRequest("ann", "create_website", "r").build())
              .hasReservation());

      Span call = collector.await(RESERVE);
      Span script = collector.await("EVALSHA reserve");
      assertEquals(
          List.of(TRACE, CALLER), List.of(hex(call.getTraceId()), hex(call.getParentSpanId())));
      assertEquals("vendor=1", call.getTraceState());
      assertEquals(Span.SpanKind.SPAN_KIND_SERVER, call.getKind());
      assertEquals(
          Map.of(
              "rpc.system", "grpc",
              "rpc.service", "tokenguard.v1.TokenGuardService",
              "rpc.method", "CheckAndReserve",
              "rpc.grpc.status_code", "0"),
          attributes(call.getAttributesList()));
      assertEquals(TRACE, hex(script.getTraceId()));
      assertEquals(call.getSpanId(), script.getParentSpanId());
      assertEquals(Span.SpanKind.SPAN_KIND_CLIENT, script.getKind());
      assertEquals(
          Map.of(
              "db.system", "redis",
              "db.system.name", "redis",
              "db.operation.name", "EVALSHA",
              "db.stored_procedure.name", "reserve"),
          attributes(script.getAttributesList()));
      assertTrue(script.getStartTimeUnixNano() >= call.getStartTimeUnixNano());
      assertTrue(script.getEndTimeUnixNano() <= call.getEndTimeUnixNano());
      Map<String, String> resource = attributes(collector.resources().get(0).getAttributesList());
      assertEquals("tokenguard", resource.get("service.name"));
      assertFalse(String.valueOf(resource.get("service.instance.id")).isEmpty());
      assertFalse(collector.spans().toString().contains("ann"), "an account id");
    }
  }

  /** The second try of a script runs on the thread that brought the first one's answer. */
  @Test
  void scriptsThatFollowFromAnAnswerAreOfTheSameCall() throws Exception {
    String twoPlans =
        WireServer.CATALOG.replace(
            "default_plan: free",
            "  pro: {allowances: {tokens: {amount: 7, resets: never}}}\ndefault_plan: free");
    try (Collector collector = new Collector();
        WireServer first = WireServer.start(twoPlans, folder);
        WireServer server =
            WireServer.start(
                twoPlans,
                folder,
                collector.setting(),
                "redis.uri=" + first.redisUri(),
                "sweep.enabled=false")) {
      TokenAdminServiceGrpc.newBlockingStub(first.caller().operators())
          .createAccount(
              CreateAccountRequest.newBuilder()
                  .setAccount(Account.newBuilder().setAccountId("ann").setPlan("pro"))
                  .build());
      server.caller().balance("ann"); // guessed wrong: on the default plan

      Span call = collector.await(BALANCE);
      Await.until("both scripts are there", () -> collector.spans().size() == 3);
      List<Span> scripts =
          collector.spans().stream()
              .filter(each -> !each.equals(call))
              .collect(Collectors.toList());
      for (Span each : scripts) {
        assertEquals("EVALSHA balance", each.getName());
        assertEquals(call.getSpanId(), each.getParentSpanId());
        assertEquals(call.getTraceId(), each.getTraceId());
      }
    }
  }

  @Test
  void whatItsCallerDoesNotSampleGivesNothing() throws Exception {
    try (Collector collector = new Collector();
        WireServer server = WireServer.start(folder, collector.setting())) {
      for (int i = 0; i < 20; i++) {
        traced(server, "00-" + TRACE + "-" + CALLER + "-00")
            .checkAndReserve(Caller.reserveRequest("ann", "chat", "r" + i).build());
      }
      server.caller().commit("ann", "r3"); // whose caller says nothing: it is traced

      collector.await(COMMIT);
      assertEquals(
          Set.of(COMMIT, "EVALSHA commit"),
          collector.spans().stream().map(Span::getName).collect(Collectors.toSet()));
    }
  }

  @Test
  void theRatioIsOfCallsWhoseCallerDoesNotSay() throws Exception {
    try (Collector collector = new Collector();
        WireServer server =
            WireServer.start(folder, collector.setting(), "tracing.sampling_ratio=0")) {
      server.caller().reserve("ann", "chat", "r");
      traced(server, "00-" + TRACE + "-" + CALLER + "-01")
          .getBalance(GetBalanceRequest.newBuilder().setAccountId("ann").build());

      collector.await(BALANCE);
      assertTrue(collector.spans().stream().allMatch(each -> hex(each.getTraceId()).equals(TRACE)));
    }
  }

  @Test
  void aTraceparentOfNonsenseBeginsATraceOfItsOwn() throws Exception {
    try (Collector collector = new Collector();
        WireServer server = WireServer.start(folder, collector.setting())) {
      traced(server, "00-nonsense")
          .checkAndReserve(Caller.reserveRequest("ann", "chat", "r").build());

      Span call = collector.await(RESERVE);
      assertTrue(call.getParentSpanId().isEmpty());
      assertEquals(16, call.getTraceId().size());
    }
  }

  @Test
  void aFaultIsAnErrorOfTheServerAndARefusalIsNot() throws Exception {
    try (Collector collector = new Collector();
        WireServer server = WireServer.start(folder, collector.setting())) {
      server.caller().reserve("ann", "chat", "r");
      WireFault.of(() -> server.caller().commit("ann", "unknown"));
      Span refused = collector.await(COMMIT);
      assertEquals("5", attributes(refused.getAttributesList()).get("rpc.grpc.status_code"));
      assertEquals(StatusCode.STATUS_CODE_UNSET, refused.getStatus().getCode());

      server.redis().set("tg:{ann}:a", "damaged");
      WireFault.of(() -> server.caller().balance("ann"));
      Span failed = collector.await(BALANCE);
      assertEquals(StatusCode.STATUS_CODE_ERROR, failed.getStatus().getCode());
      assertEquals("INTERNAL", attributes(failed.getAttributesList()).get("error.type"));
      Span script = collector.await("EVALSHA balance");
      assertEquals(StatusCode.STATUS_CODE_ERROR, script.getStatus().getCode());
      assertEquals("ACCOUNT_CORRUPT", attributes(script.getAttributesList()).get("error.type"));
    }
  }

  @Test
  void accountsAreToldOnlyIfWanted() throws Exception {
    try (Collector collector = new Collector();
        WireServer server =
            WireServer.start(folder, collector.setting(), "tracing.account_ids=true")) {
      server.caller().reserve("ann", "chat", "r");

      Span script = collector.await("EVALSHA reserve");
      assertEquals(
          "tg:{ann}:a", attributes(script.getAttributesList()).get("tokenguard.account.key"));
    }
  }

  @Test
  void aCollectorThatIsAwayCostsNothingAndIsToldOfOnce() throws Exception {
    try (CapturedLog log = new CapturedLog("dev.tokenguard.tracing").from(Level.INFO);
        CapturedLog sdk = new CapturedLog("io.opentelemetry");
        Collector collector = new Collector();
        WireServer server = WireServer.start(folder, collector.setting())) {
      collector.answers(503);
      for (int failed = 1; failed <= 3; failed++) {
        int so = failed;
        server.caller().reserve("ann", "chat", "r" + failed);
        Await.until("a batch was refused", () -> collector.requests() >= so);
      }
      Await.until("it was told", () -> !log.messages().isEmpty());
      collector.answers(200);
      server.caller().commit("ann", "r1");
      collector.await(COMMIT);
      Await.until("it was told", () -> log.messages().size() > 1);

      assertEquals(2, log.messages().size(), () -> log.messages().toString());
      assertTrue(log.messages().get(0).startsWith("Traces cannot be sent to http://127.0.0.1:"));
      assertTrue(log.messages().get(1).endsWith(" again"));
      assertEquals(List.of(), sdk.messages());
    }
  }

  @Test
  void aCollectorThatWasNeverThereHoldsUpNeitherCallsNorTheEnd() throws Exception {
    try (CapturedLog log = new CapturedLog("dev.tokenguard.tracing")) {
      try (WireServer server =
          WireServer.start(folder, "tracing.otlp_endpoint=http://127.0.0.1:9")) {
        for (int i = 0; i < 200; i++) {
          server.caller().consume("ann", "chat", "r" + i);
        }
        Await.until("it was told", () -> !log.messages().isEmpty());
      }
      assertEquals(1, log.messages().size(), () -> log.messages().toString());
      assertTrue(log.messages().get(0).contains("ConnectException"), log.messages().get(0));
    }
  }
}
