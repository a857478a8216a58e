package dev.tokenguard.wire;

import static dev.tokenguard.wire.Caller.reserveRequest;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.lettuce.core.KillArgs;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.ScriptOutputType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What befalls Redis while 64 callers spend. Whatever it is: every caller comes to know how its
 * calls ended by repeating them, nothing is charged twice, nothing that was acknowledged is lost,
 * no more is spent than there is, and the server recovers by itself.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RedisFaultsTest {

  private static final int CALLERS = 64;
  private static final long SOME = 150;

  /** Does something to the server's Redis. */
  @FunctionalInterface
  interface Deed {
    void to(WireServer server) throws Exception;
  }

  /**
   * Something that befalls Redis.
   *
   * @param name for people
   * @param happens what happens
   * @param isOver ends it
   */
  record Fault(String name, Deed happens, Deed isOver) {
    @Override
    public String toString() {
      return name;
    }
  }

  /** Over in no time; callers may not even notice. */
  static Stream<Fault> hiccups() {
    return Stream.of(
        new Fault("SCRIPT FLUSH", server -> server.redis().scriptFlush(), server -> {}),
        new Fault(
            "connections cut",
            server -> server.redis().clientKill(KillArgs.Builder.typeNormal().skipme()),
            server -> {}),
        new Fault(
            "killed",
            server -> kill("-KILL", server.redisPid()),
            server -> Await.until("it is back", () -> server.redisPid() > 0)));
  }

  /** Redis is there, and cannot be used. */
  static Stream<Fault> outages() {
    Deed mastered = server -> server.redis().replicaofNoOne();
    return Stream.of(
        new Fault("READONLY", server -> server.redis().replicaof("127.0.0.1", 1), mastered),
        new Fault(
            "MASTERDOWN",
            server -> {
              server.redis().configSet("replica-serve-stale-data", "no");
              server.redis().replicaof("127.0.0.1", 1);
            },
            mastered),
        new Fault(
            "OOM",
            server -> server.redis().configSet("maxmemory", "1"),
            server -> server.redis().configSet("maxmemory", "0")),
        new Fault(
            "BUSY",
            server -> {
              server.redis().configSet("lua-time-limit", "10");
              var unused =
                  server
                      .redisAsync()
                      .eval("while true do end", ScriptOutputType.STATUS)
                      .exceptionally(killed -> null);
            },
            RedisFaultsTest::killScript),
        new Fault(
            "NOREPLICAS",
            server -> server.redis().configSet("min-replicas-to-write", "1"),
            server -> server.redis().configSet("min-replicas-to-write", "0")));
  }

  private WireServer server;
  private Caller caller;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    server = WireServer.start(folder, "embedded.appendfsync=always", "redis.command_timeout=300ms");
    caller = server.caller();
  }

  @AfterAll
  void stop() {
    server.close();
  }

  @ParameterizedTest
  @MethodSource("hiccups")
  void aHiccup(Fault fault) throws Exception {
    try (Load load = load(fault)) {
      load.start().awaitSettled(SOME);
      fault.happens.to(server);
      load.awaitSettled(SOME);
      fault.isOver.to(server);
      caller.awaitHealth(ServingStatus.SERVING);
      load.awaitSettled(SOME);
      end(load);
    }
  }

  @ParameterizedTest
  @MethodSource("outages")
  void anOutage(Fault fault) throws Exception {
    try (Load load = load(fault)) {
      load.start().awaitSettled(SOME);
      fault.happens.to(server);
      try {
        load.awaitRetries(CALLERS);
        caller.awaitHealth(ServingStatus.NOT_SERVING);
        theServerSaysSo();
      } finally {
        fault.isOver.to(server);
      }
      caller.awaitHealth(ServingStatus.SERVING);
      assertEquals(200, server.httpStatus("/readyz"));
      load.awaitSettled(SOME);
      end(load);
      assertTrue(
          Set.of(
                  "UNAVAILABLE STORE_UNAVAILABLE",
                  "DEADLINE_EXCEEDED STORE_TIMEOUT",
                  "DEADLINE_EXCEEDED")
              .containsAll(load.faults().keySet()),
          load::toString);
    }
  }

  /** Commands that time out run all the same when a Redis that stood still goes on. */
  @Test
  void stoodStill() throws Exception {
    try (Load load = load(new Fault("stopped", server -> {}, server -> {}))) {
      load.start().awaitSettled(SOME);
      long pid = server.redisPid();
      kill("-STOP", pid);
      try {
        load.awaitRetries(CALLERS);
        caller.awaitHealth(ServingStatus.NOT_SERVING);
        assertEquals(ServingStatus.SERVING, caller.health("liveness"));
        assertEquals(503, server.httpStatus("/readyz"));
      } finally {
        kill("-CONT", pid);
      }
      caller.awaitHealth(ServingStatus.SERVING);
      load.awaitSettled(SOME);
      end(load);
    }
  }

  /** More is wanted than there is, and Redis is killed on top. */
  @Test
  void killedWhileTokensRunOut() throws Exception {
    List<String> account = List.of("scarce");
    caller.reserve("scarce", "generate", "most", "tokens", 999_000);
    caller.commit("scarce", "most");
    try (Load load = new Load(() -> caller, account, CALLERS).start()) {
      load.awaitSettled(100);
      kill("-KILL", server.redisPid());
      load.awaitSettled(1000);
      load.stop();
      assertEquals(
          "granted 1000000, consumed 1000000, held 0, available 0, debt 0",
          caller.balance("scarce", "tokens"));
    }
  }

  /** What callers, probes and operators are told while Redis cannot be used; all of it steadily. */
  private void theServerSaysSo() throws Exception {
    for (int i = 0; i < 20; i++) {
      assertEquals(ServingStatus.NOT_SERVING, caller.health("readiness"));
      assertEquals(ServingStatus.NOT_SERVING, caller.health(""));
      assertEquals(ServingStatus.SERVING, caller.health("liveness"));
      WireFault fault =
          WireFault.of(
              () ->
                  caller.stub().checkAndReserve(reserveRequest("outage", "generate", "r").build()));
      assertEquals(Status.Code.UNAVAILABLE, fault.code(), fault::toString);
      assertTrue(fault.retry(), fault::toString);
      try {
        caller.balance("outage"); // may or may not be answered, which says nothing of writes
      } catch (StatusRuntimeException e) {
        assertEquals(Status.Code.UNAVAILABLE, e.getStatus().getCode());
      }
    }
    assertEquals(200, server.httpStatus("/livez"));
    assertEquals(503, server.httpStatus("/readyz"));
    assertTrue(server.http("/metrics").body().contains("tokenguard_"));
  }

  private Load load(Fault fault) {
    String word = fault.name.replace(' ', '-');
    return new Load(
        () -> caller, List.of(word + "-1", word + "-2", word + "-3", word + "-4"), CALLERS);
  }

  private void end(Load load) throws Exception {
    load.stop();
    load.check(caller);
  }

  private static void killScript(WireServer server) {
    try {
      server.redis().scriptKill();
    } catch (RedisCommandExecutionException e) {
      assertTrue(String.valueOf(e.getMessage()).startsWith("NOTBUSY"), e.getMessage());
    }
  }

  private static void kill(String signal, long pid) throws IOException, InterruptedException {
    Process kill = new ProcessBuilder("kill", signal, String.valueOf(pid)).inheritIO().start();
    assertEquals(0, kill.waitFor());
  }
}
