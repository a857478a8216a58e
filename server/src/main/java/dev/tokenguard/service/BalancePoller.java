package dev.tokenguard.service;

import dev.tokenguard.domain.AccountSnapshot;
import dev.tokenguard.domain.Fault;
import dev.tokenguard.domain.FaultException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks the store for one account, never twice at a time, and tells all who watch it. Thread-safe;
 * subscribers are called outside its lock.
 */
final class BalancePoller {

  /**
   * The least time from one poll to the next: an account that changes thousands of times a second
   * is not read as often, and no eye sees the difference.
   */
  static final Duration MIN_GAP = Duration.ofMillis(50);

  private final String member;
  private final Supplier<CompletionStage<AccountSnapshot>> read;
  private final ScheduledExecutorService timer;
  private final LongSupplier nanoTime;
  private final long intervalNanos;
  private final long gapNanos;
  private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();

  private boolean polling;
  private boolean kickedWhilePolling;
  private boolean stopped;
  private @Nullable Future<?> next;
  private long nextAt;
  private long lastAt;
  private long lastRevision;

  BalancePoller(
      String member,
      Supplier<CompletionStage<AccountSnapshot>> read,
      ScheduledExecutorService timer,
      LongSupplier nanoTime,
      Duration interval) {
    this.member = member;
    this.read = read;
    this.timer = timer;
    this.nanoTime = nanoTime;
    this.intervalNanos = interval.toNanos();
    this.gapNanos = Math.min(intervalNanos, MIN_GAP.toNanos());
    this.lastAt = nanoTime.getAsLong() - gapNanos;
  }

  String member() {
    return member;
  }

  void add(Subscription subscription) {
    subscriptions.add(subscription);
  }

  /** Removes a subscription; true, and polling stops, if that was the last. */
  synchronized boolean removeLast(Subscription subscription) {
    stopped = subscriptions.remove(subscription) && subscriptions.isEmpty();
    if (stopped && next != null) {
      next.cancel(false);
    }
    return stopped;
  }

  /** Polls now, or as soon as the least time since the last poll is over. */
  synchronized void kick() {
    if (polling) {
      kickedWhilePolling = true;
    } else {
      pollAt(lastAt + gapNanos);
    }
  }

  void endAll(FaultException why) {
    subscriptions.forEach(subscription -> subscription.end(why));
  }

  private void poll() {
    synchronized (this) {
      if (stopped || polling) {
        return;
      }
      polling = true;
      kickedWhilePolling = false;
      next = null;
      lastAt = nanoTime.getAsLong();
    }
    ask().whenComplete(this::polled);
  }

  private CompletionStage<AccountSnapshot> ask() {
    try {
      return read.get();
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private void polled(@Nullable AccountSnapshot snapshot, @Nullable Throwable thrown) {
    try {
      if (snapshot != null) {
        tell(snapshot);
      } else if (thrown != null) {
        endAll(end(Faults.of(thrown)));
      }
    } finally {
      synchronized (this) {
        polling = false;
        pollAt(lastAt + (kickedWhilePolling ? gapNanos : intervalNanos));
      }
    }
  }

  private void tell(AccountSnapshot snapshot) {
    if (snapshot.revision() < lastRevision) {
      // A store that lost its last changes, in a failover say. Watchers are promised revisions that
      // rise, and those who watch again start anew.
      endAll(FaultException.of(Fault.STORE_UNAVAILABLE, "the store lost changes; watch again"));
    } else {
      subscriptions.forEach(subscription -> subscription.offer(snapshot));
    }
    lastRevision = snapshot.revision();
  }

  /**
   * A watch that outlives a store which does not answer would show old numbers as if they were new.
   */
  private static FaultException end(FaultException fault) {
    return fault.fault() == Fault.STORE_TIMEOUT
        ? FaultException.of(
            Fault.STORE_UNAVAILABLE, "the store did not answer in time; watch again")
        : fault;
  }

  /** Holds the lock. Keeps what is planned already if that is sooner. */
  private void pollAt(long at) {
    if (stopped || (next != null && nextAt - at <= 0)) {
      return;
    }
    if (next != null) {
      next.cancel(false);
    }
    nextAt = at;
    long delay = Math.max(0, at - nanoTime.getAsLong());
    try {
      next = timer.schedule(this::poll, delay, TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      stopped = true; // the server is stopping, and so is everything that watches
    }
  }
}
