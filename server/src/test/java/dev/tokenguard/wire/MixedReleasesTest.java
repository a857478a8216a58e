package dev.tokenguard.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.client.BalanceRequest;
import dev.tokenguard.client.TokenGuardClient;
import dev.tokenguard.v1.GetBalanceRequest;
import dev.tokenguard.v1.GetBalanceResponse;
import dev.tokenguard.v1.TokenGuardServiceGrpc;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Releases that tell each other apart, and sidecars whose catalogs differ for a while. */
class MixedReleasesTest {
  private static final Metadata.Key<String> VERSION =
      Metadata.Key.of("tokenguard-version", Metadata.ASCII_STRING_MARSHALLER);
  private static final Metadata.Key<String> LAYOUT =
      Metadata.Key.of("tokenguard-layout", Metadata.ASCII_STRING_MARSHALLER);
  private static final Metadata.Key<String> CLIENT =
      Metadata.Key.of("tokenguard-client", Metadata.ASCII_STRING_MARSHALLER);

  @TempDir Path folder;

  @Test
  void everyReplyTellsTheRelease() throws Exception {
    try (WireServer server = WireServer.start(folder)) {
      AtomicReference<Metadata> trailers = new AtomicReference<>();
      var stub =
          server
              .caller()
              .stub()
              .withInterceptors(
                  MetadataUtils.newCaptureMetadataInterceptor(new AtomicReference<>(), trailers));
      assertTrue(
          stub.checkAndReserve(Caller.reserveRequest("ann", "create_website", "r").build())
              .hasReservation());
      assertEquals("dev", told(trailers).get(VERSION));
      assertEquals("3", told(trailers).get(LAYOUT));

      WireFault refused =
          WireFault.of(
              () -> stub.checkAndReserve(Caller.reserveRequest("", "create_website", "r").build()));
      assertEquals("INVALID_ARGUMENT INVALID_REQUEST", refused.name());
      assertEquals("dev", told(trailers).get(VERSION), "a fault tells it, too");
    }
  }

  @Test
  void callsAreCountedByTheClientsRelease() throws Exception {
    try (WireServer server = WireServer.start(folder);
        TokenGuardClient java = TokenGuardClient.builder(server.target()).build()) {
      java.balance(BalanceRequest.of("ann"));
      server.caller().reserve("ann", "chat", "r");
      Metadata headers = new Metadata();
      headers.put(CLIENT, "<script>alert(1)</script>");
      server
          .caller()
          .stub()
          .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
          .checkAndReserve(Caller.reserveRequest("ann", "chat", "r2").build());

      Await.untilEquals(
          true,
          () ->
              server
                  .http("/metrics")
                  .body()
                  .lines()
                  .anyMatch(
                      line ->
                          line.matches(
                              "tokenguard_client_calls_total\\{client=\"tokenguard-java/"
                                  + "[0-9][^\"]*\"} 1\\.0")));
      String scrape = server.http("/metrics").body();
      assertTrue(scrape.contains("tokenguard_client_calls_total{client=\"none\"} 1.0"), scrape);
      assertTrue(scrape.contains("tokenguard_client_calls_total{client=\"other\"} 1.0"), scrape);
      assertTrue(scrape.contains("layout=\"3\""), scrape);
    }
  }

  /** The middle of a rollout: half of the sidecars have the new catalog, and callers go to any. */
  @Test
  void sidecarsWithCatalogsOfTwoReleasesNeverMakeUpTokens() throws Exception {
    String newer =
        WireServer.CATALOG
            .replace("website: {amount: 5, resets: daily}", "website: {amount: 8, resets: daily}")
            .replace(
                "  shoot: {cost: {film: 1}}",
                "  shoot: {cost: {film: 1}}\n  sing: {cost: {website: 2}}");
    try (WireServer before = WireServer.start(folder);
        WireServer after = WireServer.start(newer, folder, "redis.uri=" + before.redisUri())) {
      for (int i = 0; i < 5; i++) {
        WireServer any = i % 2 == 0 ? before : after;
        assertTrue(any.caller().consume("ann", "create_website", "r" + i).hasReservation());
      }
      // Each goes by its own catalog; what is used is used for both.
      assertTrue(before.caller().consume("ann", "create_website", "r5").hasDenial());
      assertTrue(after.caller().consume("ann", "create_website", "r5").hasReservation());
      assertEquals(
          "granted 8, consumed 6, held 0, available 2, debt 0",
          after.caller().balance("ann", "website"));
      assertEquals(
          "granted 5, consumed 6, held 0, available 0, debt 1",
          before.caller().balance("ann", "website"));
      assertTrue(after.caller().reserve("ann", "sing", "r6").hasReservation());
      // A feature that one does not know yet: it says so, and its reservation is settled by any.
      assertEquals(
          "INVALID_ARGUMENT INVALID_REQUEST",
          WireFault.of(() -> before.caller().reserve("ann", "sing", "r7")).name());
      assertEquals(2, before.caller().commit("ann", "r6").getChargedOrThrow("website"));
      assertEquals(
          "granted 8, consumed 8, held 0, available 0, debt 0",
          after.caller().balance("ann", "website"));
    }
  }

  /** What a caller of another release may send: a method that is not there yet. */
  @Test
  void aMethodOfALaterReleaseIsUnknownAndNothingElse() throws Exception {
    try (WireServer server = WireServer.start(folder)) {
      var later =
          TokenGuardServiceGrpc.getGetBalanceMethod().toBuilder()
              .setFullMethodName("tokenguard.v1.TokenGuardService/Foresee")
              .build();
      ClientCall<GetBalanceRequest, GetBalanceResponse> call =
          server.caller().channel().newCall(later, CallOptions.DEFAULT);
      Status.Code code =
          assertThrows(
                  StatusRuntimeException.class,
                  () -> ClientCalls.blockingUnaryCall(call, GetBalanceRequest.getDefaultInstance()))
              .getStatus()
              .getCode();
      assertEquals(Status.Code.UNIMPLEMENTED, code);
      assertTrue(server.caller().reserve("ann", "chat", "r").hasReservation());
    }
  }

  private static Metadata told(AtomicReference<Metadata> trailers) {
    return Objects.requireNonNull(trailers.get());
  }
}
