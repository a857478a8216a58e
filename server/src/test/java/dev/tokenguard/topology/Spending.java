package dev.tokenguard.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.v1.CheckAndReserveRequest;
import dev.tokenguard.v1.TokenGuardServiceGrpc.TokenGuardServiceBlockingStub;
import dev.tokenguard.wire.Await;
import dev.tokenguard.wire.Books;
import dev.tokenguard.wire.Caller;
import dev.tokenguard.wire.WireFault;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Services that spend on a Redis which may lose the last changes that it has acknowledged, as a
 * failover does. Each repeats its calls with the same id until it knows; one whose reservation is
 * lost makes it again. What they have done they remember, and can do again.
 */
final class Spending implements AutoCloseable {

  private static final long ATTEMPT_MILLIS = 1500;
  private static final long PAUSE_MILLIS = 10;

  /** Between two pieces of work: all are done twice, and there is more to do than to wait. */
  private static final long PACE_MILLIS = 5;

  private static final long AMOUNT = 3;

  private final Supplier<Caller> callers;
  private final List<String> accounts;
  private final List<Thread> threads = new ArrayList<>();
  private final Queue<Work> done = new ConcurrentLinkedQueue<>();
  private final AtomicLong doneCount = new AtomicLong();
  private final AtomicLong faultCount = new AtomicLong();
  private final Set<String> faults = new ConcurrentSkipListSet<>();
  private final AtomicLong slowestFaultNanos = new AtomicLong();
  private final AtomicLong lost = new AtomicLong();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private final CountDownLatch ending = new CountDownLatch(1);

  /** When something was last asked that was answered well. */
  private final Queue<Long> successes = new ConcurrentLinkedQueue<>();

  /** A piece of work. */
  private record Work(String account, String id) {}

  /** Callers that stand still. */
  Spending(Supplier<Caller> callers, List<String> accounts, int count) {
    this.callers = callers;
    this.accounts = List.copyOf(accounts);
    for (int i = 0; i < count; i++) {
      int number = i;
      threads.add(new Thread(() -> run(number), "spender-" + i));
    }
  }

  /** Begins. */
  Spending start() {
    threads.forEach(Thread::start);
    return this;
  }

  /** Waits until so much more work has been done. */
  void awaitDone(long more) {
    long goal = doneCount.get() + more;
    Await.until(
        more + " more are done; " + this, () -> doneCount.get() >= goal || failure.get() != null);
    throwFailure();
  }

  /** Waits until callers are told that something is wrong. */
  void awaitFaults(long more) {
    long goal = faultCount.get() + more;
    Await.until("calls fail", () -> faultCount.get() >= goal || failure.get() != null);
    throwFailure();
  }

  /** Ends: every caller finishes what it has begun. */
  void stop() throws InterruptedException {
    ending.countDown();
    for (Thread thread : threads) {
      thread.join(2 * Await.LONG.toMillis());
      assertTrue(!thread.isAlive(), "a caller never came to know how its call ended");
    }
    throwFailure();
  }

  /**
   * Does everything again, with the same ids: what is there is not done twice, and what was lost is
   * done now. Then every sum is exactly what callers know.
   */
  void repeatAllAndCheck(Caller caller) {
    Map<String, Long> expected = new TreeMap<>();
    done.forEach(each -> expected.merge(each.account, AMOUNT, Long::sum));
    done.parallelStream().forEach(this::again);
    Map<String, Long> there = new TreeMap<>();
    for (String account : expected.keySet()) {
      var balance = Books.of(caller.balance(account), "tokens");
      assertEquals(0, balance.getHeld(), "everything was settled");
      there.put(account, balance.getConsumed());
    }
    assertEquals(expected, there, "charged, and nothing twice; " + this);
  }

  /** Names of what callers were told was wrong. */
  Set<String> faults() {
    return Set.copyOf(faults);
  }

  /** How long the slowest call took that failed. */
  Duration slowestFault() {
    return Duration.ofNanos(slowestFaultNanos.get());
  }

  /** How long after a moment the first call was answered well. */
  Duration firstSuccessAfter(long nanoTime) {
    return Duration.ofNanos(
        successes.stream()
            .mapToLong(each -> each - nanoTime)
            .filter(each -> each >= 0)
            .min()
            .orElseThrow());
  }

  @Override
  public String toString() {
    return String.format(
        "%s done, %s calls failed, the slowest after %s ms, %s reservations lost, faults %s",
        doneCount, faultCount, slowestFault().toMillis(), lost, faults);
  }

  private void run(int number) {
    try {
      for (int i = 0; ending.getCount() > 0 && failure.get() == null; i++) {
        Work work =
            new Work(accounts.get((number + i) % accounts.size()), "spent-" + number + "-" + i);
        work(work);
        done.add(work);
        doneCount.incrementAndGet();
        pause(PACE_MILLIS);
      }
    } catch (Throwable e) {
      failure.compareAndSet(null, e);
    }
  }

  /** Reserves and commits; both once more if the reservation is gone in between. */
  private void work(Work work) throws InterruptedException {
    CheckAndReserveRequest reserve =
        Caller.reserveRequest(work.account, "generate", work.id)
            .putAmounts("tokens", AMOUNT)
            .build();
    boolean there = false;
    while (!there) {
      resolve(stub -> assertTrue(stub.checkAndReserve(reserve).hasReservation()));
      there =
          resolve(
              stub ->
                  assertEquals(
                      AMOUNT,
                      stub.commit(
                              Caller.commitRequest(work.account, work.id, Map.of("tokens", AMOUNT)))
                          .getChargedOrThrow("tokens")));
    }
  }

  /** Repeats a call until it is known how it ended; false if its reservation is not there. */
  private boolean resolve(Consumer<TokenGuardServiceBlockingStub> call)
      throws InterruptedException {
    long end = System.nanoTime() + Await.LONG.toNanos();
    while (true) {
      long start = System.nanoTime();
      try {
        call.accept(callers.get().stub(ATTEMPT_MILLIS));
        successes.add(start);
        return true;
      } catch (StatusRuntimeException e) {
        WireFault fault = WireFault.of(e);
        if (fault.reason().equals("RESERVATION_NOT_FOUND")) {
          lost.incrementAndGet();
          return false;
        }
        note(fault, System.nanoTime() - start);
        assertTrue(System.nanoTime() - end < 0, () -> "never resolved: " + fault);
        pause(PAUSE_MILLIS);
      }
    }
  }

  /** Ends early when nobody is to wait any more. */
  private static void pause(long millis) throws InterruptedException {
    var unused = new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
  }

  private void again(Work work) {
    try {
      work(work);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private void note(WireFault fault, long nanos) {
    assertTrue(
        fault.code() == Status.Code.UNAVAILABLE || fault.code() == Status.Code.DEADLINE_EXCEEDED,
        fault::toString);
    assertTrue(fault.reason().isEmpty() || fault.retry(), () -> "without RetryInfo: " + fault);
    faults.add(fault.name());
    faultCount.incrementAndGet();
    slowestFaultNanos.accumulateAndGet(nanos, Math::max);
  }

  private void throwFailure() {
    Throwable thrown = failure.get();
    if (thrown != null) {
      throw new AssertionError("a caller failed: " + thrown, thrown);
    }
  }

  @Override
  public void close() throws InterruptedException {
    ending.countDown();
    failure.compareAndSet(null, new AssertionError("given up"));
    for (Thread thread : threads) {
      thread.interrupt();
      thread.join(Await.LONG.toMillis());
    }
  }
}
