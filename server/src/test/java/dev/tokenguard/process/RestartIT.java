package dev.tokenguard.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.wire.Await;
import dev.tokenguard.wire.Books;
import dev.tokenguard.wire.Caller;
import dev.tokenguard.wire.Load;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers that stop, in order or not, and the next ones on the same folder. */
class RestartIT {

  @TempDir Path folder;

  @AfterEach
  void noRedisIsLeftBehind() {
    assertEquals(List.of(), ServerProcess.redisBelow(folder));
  }

  @Test
  void theNextServerFindsEverything() throws Exception {
    try (ServerProcess first = ServerProcess.serve(folder);
        Caller caller = new Caller(first.target())) {
      assertEquals(ServingStatus.SERVING, caller.health("readiness"));
      caller.consume("kept", "generate", "done");
      caller.reserve("kept", "generate", "open");

      try (ServerProcess second = ServerProcess.launch(folder)) {
        String said = second.endedWith(1);
        assertTrue(said.contains("is in use by process"), said);
        assertTrue(said.contains("embedded.data_dir"), said);
        assertFalse(said.contains("\tat "), said);
      }
      assertEquals(ServingStatus.SERVING, caller.health("readiness"), "the first one goes on");

      first.terminate();
      first.endedWith(0);
    }
    assertEquals(List.of(), ServerProcess.redisBelow(folder));
    try (ServerProcess next = ServerProcess.serve(folder);
        Caller caller = new Caller(next.target())) {
      assertEquals(
          "granted 1000000, consumed 10, held 10, available 999980, debt 0",
          caller.balance("kept", "tokens"));
      assertTrue(caller.reserve("kept", "generate", "open").getReplayed());
      assertEquals(10, caller.commit("kept", "open").getChargedOrThrow("tokens"));
      assertTrue(caller.consume("kept", "generate", "done").getReplayed());
      assertEquals(20, Books.of(caller.balance("kept"), "tokens").getConsumed());
    }
  }

  @Test
  void stoppedUnderLoad() throws Exception {
    try (ServerProcess first = ServerProcess.serve(folder);
        Caller caller = new Caller(first.target());
        Load load = new Load(() -> caller, List.of("a", "b", "c"), 64).start()) {
      load.awaitSettled(500);
      Iterator<HealthCheckResponse> health =
          HealthGrpc.newBlockingStub(caller.channel())
              .watch(HealthCheckRequest.newBuilder().setService("readiness").build());
      assertEquals(ServingStatus.SERVING, health.next().getStatus());
      first.terminate();
      assertEquals(ServingStatus.NOT_SERVING, health.next().getStatus(), "told before the end");
      String said = first.endedWith(0);
      assertFalse(said.contains(" ERROR "), said);
      assertEquals(List.of(), ServerProcess.redisBelow(folder));
      try (ServerProcess second = ServerProcess.serve(folder, "--grpc.listen=" + first.target())) {
        load.awaitSettled(500);
        load.stop();
        load.check(caller);
        assertTrue(
            Set.of("UNAVAILABLE", "UNAVAILABLE SHUTTING_DOWN", "DEADLINE_EXCEEDED")
                .containsAll(load.faults().keySet()),
            load::toString);
        second.terminate();
        second.endedWith(0);
      }
    }
  }

  /** As a plain container of a pod, which is told to stop together with those that call it. */
  @Test
  void servesOnForThoseWhoAreStoppedToo() throws Exception {
    try (ServerProcess server = ServerProcess.serve(folder, "--grpc.stop_delay=1h");
        Caller caller = new Caller(server.target())) {
      caller.reserve("a", "generate", "r");
      server.terminate();
      Await.until("it has heard", () -> server.log().contains("serving on for 3600 s"));
      assertEquals(ServingStatus.SERVING, caller.health("readiness"));
      assertEquals(10, caller.commit("a", "r").getChargedOrThrow("tokens"));
      server.kill();
    }
    try (ServerProcess next = ServerProcess.serve(folder)) {
      next.terminate();
      next.endedWith(0);
    }
  }

  @Test
  void killedUnderLoadAndTakenOver() throws Exception {
    try (ServerProcess first = ServerProcess.serve(folder);
        Caller caller = new Caller(first.target());
        Load load = new Load(() -> caller, List.of("a", "b", "c"), 64).start()) {
      load.awaitSettled(500);
      first.kill();
      assertEquals(1, ServerProcess.redisBelow(folder).size(), "its Redis outlives it");
      try (ServerProcess second = ServerProcess.serve(folder, "--grpc.listen=" + first.target())) {
        assertEquals(1, ServerProcess.redisBelow(folder).size(), "one of them is gone");
        load.awaitSettled(500);
        load.stop();
        load.check(caller);
        second.terminate();
        second.endedWith(0);
      }
    }
  }
}
