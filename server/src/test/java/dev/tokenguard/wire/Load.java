package dev.tokenguard.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.v1.AccountBalances;
import dev.tokenguard.v1.Balance;
import dev.tokenguard.v1.CheckAndReserveRequest;
import dev.tokenguard.v1.CheckAndReserveResponse;
import dev.tokenguard.v1.CommitResponse;
import dev.tokenguard.v1.ConsumeRequest;
import dev.tokenguard.v1.ConsumeResponse;
import dev.tokenguard.v1.RefundRequest;
import dev.tokenguard.v1.RefundResponse;
import dev.tokenguard.v1.TokenGuardServiceGrpc.TokenGuardServiceBlockingStub;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Services that spend, many at a time, and what they know for sure: what they were told was
 * charged. Each repeats a call with the same id until it knows how it ended, as the contract asks.
 */
public final class Load implements AutoCloseable {

  /** A call may take so long before its caller tries again. */
  private static final long ATTEMPT_MILLIS = 1500;

  private static final long PAUSE_MILLIS = 20;

  private final Supplier<Caller> callers;
  private final List<String> accounts;
  private final List<Thread> threads = new ArrayList<>();
  private final ConcurrentMap<String, AtomicLong> charged = new ConcurrentHashMap<>();
  private final LongAdder settled = new LongAdder();
  private final LongAdder retries = new LongAdder();
  private final LongAdder replays = new LongAdder();
  private final LongAdder denials = new LongAdder();
  private final ConcurrentMap<String, Boolean> faults = new ConcurrentHashMap<>();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private final CountDownLatch ending = new CountDownLatch(1);

  /**
   * Makes callers that stand still.
   *
   * @param callers asked for the server to call, at every call
   * @param count how many call at a time
   */
  public Load(Supplier<Caller> callers, List<String> accounts, int count) {
    this.callers = callers;
    this.accounts = List.copyOf(accounts);
    accounts.forEach(account -> charged.put(account, new AtomicLong()));
    for (int i = 0; i < count; i++) {
      int number = i;
      threads.add(new Thread(() -> run(number), "caller-" + i));
    }
  }

  /** Begins. */
  public Load start() {
    threads.forEach(Thread::start);
    return this;
  }

  /** Waits until so much more work has been done. */
  public void awaitSettled(long more) {
    long goal = settled.sum() + more;
    Await.until(
        more + " more are settled; told of " + faults.keySet(),
        () -> settled.sum() >= goal || failure.get() != null);
    throwFailure();
  }

  /** Waits until callers are told that something is wrong. */
  public void awaitRetries(long more) {
    long goal = retries.sum() + more;
    Await.until("calls fail", () -> retries.sum() >= goal || failure.get() != null);
    throwFailure();
  }

  /** Ends: every caller finishes what it has begun, so that nothing is unknown. */
  public void stop() throws InterruptedException {
    ending.countDown();
    for (Thread thread : threads) {
      thread.join(2 * Await.LONG.toMillis());
      assertTrue(!thread.isAlive(), "a caller never came to know how its call ended");
    }
    throwFailure();
  }

  /** Holds what the server says against what the callers were told. */
  public void check(Caller caller) {
    Map<String, Long> told = new TreeMap<>();
    Map<String, Long> there = new TreeMap<>();
    for (String account : accounts) {
      AccountBalances balances = caller.balance(account);
      Balance balance = Books.of(balances, "tokens");
      told.put(account, charged(account).get());
      there.put(account, balance.getConsumed());
      assertEquals(0, balance.getHeld(), "everything was settled");
      assertEquals(0, balances.getOpenReservations());
    }
    assertEquals(told, there, "charged, and nothing twice; " + this);
  }

  /** What callers were told was wrong, as {@code UNAVAILABLE STORE_UNAVAILABLE}. */
  public Map<String, Boolean> faults() {
    return faults;
  }

  @Override
  public String toString() {
    return String.format(
        "%s settled, %s repeated, %s replayed, %s denied, faults %s",
        settled, retries, replays, denials, faults.keySet());
  }

  private void run(int number) {
    try {
      for (int i = 0; ending.getCount() > 0 && failure.get() == null; i++) {
        String account = accounts.get((number + i) % accounts.size());
        work(account, "load-" + number + "-" + i, 1 + (number + i) % 7);
        settled.increment();
      }
    } catch (Throwable e) {
      failure.compareAndSet(null, e);
    }
  }

  /** One piece of work: charged as held, charged less, returned, or charged at once. */
  private void work(String account, String id, long amount) throws InterruptedException {
    int kind = Math.floorMod(id.hashCode(), 4);
    if (kind == 3) {
      consume(account, id, amount);
      return;
    }
    CheckAndReserveRequest request =
        Caller.reserveRequest(account, "generate", id).putAmounts("tokens", amount).build();
    CheckAndReserveResponse reserved = resolve(stub -> stub.checkAndReserve(request));
    Books.check(reserved.getBalancesList());
    if (reserved.hasDenial()) {
      denials.increment();
      return;
    }
    count(reserved.getReplayed());
    assertEquals(Map.of("tokens", amount), reserved.getReservation().getAmountsMap());
    if (kind == 2) {
      RefundRequest refund =
          RefundRequest.newBuilder().setAccountId(account).setReservationId(id).build();
      RefundResponse refunded = resolve(stub -> stub.refund(refund));
      Books.check(refunded.getBalancesList());
      assertEquals(Map.of("tokens", amount), refunded.getReturnedMap());
      count(refunded.getReplayed());
    } else {
      long actual = kind == 0 ? amount : amount - 1;
      CommitResponse committed =
          resolve(stub -> stub.commit(Caller.commitRequest(account, id, Map.of("tokens", actual))));
      Books.check(committed.getBalancesList());
      assertEquals(actual, committed.getChargedOrDefault("tokens", 0));
      charge(account, actual);
      count(committed.getReplayed());
    }
  }

  private void consume(String account, String id, long amount) throws InterruptedException {
    ConsumeRequest request =
        ConsumeRequest.newBuilder()
            .setAccountId(account)
            .setFeature("generate")
            .setReservationId(id)
            .putAmounts("tokens", amount)
            .build();
    ConsumeResponse consumed = resolve(stub -> stub.consume(request));
    Books.check(consumed.getBalancesList());
    if (consumed.hasDenial()) {
      denials.increment();
    } else {
      charge(account, amount);
      count(consumed.getReplayed());
    }
  }

  private void charge(String account, long amount) {
    charged(account).addAndGet(amount);
  }

  private AtomicLong charged(String account) {
    return Objects.requireNonNull(charged.get(account), account);
  }

  private void count(boolean replayed) {
    if (replayed) {
      replays.increment();
    }
  }

  /** Repeats a call until it is known how it ended. */
  private <T> T resolve(Function<TokenGuardServiceBlockingStub, T> call)
      throws InterruptedException {
    long end = System.nanoTime() + Await.LONG.toNanos();
    while (true) {
      try {
        return call.apply(callers.get().stub(ATTEMPT_MILLIS));
      } catch (StatusRuntimeException e) {
        WireFault fault = WireFault.of(e);
        boolean unknown =
            fault.code() == Status.Code.UNAVAILABLE
                || fault.code() == Status.Code.DEADLINE_EXCEEDED;
        boolean ours = !fault.reason().isEmpty();
        assertTrue(unknown, fault::toString);
        assertTrue(!ours || fault.retry(), () -> "without RetryInfo: " + fault);
        assertTrue(System.nanoTime() - end < 0, () -> "never resolved: " + fault);
        faults.put(fault.name(), true);
        retries.increment();
        // As a caller would: not at once. Ends early when nobody is to wait any more.
        var unused = new CountDownLatch(1).await(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
      }
    }
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
