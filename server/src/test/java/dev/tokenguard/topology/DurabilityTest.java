package dev.tokenguard.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.v1.Account;
import dev.tokenguard.v1.AddMemberRequest;
import dev.tokenguard.v1.AdjustBalanceRequest;
import dev.tokenguard.v1.CheckAndReserveResponse;
import dev.tokenguard.v1.CreateAccountRequest;
import dev.tokenguard.v1.CreateGrantRequest;
import dev.tokenguard.v1.DeleteAccountRequest;
import dev.tokenguard.v1.RemoveMemberRequest;
import dev.tokenguard.v1.TokenAdminServiceGrpc;
import dev.tokenguard.v1.TokenAdminServiceGrpc.TokenAdminServiceBlockingStub;
import dev.tokenguard.wire.Await;
import dev.tokenguard.wire.Caller;
import dev.tokenguard.wire.WireFault;
import dev.tokenguard.wire.WireServer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@code redis.durability=replicas:1} promises, with a replica that is well, away or stopped.
 */
class DurabilityTest {

  private static final String ACCOUNT = "durable";
  private static final int CALLERS = 32;

  private @TempDir Path folder;
  private RedisNode master;
  private RedisNode replica;
  private WireServer server;

  @BeforeEach
  void start() throws Exception {
    master = RedisNode.start(folder.resolve("master"));
    replica =
        RedisNode.start(
            folder.resolve("replica"), "replicaof 127.0.0.1 " + master.port(), "appendonly no");
    Await.until("the replica is linked", () -> replica.info("master_link_status").equals("up"));
    server = server("server", "300ms");
  }

  private WireServer server(String name, String timeout) throws Exception {
    return WireServer.start(
        folder.resolve(name),
        "redis.uri=" + master.uri(),
        "redis.command_timeout=20s",
        "redis.durability=replicas:1",
        "redis.durability_timeout=" + timeout);
  }

  @AfterEach
  void stop() {
    server.close();
    replica.close();
    master.close();
  }

  @Test
  void whatIsAnsweredIsOnTheReplica() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(CALLERS);
    try (WireServer patient = server("patient", "10s")) {
      List<Callable<Boolean>> calls = new ArrayList<>();
      for (int i = 0; i < 20 * CALLERS; i++) {
        String id = "r" + i;
        calls.add(
            () -> {
              CheckAndReserveResponse reserved = patient.caller().reserve(ACCOUNT, "generate", id);
              assertFalse(reserved.getReplicationPending());
              return Long.valueOf(1).equals(replica.command("HEXISTS", holds(), id));
            });
      }
      int there = 0;
      for (Future<Boolean> each : threads.invokeAll(calls)) {
        there += each.get() ? 1 : 0;
      }
      assertEquals(calls.size(), there);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void aReplicaThatDoesNotAnswerIsToldOf() throws Exception {
    Await.until(
        "it has it", () -> !caller().reserve(ACCOUNT, "generate", "r").getReplicationPending());
    replica.stop();
    try {
      CheckAndReserveResponse reserved = caller().reserve(ACCOUNT, "generate", "s");
      assertTrue(reserved.hasReservation(), "it is made");
      assertTrue(reserved.getReplicationPending());
      CheckAndReserveResponse again = caller().reserve(ACCOUNT, "generate", "s");
      assertTrue(again.getReplayed());
      assertTrue(
          again.getReplicationPending(), "nothing was written by it, and it asks all the same");
      assertTrue(caller().commit(ACCOUNT, "s").getReplicationPending());
      assertTrue(
          server.http("/metrics").body().contains("tokenguard_store_replication_pending_total "));
    } finally {
      replica.resume();
    }
    Await.until("by now it has it", () -> !caller().commit(ACCOUNT, "s").getReplicationPending());
  }

  @Test
  void whoAsksAnotherServerIsToldTheSame() throws Exception {
    try (WireServer other = server("other", "300ms")) {
      replica.stop();
      try {
        assertTrue(caller().reserve(ACCOUNT, "generate", "r").getReplicationPending());
        CheckAndReserveResponse elsewhere = other.caller().reserve(ACCOUNT, "generate", "r");
        assertTrue(elsewhere.getReplayed());
        assertTrue(elsewhere.getReplicationPending(), "its own connection has written nothing");
      } finally {
        replica.resume();
      }
    }
  }

  @Test
  void operatorsAreToldToo() {
    TokenAdminServiceBlockingStub admin =
        TokenAdminServiceGrpc.newBlockingStub(caller().operators());
    CreateAccountRequest create =
        CreateAccountRequest.newBuilder()
            .setAccount(Account.newBuilder().setAccountId("group"))
            .setRequestId("c")
            .build();
    AddMemberRequest add =
        AddMemberRequest.newBuilder().setAccountId("group").setMemberId("mia").build();
    Await.until("it has it", () -> !admin.createAccount(create).getReplicationPending());
    replica.stop();
    try {
      assertTrue(admin.createAccount(create).getReplicationPending());
      assertTrue(admin.addMember(add).getReplicationPending());
      assertTrue(
          admin
              .createGrant(
                  CreateGrantRequest.newBuilder()
                      .setAccountId("group")
                      .setTokenType("tokens")
                      .setAmount(5)
                      .setReason("gift")
                      .setRequestId("g")
                      .build())
              .getReplicationPending());
      assertTrue(
          admin
              .adjustBalance(
                  AdjustBalanceRequest.newBuilder()
                      .setAccountId("group")
                      .setTokenType("tokens")
                      .setAmount(1)
                      .setReason("gift")
                      .setRequestId("a")
                      .build())
              .getReplicationPending());
    } finally {
      replica.resume();
    }
    Await.until("it has all", () -> !admin.createAccount(create).getReplicationPending());
    RemoveMemberRequest remove =
        RemoveMemberRequest.newBuilder()
            .setAccountId("group")
            .setMemberId("mia")
            .setRequestId("m")
            .build();
    Await.until("it has it", () -> !admin.removeMember(remove).getReplicationPending());
    DeleteAccountRequest delete =
        DeleteAccountRequest.newBuilder().setAccountId("group").setRequestId("d").build();
    Await.until("it has it", () -> !admin.deleteAccount(delete).getReplicationPending());
  }

  @Test
  void aMasterThatDiesMeanwhilePromisesNothing() throws Exception {
    caller().reserve(ACCOUNT, "generate", "r");
    replica.stop();
    try {
      CompletableFuture<WireFault> lost =
          CompletableFuture.supplyAsync(
              () -> WireFault.of(() -> caller().reserve(ACCOUNT, "generate", "s")));
      Await.until(
          "the script has run",
          () -> Long.valueOf(1).equals(master.command("HEXISTS", holds(), "s")));
      master.kill();
      assertEquals("UNAVAILABLE STORE_UNAVAILABLE", lost.join().name());
      assertTrue(lost.join().retry());
    } finally {
      replica.resume();
    }
  }

  @Test
  void readsThatChangeNothingDoNotWait() {
    caller().reserve(ACCOUNT, "generate", "r");
    replica.kill();
    assertEquals(
        "granted 1000000, consumed 0, held 10, available 999990, debt 0",
        caller().balance(ACCOUNT, "tokens"));
  }

  @Test
  void aRedisThatRefusesToWaitIsRefused() {
    master.command("ACL", "SETUSER", "default", "-wait");
    Throwable refused =
        assertThrows(
            Exception.class,
            () ->
                WireServer.start(
                        folder.resolve("refused"),
                        "redis.uri=" + master.uri(),
                        "redis.durability=replicas:1")
                    .close());
    assertTrue(String.valueOf(refused.getMessage()).contains("needs WAIT"), refused::toString);
  }

  private Caller caller() {
    return server.caller();
  }

  private static String holds() {
    return "tg:{" + ACCOUNT + "}:h";
  }
}
