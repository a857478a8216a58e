package dev.tokenguard.grpc;

import static dev.tokenguard.grpc.TestServer.code;
import static dev.tokenguard.grpc.TestServer.reason;
import static dev.tokenguard.grpc.TestServer.reserve;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.util.concurrent.ListenableFuture;
import dev.tokenguard.domain.Amounts;
import dev.tokenguard.domain.Decision;
import dev.tokenguard.domain.Fault;
import dev.tokenguard.domain.FaultException;
import dev.tokenguard.testing.CapturedLog;
import dev.tokenguard.testing.Samples;
import dev.tokenguard.v1.CheckAndReserveResponse;
import dev.tokenguard.v1.WatchBalanceRequest;
import dev.tokenguard.v1.WatchBalanceResponse;
import io.grpc.Context;
import io.grpc.Context.CancellableContext;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class GrpcServerTest {

  private static final List<String> READINESS =
      List.of("", "tokenguard.v1.TokenGuardService", "readiness");

  @Test
  void healthFollowsReadinessAndLivenessDoesNot() throws Exception {
    try (TestServer server = new TestServer()) {
      for (boolean ready : new boolean[] {false, true, false, true}) {
        server.server.setReady(ready);
        ServingStatus expected = ready ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
        for (String name : READINESS) {
          assertEquals(expected, health(server, name), name);
        }
        assertEquals(ServingStatus.SERVING, health(server, "liveness"));
      }
      StatusRuntimeException e =
          assertThrows(StatusRuntimeException.class, () -> health(server, "no.such.service"));
      assertEquals(Status.Code.NOT_FOUND, code(e));
    }
  }

  @Test
  void isNotReadyUntilItIsToldSo() throws Exception {
    try (TestServer server = new TestServer()) {
      assertEquals(ServingStatus.NOT_SERVING, health(server, ""));
    }
  }

  @Test
  void toolsMayAskForTheContract() throws Exception {
    try (TestServer server = new TestServer()) {
      assertTrue(services(server).contains("tokenguard.v1.TokenGuardService"));
    }
  }

  @Test
  void aStopLetsCallsInFlightFinishAndTurnsNewOnesAway() throws Exception {
    TestServer server = new TestServer();
    CompletableFuture<Decision> held = new CompletableFuture<>();
    server.store.onReserve = command -> held;
    ListenableFuture<CheckAndReserveResponse> inFlight =
        server.futureClient().checkAndReserve(reserve("r"));
    Iterator<HealthCheckResponse> healths =
        HealthGrpc.newBlockingStub(server.channel()).watch(HealthCheckRequest.getDefaultInstance());
    assertEquals(ServingStatus.NOT_SERVING, healths.next().getStatus());
    server.server.setReady(true);
    assertEquals(ServingStatus.SERVING, healths.next().getStatus());
    await(() -> server.store.asked.size() == 1);

    CompletableFuture<Void> stopped = CompletableFuture.runAsync(() -> close(server.server));
    assertEquals(ServingStatus.NOT_SERVING, healths.next().getStatus(), "told before the end");
    await(
        () -> {
          StatusRuntimeException e =
              assertThrows(
                  StatusRuntimeException.class, () -> server.client().checkAndReserve(reserve("")));
          return reason(e).equals("SHUTTING_DOWN") && code(e) == Status.Code.UNAVAILABLE;
        });
    assertEquals(ServingStatus.NOT_SERVING, health(server, "liveness"));
    assertFalse(stopped.isDone(), "a call is in flight");

    held.complete(
        new Decision.Allowed(
            Samples.reservation("r", "a", "create_website", Amounts.NONE),
            false,
            Samples.account("a", 4, 1)));
    assertTrue(get(inFlight).hasReservation());
    stopped.get(TestServer.LONG.toSeconds(), TimeUnit.SECONDS);
    assertEquals(List.of("CheckAndReserve OK"), List.of(lastOk(server)));
    server.close();
  }

  @Test
  void aStopWaitsNoLongerThanItMay() throws Exception {
    try (CapturedLog log = new CapturedLog(GrpcServer.class)) {
      TestServer server =
          new TestServer(
              GrpcOptions.tcp("127.0.0.1", 0)
                  .withCalls(new CallLimits(10, 64 << 10, 16 << 10, Duration.ofMillis(30))));
      server.store.onReserve = command -> new CompletableFuture<>();
      ListenableFuture<CheckAndReserveResponse> hanging =
          server.futureClient().checkAndReserve(reserve("r"));
      await(() -> server.store.asked.size() == 1);
      server.server.stop();
      StatusRuntimeException e =
          assertThrows(StatusRuntimeException.class, () -> getOrThrow(hanging));
      assertEquals(Status.Code.UNAVAILABLE, code(e));
      assertEquals(1, log.messages().size(), log.messages().toString());
      server.close();
    }
  }

  @Test
  void aStopEndsTheWatches() throws Exception {
    TestServer server = new TestServer();
    Iterator<WatchBalanceResponse> watch = watch(server);
    assertTrue(watch.next().hasAccount());
    server.server.stop();
    StatusRuntimeException e = assertThrows(StatusRuntimeException.class, watch::next);
    assertEquals(Status.Code.UNAVAILABLE, code(e));
    assertEquals("SHUTTING_DOWN", reason(e));
    server.close();
  }

  @Test
  void aWatchShowsEveryChangeAndEndsWithTheStore() throws Exception {
    try (TestServer server = new TestServer()) {
      Iterator<WatchBalanceResponse> watch = watch(server);
      assertEquals(1, watch.next().getAccount().getRevision());
      server.store.onBalance =
          account -> CompletableFuture.completedFuture(Samples.account(account, 3, 2));
      WatchBalanceResponse next = watch.next();
      assertEquals(2, next.getAccount().getRevision());
      assertEquals(3, next.getAccount().getBalances(0).getAvailable());
      assertEquals("Websites", next.getAccount().getBalances(0).getTitle());
      server.store.onBalance =
          account ->
              CompletableFuture.failedFuture(
                  FaultException.of(Fault.STORE_UNAVAILABLE, "the store is gone"));
      StatusRuntimeException e = assertThrows(StatusRuntimeException.class, watch::next);
      assertEquals(Status.Code.UNAVAILABLE, code(e));
      assertEquals("STORE_UNAVAILABLE", reason(e));
      assertEquals(0, server.watcher.openWatches());
    }
  }

  @Test
  void aWatchThatItsReaderLeavesIsForgotten() throws Exception {
    try (TestServer server = new TestServer()) {
      CancellableContext reader = Context.current().withCancellation();
      Iterator<WatchBalanceResponse> watch = reader.call(() -> watch(server));
      assertTrue(watch.next().hasAccount());
      reader.cancel(null);
      assertEquals("WatchBalance CANCELLED", server.nextEnded());
      await(() -> server.watcher.openWatches() == 0);
    }
  }

  @Test
  void saysWhatToDoWhenThePortIsTaken() throws Exception {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      IOException e =
          assertThrows(
              IOException.class,
              () -> new TestServer(GrpcOptions.tcp("127.0.0.1", other.getLocalPort())));
      assertEquals(
          "grpc.listen: another process listens on 127.0.0.1:"
              + other.getLocalPort()
              + "; stop it, or use another port",
          e.getMessage());
    }
  }

  @Test
  void saysWhenTheAddressIsNone() {
    IOException e =
        assertThrows(
            IOException.class, () -> new TestServer(GrpcOptions.tcp("no.such.host.invalid", 0)));
    assertTrue(String.valueOf(e.getMessage()).startsWith("grpc.listen: "), e.getMessage());
  }

  private static ServingStatus health(TestServer server, String service) {
    return HealthGrpc.newBlockingStub(server.channel())
        .check(HealthCheckRequest.newBuilder().setService(service).build())
        .getStatus();
  }

  private static List<String> services(TestServer server) throws Exception {
    CompletableFuture<List<String>> names = new CompletableFuture<>();
    StreamObserver<ServerReflectionRequest> ask =
        ServerReflectionGrpc.newStub(server.channel())
            .serverReflectionInfo(
                new StreamObserver<>() {
                  @Override
                  public void onNext(ServerReflectionResponse response) {
                    names.complete(
                        response.getListServicesResponse().getServiceList().stream()
                            .map(ServiceResponse::getName)
                            .toList());
                  }

                  @Override
                  public void onError(Throwable thrown) {
                    names.completeExceptionally(thrown);
                  }

                  @Override
                  public void onCompleted() {}
                });
    ask.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());
    List<String> found = names.get(TestServer.LONG.toSeconds(), TimeUnit.SECONDS);
    ask.onCompleted();
    return found;
  }

  private static Iterator<WatchBalanceResponse> watch(TestServer server) {
    return server.client().watchBalance(WatchBalanceRequest.newBuilder().setAccountId("a").build());
  }

  private static String lastOk(TestServer server) {
    return server.ended.stream().filter(end -> end.endsWith(" OK")).reduce("", (a, b) -> b);
  }

  private static void close(GrpcServer server) {
    try {
      server.stop();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + TestServer.LONG.toNanos();
    while (!condition.getAsBoolean()) {
      assertFalse(System.nanoTime() > end, "waited in vain");
      Thread.onSpinWait();
    }
  }

  private static <T> T get(ListenableFuture<T> call) throws Exception {
    return call.get(TestServer.LONG.toSeconds(), TimeUnit.SECONDS);
  }

  private static <T> T getOrThrow(ListenableFuture<T> call) throws Exception {
    try {
      return get(call);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof StatusRuntimeException status) {
        throw status;
      }
      throw e;
    }
  }
}
