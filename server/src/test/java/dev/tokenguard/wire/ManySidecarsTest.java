package dev.tokenguard.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.v1.CheckAndReserveResponse;
import dev.tokenguard.v1.DenialReason;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Three sidecars on one Redis, and one account that everybody calls at the same moment. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ManySidecarsTest {

  private static final int CALLERS = 64;

  private final List<WireServer> servers = new ArrayList<>();

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    WireServer first = WireServer.start(folder);
    servers.add(first);
    for (int i = 0; i < 2; i++) {
      servers.add(WireServer.start(folder, "redis.uri=" + first.redisUri()));
    }
  }

  @AfterAll
  void stop() {
    for (int i = servers.size() - 1; i >= 0; i--) {
      servers.get(i).close();
    }
  }

  @Test
  void exactlyWhatIsAffordableIsGranted() throws Exception {
    // 1,000,000 tokens at 30,000 each are 33 reservations and 10,000 left over.
    List<Callable<CheckAndReserveResponse>> calls = new ArrayList<>();
    for (int i = 0; i < 4 * CALLERS; i++) {
      int number = i;
      calls.add(() -> caller(number).reserve("hot", "generate", "r" + number, "tokens", 30_000));
    }
    int granted = 0;
    for (CheckAndReserveResponse response : allAtOnce(calls)) {
      Books.check(response.getBalancesList());
      if (response.hasReservation()) {
        granted++;
      } else {
        assertEquals(
            DenialReason.DENIAL_REASON_INSUFFICIENT_TOKENS, response.getDenial().getReason());
        assertEquals(10_000, response.getDenial().getAvailable());
      }
    }
    assertEquals(33, granted);
    for (int i = 0; i < servers.size(); i++) {
      assertEquals(
          "granted 1000000, consumed 0, held 990000, available 10000, debt 0",
          caller(i).balance("hot", "tokens"));
    }
  }

  @Test
  void oneIdSentEverywhereIsReservedOnce() throws Exception {
    List<Callable<CheckAndReserveResponse>> calls = new ArrayList<>();
    for (int i = 0; i < CALLERS; i++) {
      int number = i;
      calls.add(() -> caller(number).reserve("same", "generate", "r"));
    }
    List<CheckAndReserveResponse> responses = allAtOnce(calls);
    assertEquals(
        CALLERS - 1, responses.stream().filter(CheckAndReserveResponse::getReplayed).count());
    assertEquals(
        1, responses.stream().map(CheckAndReserveResponse::getReservation).distinct().count());
    assertEquals(
        "granted 1000000, consumed 0, held 10, available 999990, debt 0",
        caller(0).balance("same", "tokens"));
  }

  @Test
  void whatOneReservesAnotherSettles() {
    assertTrue(caller(0).reserve("moves", "generate", "r").hasReservation());
    assertTrue(caller(1).reserve("moves", "generate", "r").getReplayed());
    assertEquals(10, caller(2).commit("moves", "r").getChargedOrThrow("tokens"));
    assertEquals(
        "FAILED_PRECONDITION RESERVATION_ENDED",
        WireFault.of(() -> caller(0).refund("moves", "r")).name());
  }

  @Test
  void theBooksBalanceWhileAllSpend() throws Exception {
    int[] next = new int[1];
    List<String> account = List.of("shared");
    try (Load load = new Load(() -> caller(next[0]++ & 0xff), account, CALLERS).start()) {
      load.awaitSettled(1500);
      load.stop();
      load.check(caller(1));
      assertEquals(List.of(), List.copyOf(load.faults().keySet()));
    }
  }

  private Caller caller(int number) {
    return servers.get(number % servers.size()).caller();
  }

  private static <T> List<T> allAtOnce(List<Callable<T>> calls) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(CALLERS);
    try {
      List<T> results = new ArrayList<>();
      for (Future<T> each : threads.invokeAll(calls)) {
        results.add(each.get());
      }
      return results;
    } finally {
      threads.shutdownNow();
    }
  }
}
