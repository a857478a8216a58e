package dev.tokenguard.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.client.BalanceRequest;
import dev.tokenguard.client.ClientListener;
import dev.tokenguard.client.CommitResult;
import dev.tokenguard.client.ConsumeResult;
import dev.tokenguard.client.Denial;
import dev.tokenguard.client.DeniedException;
import dev.tokenguard.client.DuplicateReservationException;
import dev.tokenguard.client.FailurePolicy;
import dev.tokenguard.client.Reservation;
import dev.tokenguard.client.ReserveRequest;
import dev.tokenguard.client.RetryPolicy;
import dev.tokenguard.client.Settlement;
import dev.tokenguard.client.TokenGuardClient;
import dev.tokenguard.client.TokenGuardClientBuilder;
import dev.tokenguard.client.TokenGuardException;
import dev.tokenguard.client.TokenGuardServerInterceptor;
import dev.tokenguard.client.TokenGuardServerInterceptor.CallValue;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Our own client against the real server, which may go away and come back. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JavaClientTest {

  private static final String FRESH =
      "granted 1000000, consumed 0, held 0, available 1000000, debt 0";
  private static final String CHARGED =
      "granted 1000000, consumed 10, held 0, available 999990, debt 0";

  private @TempDir Path folder;
  private WireServer server;
  private TokenGuardClient client;

  @BeforeAll
  void start(@TempDir Path ofClass) throws Exception {
    server = WireServer.start(ofClass, "grpc.unix_socket=" + ofClass.resolve("tg.sock"));
    client = TokenGuardClient.builder(server.target()).build();
  }

  @AfterAll
  void stop() {
    client.close();
    server.close();
  }

  @Test
  void guardedWorkIsCharged() {
    String site = client.guard(generate("worker"), reservation -> "site");
    assertEquals("site", site);
    assertEquals(CHARGED, server.caller().balance("worker", "tokens"));
    client.guard(generate("worker"), reservation -> reservation.used("tokens", 3).id());
    assertEquals(13, Books.of(server.caller().balance("worker"), "tokens").getConsumed());
  }

  @Test
  void workThatFailsIsReturned() {
    IllegalStateException thrown =
        assertThrows(
            IllegalStateException.class,
            () ->
                client.<String, RuntimeException>guard(
                    generate("failing"),
                    reservation -> {
                      throw new IllegalStateException("no");
                    }));
    assertEquals("no", thrown.getMessage());
    assertEquals(FRESH, server.caller().balance("failing", "tokens"));
  }

  @Test
  void whatIsClosedUnsettledIsReturned() {
    try (Reservation reservation = client.reserve(generate("closing")).orThrow()) {
      assertEquals(Map.of("tokens", 10L), reservation.amounts());
    }
    Await.until("it is back", () -> server.caller().balance("closing", "tokens").equals(FRESH));
    try (Reservation reservation = client.reserve(generate("closing")).orThrow()) {
      assertInstanceOf(CommitResult.Committed.class, reservation.commit());
    }
    assertEquals(CHARGED, server.caller().balance("closing", "tokens"));
  }

  @Test
  void asynchronousWorkIsChargedOrReturned() throws Exception {
    assertEquals(
        "done",
        client
            .guardAsync(generate("async"), r -> CompletableFuture.completedFuture("done"))
            .get(Await.LONG.toSeconds(), TimeUnit.SECONDS));
    CompletableFuture<String> cancelled =
        client.guardAsync(generate("async"), r -> new CompletableFuture<String>());
    Await.until("it is held", () -> server.caller().balance("async").getOpenReservations() == 1);
    cancelled.cancel(true);
    Await.until("it is back", () -> server.caller().balance("async").getOpenReservations() == 0);
    assertEquals(CHARGED, server.caller().balance("async", "tokens"));
  }

  @Test
  void aHeartbeatKeepsAShortHoldAlive() {
    try (Reservation reservation =
        client.reserve(generate("beating").withTtl(Duration.ofSeconds(1))).orThrow().keepAlive()) {
      var first = Objects.requireNonNull(reservation.expireTime());
      Await.until(
          "its time to live has passed three times over",
          () -> Objects.requireNonNull(reservation.expireTime()).isAfter(first.plusSeconds(3)));
      assertEquals(1, server.caller().balance("beating").getOpenReservations());
      CommitResult.Committed committed =
          assertInstanceOf(CommitResult.Committed.class, reservation.commit());
      assertFalse(committed.late());
    }
    assertEquals(CHARGED, server.caller().balance("beating", "tokens"));
  }

  @Test
  void aDenialIsToldAsOneForTheWeb() {
    try (TokenGuardClient thai = TokenGuardClient.builder(server.target()).locale("th").build()) {
      DeniedException tooFew =
          assertThrows(
              DeniedException.class,
              () ->
                  thai.guard(
                      generate("denied").withAmounts(Map.of("tokens", 1_000_001L)), r -> "no"));
      assertEquals(402, tooFew.httpStatus());
      assertEquals(Denial.Reason.INSUFFICIENT_TOKENS, tooFew.denial().reason());
      assertEquals("th", tooFew.denial().locale());
      assertTrue(String.valueOf(tooFew.getMessage()).startsWith("โทเค็น"), tooFew::getMessage);
    }
    DeniedException notInPlan =
        assertThrows(
            DeniedException.class,
            () -> client.reserve(ReserveRequest.of("denied", "shoot")).orThrow());
    assertEquals(403, notInPlan.httpStatus());
    TokenGuardException wrong =
        assertThrows(
            TokenGuardException.class,
            () -> client.reserve(ReserveRequest.of("no account", "shooot")));
    assertEquals(Status.Code.INVALID_ARGUMENT, wrong.code());
    assertEquals(2, wrong.violations().size());
  }

  @Test
  void workOfOneIdIsDoneOnce() {
    ReserveRequest request = generate("once").withReservationId("job-1");
    client.guard(request, r -> "done");
    assertThrows(DuplicateReservationException.class, () -> client.guard(request, r -> "again"));
    assertEquals(CHARGED, server.caller().balance("once", "tokens"));
    ConsumeResult.Consumed consumed =
        assertInstanceOf(
            ConsumeResult.Consumed.class,
            client.consume(generate("once").withReservationId("job-2")));
    assertFalse(consumed.replayed());
  }

  @Test
  void overAUnixSocket() {
    String target = "unix:" + server.unixSocket();
    try (TokenGuardClient local = TokenGuardClient.builder(target).build()) {
      assertEquals("done", local.guard(generate("local"), r -> "done"));
      assertEquals("local", local.balance(BalanceRequest.of("local")).getAccountId());
    }
    assertEquals(CHARGED, server.caller().balance("local", "tokens"));
  }

  @Test
  void aWatchIsToldOfEveryChange() {
    List<Long> revisions = new CopyOnWriteArrayList<>();
    try (var watch =
        client.watch(
            BalanceRequest.of("watched"), balances -> revisions.add(balances.getRevision()))) {
      Await.until("the first is there", () -> revisions.equals(List.of(0L)));
      server.caller().consume("watched", "generate", "r");
      Await.until(
          "the change is told",
          () ->
              revisions.get(revisions.size() - 1)
                  == server.caller().balance("watched").getRevision());
    }
  }

  @Test
  void aCallIsRepeatedOverARestartOfTheServer() throws Exception {
    WireServer first = WireServer.start(folder.resolve("restart"));
    String listen = "grpc.listen=" + first.target();
    try (TokenGuardClient patient = patient(first.target()).build()) {
      Reservation before = patient.reserve(generate("survivor")).orThrow();
      first.close();
      CompletableFuture<?> during =
          patient.reserveAsync(generate("survivor").withReservationId("during"));
      assertFalse(during.isDone());
      try (WireServer second = WireServer.start(folder.resolve("restart"), listen)) {
        during.get(Await.LONG.toSeconds(), TimeUnit.SECONDS);
        assertInstanceOf(CommitResult.Committed.class, before.commit());
        assertEquals(
            "granted 1000000, consumed 10, held 10, available 999980, debt 0",
            second.caller().balance("survivor", "tokens"));
        assertTrue(second.caller().reserve("survivor", "generate", "during").getReplayed());
      }
    }
  }

  @Test
  void aCommitIsDeliveredWhenTheServerIsBack() throws Exception {
    Path data = folder.resolve("background");
    WireServer first = WireServer.start(data);
    String listen = "grpc.listen=" + first.target();
    List<Settlement> lost = new CopyOnWriteArrayList<>();
    ClientListener listener =
        new ClientListener() {
          @Override
          public void settlementFailed(Settlement settlement, TokenGuardException cause) {
            lost.add(settlement);
          }
        };
    try (TokenGuardClient hasty =
        TokenGuardClient.builder(first.target())
            .deadline(Duration.ofMillis(300))
            .listener(listener)
            .build()) {
      Reservation toCommit = hasty.reserve(generate("later")).orThrow();
      Reservation toClose = hasty.reserve(generate("later")).orThrow();
      first.close();
      CommitResult.Pending pending =
          assertInstanceOf(CommitResult.Pending.class, toCommit.commit(Map.of("tokens", 4L)));
      toClose.close();
      assertEquals(2, hasty.pendingSettlements());
      try (WireServer second = WireServer.start(data, listen)) {
        CommitResult.Committed committed =
            pending.outcome().toCompletableFuture().get(Await.LONG.toSeconds(), TimeUnit.SECONDS);
        assertEquals(Map.of("tokens", 4L), committed.charged());
        Await.until("the refund is delivered", () -> hasty.pendingSettlements() == 0);
        assertEquals(
            "granted 1000000, consumed 4, held 0, available 999996, debt 0",
            second.caller().balance("later", "tokens"));
      }
    }
    assertEquals(List.of(), lost);
  }

  @Test
  void withoutAServerThePolicyDecides() throws Exception {
    WireServer gone = WireServer.start(folder.resolve("gone"));
    String target = gone.target();
    gone.close();
    TokenGuardClientBuilder builder =
        TokenGuardClient.builder(target).deadline(Duration.ofMillis(500));
    try (TokenGuardClient closed = builder.build()) {
      TokenGuardException e =
          assertThrows(TokenGuardException.class, () -> closed.guard(generate("x"), r -> "no"));
      assertTrue(e.unavailable());
    }
    try (TokenGuardClient open = builder.failurePolicy(FailurePolicy.OPEN).build()) {
      assertEquals(false, open.guard(generate("x"), Reservation::metered));
      assertInstanceOf(ConsumeResult.Unmetered.class, open.consume(generate("x")));
      assertEquals(2, open.unmeteredCount());
    }
  }

  /** A service of somebody's own, which answers how its tokens are. */
  @Test
  void anInterceptorGuardsAServiceOfGrpc() throws Exception {
    HealthGrpc.HealthImplBase service =
        new HealthGrpc.HealthImplBase() {
          @Override
          public void check(
              HealthCheckRequest request, StreamObserver<HealthCheckResponse> response) {
            Reservation reservation = TokenGuardServerInterceptor.reservation();
            if (reservation == null || request.getService().equals("fails")) {
              response.onError(Status.INTERNAL.asRuntimeException());
              return;
            }
            reservation.used("tokens", 7);
            response.onNext(HealthCheckResponse.getDefaultInstance());
            response.onCompleted();
          }
        };
    TokenGuardServerInterceptor guard =
        TokenGuardServerInterceptor.builder(client)
            .guard(HealthGrpc.getCheckMethod(), "generate")
            .account(CallValue.header("x-account"))
            .reservationId(CallValue.header("x-id"))
            .build();
    Server guarded =
        Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
            .addService(ServerInterceptors.intercept(service, guard))
            .build()
            .start();
    try (Caller caller = new Caller("127.0.0.1:" + guarded.getPort())) {
      assertEquals("OK", ask(caller, "guarded", "work-1", ""));
      assertEquals("ALREADY_EXISTS", ask(caller, "guarded", "work-1", ""));
      assertEquals("INTERNAL", ask(caller, "guarded", "work-2", "fails"));
      Await.until(
          "all is settled", () -> server.caller().balance("guarded").getOpenReservations() == 0);
      assertEquals(
          "granted 1000000, consumed 7, held 0, available 999993, debt 0",
          server.caller().balance("guarded", "tokens"));
      assertEquals("UNAUTHENTICATED", ask(caller, "", "work-3", ""));
      assertEquals("INVALID_ARGUMENT", ask(caller, "no {account}", "work-4", ""));
      server.caller().reserve("guarded", "generate", "rest", "tokens", 999_993);
      assertEquals("RESOURCE_EXHAUSTED", ask(caller, "guarded", "work-5", ""));
    } finally {
      guarded.shutdownNow();
    }
  }

  private static String ask(Caller caller, String account, String id, String service) {
    Metadata headers = new Metadata();
    headers.put(Metadata.Key.of("x-account", Metadata.ASCII_STRING_MARSHALLER), account);
    headers.put(Metadata.Key.of("x-id", Metadata.ASCII_STRING_MARSHALLER), id);
    try {
      var unused =
          HealthGrpc.newBlockingStub(caller.channel())
              .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
              .check(HealthCheckRequest.newBuilder().setService(service).build());
      return "OK";
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode().name();
    }
  }

  private static ReserveRequest generate(String account) {
    return ReserveRequest.of(account, "generate");
  }

  /** One that waits for a server that starts. */
  private static TokenGuardClientBuilder patient(String target) {
    return TokenGuardClient.builder(target)
        .deadline(Await.LONG)
        .retry(RetryPolicy.DEFAULT.withMaxAttempts(1000));
  }
}
