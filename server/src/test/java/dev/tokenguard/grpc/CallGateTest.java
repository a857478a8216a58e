package dev.tokenguard.grpc;

import static dev.tokenguard.grpc.TestServer.code;
import static dev.tokenguard.grpc.TestServer.reason;
import static dev.tokenguard.grpc.TestServer.reserve;
import static dev.tokenguard.grpc.TestServer.retry;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.util.concurrent.ListenableFuture;
import dev.tokenguard.domain.Amounts;
import dev.tokenguard.domain.Decision;
import dev.tokenguard.domain.Fault;
import dev.tokenguard.testing.CapturedLog;
import dev.tokenguard.testing.Samples;
import dev.tokenguard.v1.CheckAndReserveResponse;
import dev.tokenguard.v1.GetBalanceRequest;
import dev.tokenguard.v1.TokenGuardServiceGrpc;
import dev.tokenguard.v1.WatchBalanceRequest;
import dev.tokenguard.v1.WatchBalanceResponse;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CallGateTest {

  private static final int MAX_IN_FLIGHT = 3;

  private TestServer server;

  @SuppressWarnings("NullAway.Init")
  CallGateTest() {}

  @BeforeEach
  void start() throws Exception {
    server =
        new TestServer(
            GrpcOptions.tcp("127.0.0.1", 0)
                .withCalls(
                    new CallLimits(MAX_IN_FLIGHT, 64 << 10, 16 << 10, Duration.ofSeconds(5))));
  }

  @AfterEach
  void stop() throws InterruptedException {
    server.close();
  }

  @Test
  void turnsAwayAtOnceWhatIsTooMuch() throws Exception {
    CompletableFuture<Decision> held = holdReserves();
    List<ListenableFuture<CheckAndReserveResponse>> taken = fill();

    StatusRuntimeException refused =
        assertThrows(
            StatusRuntimeException.class, () -> server.client().checkAndReserve(reserve("more")));
    assertEquals(Status.Code.UNAVAILABLE, code(refused));
    assertEquals("OVERLOADED", reason(refused));
    assertTrue(retry(refused).isPresent());
    assertEquals(MAX_IN_FLIGHT, server.store.asked.size(), "the store was not asked");
    assertEquals(List.of(Fault.OVERLOADED), List.copyOf(server.refused));

    release(held);
    for (ListenableFuture<CheckAndReserveResponse> call : taken) {
      assertTrue(get(call).hasReservation());
    }
    awaitIdle();
    assertTrue(server.client().checkAndReserve(reserve("again")).hasReservation());
  }

  @Test
  void doesNotReadTheMessageOfACallThatItTurnsAway() throws Exception {
    CompletableFuture<Decision> held = holdReserves();
    fill();
    StatusRuntimeException refused =
        assertThrows(
            StatusRuntimeException.class,
            () ->
                new ForeignClient(server.channel())
                    .callRaw(
                        "tokenguard.v1.TokenGuardService/CheckAndReserve", new byte[] {-1, -1}));
    assertEquals("OVERLOADED", reason(refused), "garbage was not looked at");
    release(held);
  }

  @Test
  void watchesAreNotInFlight() throws Exception {
    Iterator<WatchBalanceResponse> one = watch();
    Iterator<WatchBalanceResponse> two = watch();
    assertTrue(one.next().hasAccount());
    assertTrue(two.next().hasAccount());
    assertEquals(0, server.server.callsInFlight());
    assertEquals(2, server.watcher.openWatches());

    StatusRuntimeException third = assertThrows(StatusRuntimeException.class, () -> watch().next());
    assertEquals(Status.Code.RESOURCE_EXHAUSTED, code(third));
    assertEquals("TOO_MANY_WATCHES", reason(third));
  }

  @Test
  void callsThatTheirCallersGaveUpMakeRoom() throws Exception {
    CompletableFuture<Decision> held = holdReserves();
    List<ListenableFuture<CheckAndReserveResponse>> taken = fill();
    taken.forEach(call -> call.cancel(true));
    awaitIdle();
    release(held);
    assertTrue(
        server
            .client()
            .getBalance(GetBalanceRequest.newBuilder().setAccountId("a").build())
            .hasAccount());
  }

  @Test
  void garbageMakesRoomToo() throws Exception {
    for (int i = 0; i < 2 * MAX_IN_FLIGHT; i++) {
      assertThrows(
          StatusRuntimeException.class,
          () ->
              new ForeignClient(server.channel())
                  .callRaw("tokenguard.v1.TokenGuardService/Commit", new byte[] {-1, -1}));
    }
    awaitIdle();
  }

  @Test
  void aDeadlineThatHasPassedDoesNothing() throws Exception {
    StatusRuntimeException e =
        assertThrows(
            StatusRuntimeException.class,
            () ->
                TokenGuardServiceGrpc.newBlockingStub(server.channel())
                    .withInterceptors(new TimeoutHeader("1n"))
                    .checkAndReserve(reserve("late")));
    assertEquals(Status.Code.DEADLINE_EXCEEDED, code(e));
    assertEquals("DEADLINE_PASSED", reason(e));
    assertEquals("CheckAndReserve DEADLINE_EXCEEDED", server.nextEnded());
    assertEquals(List.of(), server.store.asked, "nothing was written");
  }

  @Test
  void aDeadlineBoundsTheWaitForTheStore() throws Exception {
    try (CapturedLog library = new CapturedLog("io.grpc");
        CapturedLog ours = new CapturedLog("dev.tokenguard")) {
      CompletableFuture<Decision> held = holdReserves();
      StatusRuntimeException e =
          assertThrows(
              StatusRuntimeException.class,
              () ->
                  TokenGuardServiceGrpc.newBlockingStub(server.channel())
                      .withDeadlineAfter(1, TimeUnit.SECONDS)
                      .checkAndReserve(reserve("slow")));
      assertEquals(Status.Code.DEADLINE_EXCEEDED, code(e));
      String ended = server.nextEnded();
      assertTrue(
          List.of("CheckAndReserve DEADLINE_EXCEEDED", "CheckAndReserve CANCELLED").contains(ended),
          ended + ": whoever saw first that the time is over");
      awaitIdle();
      assertEquals(1, server.store.asked.size(), "the store had been asked");

      release(held); // the store answers after all: to nobody
      assertTrue(
          server
              .client()
              .getBalance(GetBalanceRequest.newBuilder().setAccountId("a").build())
              .hasAccount());
      assertEquals(List.of(), library.messages());
      assertEquals(List.of(), ours.messages());
    }
  }

  @Test
  void aDeadlineThatTheClientDoesNotKeepEndsTheWaitToo() throws Exception {
    CompletableFuture<Decision> held = holdReserves();
    assertThrows(
        StatusRuntimeException.class,
        () ->
            TokenGuardServiceGrpc.newBlockingStub(server.channel())
                .withInterceptors(new TimeoutHeader("50m"))
                .checkAndReserve(reserve("slow")));
    assertEquals("CheckAndReserve DEADLINE_EXCEEDED", server.nextEnded());
    awaitIdle();
    release(held);
  }

  private CompletableFuture<Decision> holdReserves() {
    CompletableFuture<Decision> held = new CompletableFuture<>();
    server.store.onReserve = command -> held;
    return held;
  }

  private static void release(CompletableFuture<Decision> held) {
    held.complete(
        new Decision.Allowed(
            Samples.reservation("r", "a", "create_website", Amounts.NONE),
            false,
            Samples.account("a", 4, 1)));
  }

  /** As many calls as may be, all of which have reached the store. */
  private List<ListenableFuture<CheckAndReserveResponse>> fill() {
    List<ListenableFuture<CheckAndReserveResponse>> calls =
        List.of(
            server.futureClient().checkAndReserve(reserve("1")),
            server.futureClient().checkAndReserve(reserve("2")),
            server.futureClient().checkAndReserve(reserve("3")));
    await(() -> server.store.asked.size() == MAX_IN_FLIGHT);
    return calls;
  }

  private void awaitIdle() {
    await(() -> server.server.callsInFlight() == 0);
  }

  private static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + TestServer.LONG.toNanos();
    while (!condition.getAsBoolean()) {
      assertFalse(System.nanoTime() > end, "waited in vain");
      Thread.onSpinWait();
    }
  }

  private Iterator<WatchBalanceResponse> watch() {
    return server.client().watchBalance(WatchBalanceRequest.newBuilder().setAccountId("a").build());
  }

  private static <T> T get(ListenableFuture<T> call) throws Exception {
    try {
      return call.get(TestServer.LONG.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new AssertionError(e);
    }
  }

  /** Tells the server of a deadline that the client itself does not keep. */
  private record TimeoutHeader(String timeout) implements ClientInterceptor {
    private static final Metadata.Key<String> KEY =
        Metadata.Key.of("grpc-timeout", Metadata.ASCII_STRING_MARSHALLER);

    @Override
    public <T, R> ClientCall<T, R> interceptCall(
        MethodDescriptor<T, R> method, CallOptions options, Channel next) {
      return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
        @Override
        public void start(Listener<R> listener, Metadata headers) {
          headers.put(KEY, timeout);
          super.start(listener, headers);
        }
      };
    }
  }
}
