package dev.tokenguard.wire;

import static dev.tokenguard.wire.Caller.commitRequest;
import static dev.tokenguard.wire.Caller.reserveRequest;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.tokenguard.config.Settings.Appendfsync;
import dev.tokenguard.config.Settings.Embedded;
import dev.tokenguard.embedded.EmbeddedRedis;
import dev.tokenguard.v1.CheckRequest;
import dev.tokenguard.v1.ConsumeRequest;
import dev.tokenguard.v1.ExtendRequest;
import dev.tokenguard.v1.GetBalanceRequest;
import dev.tokenguard.v1.RefundRequest;
import dev.tokenguard.v1.TokenGuardServiceGrpc.TokenGuardServiceFutureStub;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Replies that are lost between server and caller, or between Redis and server: the same call again
 * is told the first outcome, and Redis has done the work once.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LostReplyTest {

  /**
   * An RPC whose reply is lost.
   *
   * @param before what is there before, by account
   * @param call the call
   * @param after the balance of tokens when it is done once
   */
  record Case(
      String rpc,
      BiConsumer<Caller, String> before,
      BiFunction<TokenGuardServiceFutureStub, String, ListenableFuture<? extends Message>> call,
      String after) {
    @Override
    public String toString() {
      return rpc;
    }
  }

  static List<Case> cases() {
    BiConsumer<Caller, String> nothing = (caller, account) -> {};
    BiConsumer<Caller, String> reserved =
        (caller, account) -> caller.reserve(account, "generate", "r");
    return List.of(
        new Case(
            "CheckAndReserve",
            nothing,
            (stub, account) ->
                stub.checkAndReserve(reserveRequest(account, "generate", "r").build()),
            "granted 1000000, consumed 0, held 10, available 999990, debt 0"),
        new Case(
            "Consume",
            nothing,
            (stub, account) ->
                stub.consume(
                    ConsumeRequest.newBuilder()
                        .setAccountId(account)
                        .setFeature("generate")
                        .setReservationId("r")
                        .build()),
            "granted 1000000, consumed 10, held 0, available 999990, debt 0"),
        new Case(
            "Commit",
            reserved,
            (stub, account) -> stub.commit(commitRequest(account, "r", Map.of("tokens", 7L))),
            "granted 1000000, consumed 7, held 0, available 999993, debt 0"),
        new Case(
            "Refund",
            reserved,
            (stub, account) ->
                stub.refund(
                    RefundRequest.newBuilder().setAccountId(account).setReservationId("r").build()),
            "granted 1000000, consumed 0, held 0, available 1000000, debt 0"),
        new Case(
            "Extend",
            reserved,
            (stub, account) ->
                stub.extend(
                    ExtendRequest.newBuilder()
                        .setAccountId(account)
                        .setReservationId("r")
                        .putAmounts("tokens", 25)
                        .build()),
            "granted 1000000, consumed 0, held 25, available 999975, debt 0"),
        new Case(
            "Check",
            reserved,
            (stub, account) ->
                stub.check(
                    CheckRequest.newBuilder().setAccountId(account).setFeature("generate").build()),
            "granted 1000000, consumed 0, held 10, available 999990, debt 0"),
        new Case(
            "GetBalance",
            reserved,
            (stub, account) ->
                stub.getBalance(GetBalanceRequest.newBuilder().setAccountId(account).build()),
            "granted 1000000, consumed 0, held 10, available 999990, debt 0"));
  }

  private EmbeddedRedis redis;
  private CuttingProxy beforeRedis;
  private WireServer server;
  private CuttingProxy beforeServer;
  private Caller throughProxy;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    redis = EmbeddedRedis.start(new Embedded(folder, "", Appendfsync.EVERYSEC, freePort()));
    URI uri = URI.create(redis.uri());
    beforeRedis = new CuttingProxy(uri.getPort());
    server =
        WireServer.start(
            folder,
            "redis.uri=" + redis.uri().replace(":" + uri.getPort(), ":" + beforeRedis.port()));
    beforeServer = new CuttingProxy(port(server.target()));
    throughProxy = new Caller("127.0.0.1:" + beforeServer.port());
    loadScripts();
  }

  /** So that from here on every call is one script. */
  private void loadScripts() throws Exception {
    for (Case each : cases()) {
      each.before.accept(server.caller(), "warm" + each);
      each.call.apply(server.caller().futureStub(), "warm" + each).get();
    }
  }

  @AfterAll
  void stop() throws Exception {
    throughProxy.close();
    beforeServer.close();
    server.close();
    beforeRedis.close();
    redis.close();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void lostBetweenServerAndCaller(Case each) throws Exception {
    String account = "caller" + each;
    throughProxy.awaitHealth(ServingStatus.SERVING); // the connection is made
    each.before.accept(throughProxy, account);
    long scripts = server.scriptsRun();
    beforeServer.loseReplies();
    ListenableFuture<? extends Message> lost = each.call.apply(throughProxy.futureStub(), account);
    Await.until("the call has arrived", () -> server.scriptsRun() == scripts + 1);
    beforeServer.cut();
    assertEquals(Status.Code.UNAVAILABLE, codeOf(lost));

    Message first = get(each.call.apply(throughProxy.futureStub(), account));
    Message second = get(each.call.apply(throughProxy.futureStub(), account));
    assertSameOutcome(first, second);
    assertEquals(scripts + 3, server.scriptsRun(), "one script for one call");
    assertEquals(each.after, throughProxy.balance(account, "tokens"));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void lostBetweenRedisAndServer(Case each) throws Exception {
    Caller caller = server.caller();
    String account = "redis" + each;
    each.before.accept(caller, account);
    caller.awaitHealth(ServingStatus.SERVING);
    try (Direct direct = new Direct(redis.uri())) {
      long scripts = direct.scriptsRun();
      beforeRedis.loseReplies();
      ListenableFuture<? extends Message> lost = each.call.apply(caller.futureStub(), account);
      Await.until("the script has run", () -> direct.scriptsRun() == scripts + 1);
      beforeRedis.cut();
      WireFault fault = faultOf(lost);
      assertTrue(
          List.of("UNAVAILABLE STORE_UNAVAILABLE", "DEADLINE_EXCEEDED STORE_TIMEOUT")
              .contains(fault.name()),
          fault::toString);
      assertTrue(fault.retry(), fault::toString);

      caller.awaitHealth(ServingStatus.SERVING);
      assertEquals(scripts + 1, direct.scriptsRun(), "nothing is repeated behind our back");
      Message first = get(each.call.apply(caller.futureStub(), account));
      Message second = get(each.call.apply(caller.futureStub(), account));
      assertSameOutcome(first, second);
      assertEquals(scripts + 3, direct.scriptsRun(), "one script for one call");
      assertEquals(each.after, caller.balance(account, "tokens"));
    }
  }

  /** Many outages in a row leave the link as it was, with one probe of its own. */
  @Test
  void outagesDoNotAddUp() throws Exception {
    Caller caller = server.caller();
    try (Direct direct = new Direct(redis.uri())) {
      for (int i = 0; i < 20; i++) {
        String id = "r" + i;
        caller.awaitHealth(ServingStatus.SERVING);
        beforeRedis.loseReplies();
        ListenableFuture<? extends Message> lost =
            caller.futureStub().checkAndReserve(reserveRequest("flaky", "generate", id).build());
        beforeRedis.cut();
        codeOf(lost);
        caller.awaitHealth(ServingStatus.SERVING);
        assertTrue(caller.reserve("flaky", "generate", id).hasReservation());
      }
      assertEquals(
          "granted 1000000, consumed 0, held 200, available 999800, debt 0",
          caller.balance("flaky", "tokens"));
      direct.redis().replicaof("127.0.0.1", 1);
      caller.awaitHealth(ServingStatus.NOT_SERVING);
      long probes = direct.calls("set");
      long start = direct.seconds();
      Await.until("two seconds have passed", () -> direct.seconds() >= start + 2);
      long more = direct.calls("set") - probes;
      direct.redis().replicaofNoOne();
      caller.awaitHealth(ServingStatus.SERVING);
      assertTrue(more <= 60, () -> more + " probes in 2 to 3 seconds, where ten a second are due");
    }
  }

  private static void assertSameOutcome(Message first, Message second) {
    FieldDescriptor replayed = first.getDescriptorForType().findFieldByName("replayed");
    if (replayed != null) {
      assertEquals(true, first.getField(replayed), "told again");
    }
    if (replayed != null) {
      assertEquals(first, second);
    }
  }

  private static Status.Code codeOf(ListenableFuture<?> call) {
    return faultOf(call).code();
  }

  private static WireFault faultOf(ListenableFuture<?> call) {
    ExecutionException e =
        assertThrows(
            ExecutionException.class, () -> call.get(Await.LONG.toSeconds(), TimeUnit.SECONDS));
    return WireFault.of(assertInstanceOf(StatusRuntimeException.class, e.getCause()));
  }

  private static Message get(ListenableFuture<? extends Message> call) throws Exception {
    return call.get(Await.LONG.toSeconds(), TimeUnit.SECONDS);
  }

  private static int port(String target) {
    return Integer.parseInt(target.substring(target.lastIndexOf(':') + 1));
  }

  private static int freePort() throws Exception {
    try (java.net.ServerSocket socket = new java.net.ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
