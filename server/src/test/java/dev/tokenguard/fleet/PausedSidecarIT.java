package dev.tokenguard.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.FieldMask;
import com.google.protobuf.util.Durations;
import dev.tokenguard.process.ServerProcess;
import dev.tokenguard.testing.Keys;
import dev.tokenguard.topology.RedisNode;
import dev.tokenguard.v1.Account;
import dev.tokenguard.v1.CommitRequest;
import dev.tokenguard.v1.CommitResponse;
import dev.tokenguard.v1.ConsumeRequest;
import dev.tokenguard.v1.ConsumeResponse;
import dev.tokenguard.v1.GetSweepRequest;
import dev.tokenguard.v1.TokenAdminServiceGrpc;
import dev.tokenguard.v1.TokenAdminServiceGrpc.TokenAdminServiceBlockingStub;
import dev.tokenguard.v1.UpdateAccountRequest;
import dev.tokenguard.wire.Await;
import dev.tokenguard.wire.Books;
import dev.tokenguard.wire.Caller;
import dev.tokenguard.wire.WireServer;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A sidecar stands still for longer than its lease, than a hold's time and than its neighbours'
 * patience: a laptop's lid, a hypervisor, a garbage collection without end. Meanwhile callers turn
 * to another, Redis drops its connection, and an operator changes a plan. Then it goes on with what
 * it had begun.
 */
class PausedSidecarIT {
  private static final String CATALOG =
      WireServer.CATALOG.replace(
          "default_plan: free",
          """
            pro:
              allowances:
                film: {amount: 9, resets: never}
                tokens: {amount: 1000000, resets: never}
          default_plan: free""");

  @TempDir private Path folder = Path.of("");

  @Test
  void doesNoHarmWhenItGoesOn() throws Exception {
    Path catalog = Files.writeString(folder.resolve("catalog.yaml"), CATALOG);
    try (RedisNode redis = RedisNode.start(folder.resolve("redis"));
        ServerProcess paused = serve("paused", redis, catalog, true);
        Caller itsCaller = new Caller(paused.target())) {
      Await.until(
          "it walks", () -> redis.text("GET", "tg:sweep").contains("-" + paused.pid() + "-"));
      try (ServerProcess other = serve("other", redis, catalog, false);
          Caller caller = new Caller(other.target())) {
        assertEquals(2, Fleet.clients(redis).size(), "a connection each");
        itsCaller.reserve("ann", "generate", "settled");
        itsCaller.reserve("ann", "generate", "its-own");
        itsCaller
            .stub()
            .checkAndReserve(
                Caller.reserveRequest("ann", "generate", "brief")
                    .setTtl(Durations.fromSeconds(1))
                    .build());
        itsCaller.consume("ben", "generate", "opens");
        assertTrue(itsCaller.reserve("ben", "shoot", "r").hasDenial(), "not in the plan");

        paused.stop();
        // What waits for it: the same calls come to the other one meanwhile, and one does not.
        ListenableFuture<CommitResponse> settled = itsCaller.futureStub().commit(commit("settled"));
        ListenableFuture<CommitResponse> itsOwn = itsCaller.futureStub().commit(commit("its-own"));
        ListenableFuture<ConsumeResponse> consumed = itsCaller.futureStub().consume(CONSUME);
        assertEquals(10, caller.commit("ann", "settled").getChargedOrThrow("tokens"));
        assertTrue(caller.stub().consume(CONSUME).hasReservation());
        admin(caller)
            .updateAccount(
                UpdateAccountRequest.newBuilder()
                    .setAccount(Account.newBuilder().setAccountId("ben").setPlan("pro"))
                    .setUpdateMask(FieldMask.newBuilder().addPaths("plan"))
                    .build());
        Await.untilEquals(10L, () -> Books.of(caller.balance("ann"), "tokens").getHeld());
        redis.command("PEXPIRE", "tg:sweep", "1");
        try (ServerProcess next = serve("next", redis, catalog, true)) {
          Await.until(
              "another walks",
              () -> redis.text("GET", "tg:sweep").contains("-" + next.pid() + "-"));
          cutConnections(redis);

          paused.resume();
          assertToldOrCutOff(settled);
          assertToldOrCutOff(itsOwn);
          assertToldOrCutOff(consumed);
          itsCaller.awaitHealth(ServingStatus.SERVING);
          assertEquals(10, itsCaller.commit("ann", "settled").getChargedOrThrow("tokens"));
          assertEquals(10, itsCaller.commit("ann", "its-own").getChargedOrThrow("tokens"));
          assertTrue(itsCaller.stub().consume(CONSUME).getReplayed(), "charged once");
          CommitResponse late = itsCaller.commit("ann", "brief");
          assertTrue(late.getLate());
          assertEquals(10, late.getChargedOrThrow("tokens"));
          assertEquals(
              "granted 1000000, consumed 40, held 0, available 999960, debt 0",
              itsCaller.balance("ann", "tokens"));
          assertTrue(itsCaller.reserve("ben", "shoot", "r").hasReservation(), "by the new plan");

          Await.until("it knows", () -> paused.log().contains("another server walks from now on"));
          assertTrue(redis.text("GET", "tg:sweep").contains("-" + next.pid() + "-"));
          Await.untilEquals(3, () -> Fleet.clients(redis).size());
          assertEquals(
              0, admin(caller).getSweep(GetSweepRequest.getDefaultInstance()).getDrifted());
          assertFalse(paused.log().contains("ERROR"), paused::log);
        }
      }
    }
  }

  private static final ConsumeRequest CONSUME =
      ConsumeRequest.newBuilder()
          .setAccountId("ann")
          .setFeature("generate")
          .setReservationId("consumed")
          .build();

  private static CommitRequest commit(String id) {
    return CommitRequest.newBuilder().setAccountId("ann").setReservationId(id).build();
  }

  /** Waits for its end. It may have lost the connection to Redis, and then it says so. */
  private static void assertToldOrCutOff(ListenableFuture<?> waited) throws Exception {
    try {
      waited.get(Await.LONG.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      assertTrue(String.valueOf(e.getMessage()).contains("UNAVAILABLE"), e::getMessage);
    }
  }

  /** As a network does that forgets idle connections. */
  private static void cutConnections(RedisNode redis) {
    redis.command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
  }

  private ServerProcess serve(String name, RedisNode redis, Path catalog, boolean sweeps)
      throws Exception {
    Path own = folder.resolve(name);
    return ServerProcess.serve(
        own,
        "--redis.uri=" + redis.uri(),
        "--catalog.file=" + catalog,
        "--auth.credentials_file=" + Keys.file(own),
        "--sweep.enabled=" + sweeps,
        "--sweep.pause=100ms");
  }

  private static TokenAdminServiceBlockingStub admin(Caller caller) {
    return TokenAdminServiceGrpc.newBlockingStub(caller.operators())
        .withDeadlineAfter(Await.LONG.toMillis(), TimeUnit.MILLISECONDS);
  }
}
