package dev.tokenguard.store.redis;

import static dev.tokenguard.store.redis.Ask.ask;
import static dev.tokenguard.store.redis.Catalogs.once;
import static dev.tokenguard.store.redis.Catalogs.plan;
import static dev.tokenguard.store.redis.StoreTester.allowed;
import static dev.tokenguard.store.redis.StoreTester.fault;
import static dev.tokenguard.store.redis.StoreTester.replayed;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.domain.Decision;
import dev.tokenguard.domain.Fault;
import dev.tokenguard.domain.FaultException;
import dev.tokenguard.domain.Reservation;
import dev.tokenguard.store.TokenStore;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A Redis that is stopped, or killed and started again. */
class OutageTest {
  @RegisterExtension
  final StoreTester store = new StoreTester(plan("free", once("website", 1_000_000)));

  private final TestRedis redis = TestRedis.durable(Duration.ofMillis(500));

  @BeforeEach
  void useOwn() {
    store.use(redis);
  }

  @AfterEach
  void stop() {
    store.audit();
    store.leave(StoreTester.ACCOUNT);
    redis.close();
  }

  private void signal(String name) throws IOException, InterruptedException {
    Process kill =
        new ProcessBuilder("kill", "-" + name, Long.toString(redis.server().pid())).start();
    assertEquals(0, kill.waitFor());
  }

  /** Repeats a call with its id until the outcome is known. */
  private static <T> T untilKnown(Supplier<CompletionStage<T>> call) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (true) {
      try {
        return StoreTester.await(call.get());
      } catch (FaultException e) {
        boolean unknown = e.fault() == Fault.STORE_TIMEOUT || e.fault() == Fault.STORE_UNAVAILABLE;
        if (!unknown || System.nanoTime() > end) {
          throw e;
        }
        LockSupport.parkNanos(20_000_000);
      }
    }
  }

  @Test
  void stoppedRedisIsATimeoutAndTheSameIdResolvesIt() throws Exception {
    allowed(store.consume("before", 1));
    signal("STOP");
    List<CompletableFuture<Decision>> answers = new ArrayList<>();
    long start = System.nanoTime();
    try {
      for (int i = 0; i < 50; i++) {
        answers.add(store.store().consume(ask("job-" + i, 2).command()).toCompletableFuture());
      }
      for (CompletableFuture<Decision> answer : answers) {
        assertEquals(Fault.STORE_TIMEOUT, fault(() -> StoreTester.await(answer)));
      }
      long millis = (System.nanoTime() - start) / 1_000_000;
      assertTrue(millis >= 450 && millis < 5000, () -> "timed out after " + millis + " ms");
    } finally {
      signal("CONT");
    }
    for (int i = 0; i < 50; i++) {
      Ask ask = ask("job-" + i, 2);
      Decision decision = untilKnown(() -> store.store().consume(ask.command()));
      assertEquals(Reservation.State.COMMITTED, allowed(decision).state());
    }
    store.assertWebsites(1_000_000 - 101, 0, 101);
  }

  @Test
  void killedRedisHasEveryChangeThatItAcknowledgedAndRunsNothingTwice() throws Exception {
    Map<String, Boolean> acknowledged = new java.util.concurrent.ConcurrentHashMap<>();
    List<CompletableFuture<Void>> answers = new ArrayList<>();
    AtomicInteger unknown = new AtomicInteger();
    int jobs = 0;
    for (int round = 0; round < 3; round++) {
      long restarts = redis.server().restarts();
      for (int i = 0; i < 400; i++) {
        String id = "job-" + jobs++;
        answers.add(
            store
                .store()
                .consume(ask(id, 1).command())
                .<Void>handle(
                    (decision, thrown) -> {
                      if (thrown == null) {
                        acknowledged.put(id, decision instanceof Decision.Allowed);
                      } else {
                        unknown.incrementAndGet();
                      }
                      return null;
                    })
                .toCompletableFuture());
        if (i == 200) { // some answers have come, some calls are under way
          StoreTester.await(answers.get(answers.size() - 150));
          signal("KILL");
        }
      }
      for (CompletableFuture<Void> answer : answers) {
        StoreTester.await(answer); // none is left without an answer
      }
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
      while (redis.server().restarts() == restarts && System.nanoTime() < end) {
        LockSupport.parkNanos(20_000_000);
      }
      untilKnown(() -> store.store().balance(StoreTester.ACCOUNT, ""));
    }
    assertTrue(unknown.get() > 0 && acknowledged.size() > 100, unknown + " " + acknowledged.size());
    long present = store.balance("website").lifetime().consumed();
    assertTrue(
        present >= acknowledged.size() && present <= jobs,
        () -> present + " charged, " + acknowledged.size() + " acknowledged");
    assertEquals(present, store.stored().holds.size(), "each was run once");
    for (String id : acknowledged.keySet()) {
      assertTrue(replayed(store.consume(id, 1)), id);
    }
    for (int i = 0; i < jobs; i++) { // and the unknown ones are resolved by their ids
      allowed(store.consume("job-" + i, 1));
    }
    store.assertWebsites(1_000_000 - jobs, 0, jobs);
  }

  @Test
  void reservationsSurviveAKill() throws Exception {
    store.reserve("open", 5);
    store.reserve("charged", 7);
    store.commit("charged", 9);
    signal("KILL");
    Decision told = untilKnown(() -> store.store().reserve(ask("open", 5).command()));
    assertTrue(replayed(told));
    assertEquals(1, told.account().openReservations());
    store.assertWebsites(1_000_000 - 14, 5, 9);
    assertTrue(store.commit("charged", 9).replayed());
    store.refund("open");
  }

  @Test
  void callsFailAtOnceWhileRedisIsAway() throws Exception {
    allowed(store.consume("before", 1));
    redis.server().close();
    untilFault(Fault.STORE_UNAVAILABLE);
    long start = System.nanoTime();
    for (int i = 0; i < 100; i++) {
      assertEquals(
          Fault.STORE_UNAVAILABLE,
          fault(() -> StoreTester.await(store.store().consume(ask("no", 1).command()))));
    }
    long millis = (System.nanoTime() - start) / 1_000_000;
    assertTrue(millis < 400, () -> "100 calls took " + millis + " ms");
    assertFalse(redis.link().isUp());
    store.leave(StoreTester.ACCOUNT);
  }

  private void untilFault(Fault expected) {
    for (int i = 0; i < 200; i++) {
      try {
        StoreTester.await(store.store().consume(ask("no", 1).command()));
      } catch (FaultException e) {
        if (e.fault() == expected) {
          return;
        }
      }
      LockSupport.parkNanos(10_000_000);
    }
    throw new AssertionError("never " + expected);
  }

  @Test
  void moreInFlightThanTheQueueTakesIsUnavailableAndChangesNothing() {
    RedisLink narrow = redis.newLink(Duration.ofSeconds(5), 10);
    try {
      TokenStore bounded = store.newStore(narrow, store.clock);
      List<CompletableFuture<Decision>> answers = new ArrayList<>();
      for (int i = 0; i < 2000; i++) {
        answers.add(bounded.consume(ask("job-" + i, 1).command()).toCompletableFuture());
      }
      int done = 0;
      for (CompletableFuture<Decision> answer : answers) {
        try {
          allowed(StoreTester.await(answer));
          done++;
        } catch (FaultException e) {
          assertEquals(Fault.STORE_UNAVAILABLE, e.fault());
        }
      }
      store.assertWebsites(1_000_000 - done, 0, done);
    } finally {
      narrow.close();
    }
  }
}
