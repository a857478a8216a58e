package dev.tokenguard.service;

import dev.tokenguard.domain.FaultException;
import dev.tokenguard.domain.SweepStatus;
import dev.tokenguard.store.AccountIds;
import dev.tokenguard.store.UpkeepStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Walks over all accounts in the background, for those that nobody calls: returns holds whose time
 * is over, resets what is due, forgets what ended long ago, and looks whether all sums are right.
 * Of all servers on one store one does it at a time, by a lease; if it dies another takes over. It
 * has a thread of its own, which may wait.
 */
public final class Sweep implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Sweep.class);

  /** Who does not keep the lease for so long has lost it: stopped, or cut off. */
  static final Duration LEASE = Duration.ofSeconds(30);

  /** The lease is kept as often as that, and looked for by the others. */
  static final Duration KEEP = LEASE.dividedBy(3);

  private static final Duration AFTER_A_FAULT = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final Duration STOP_WITHIN = Duration.ofSeconds(3);
  private static final int PART = 1000;

  /** A part in which there are fewer accounts takes as long: the store has looked for them. */
  private static final int FEW = 20;

  private static final int TOLD = 100;

  /**
   * What it may do.
   *
   * @param name of this server, for people; no two are alike
   * @param accountsPerSecond accounts that it looks at in a second at most
   * @param pause time between two walks
   */
  public record Options(String name, int accountsPerSecond, Duration pause) {}

  private final UpkeepStore store;
  private final AccountIds ids;
  private final GuardListener guardListener;
  private final SweepListener listener;
  private final Options options;
  private final Clock clock;
  private final LongSupplier nanoTime;
  private final Sleeper sleeper;
  private final Thread thread = new Thread(this::run, "sweep");
  private volatile boolean stopping;
  private boolean held;
  private long keptAt;
  private long walks;
  private Set<String> suspects = Set.of();

  /** A sweep that begins when it is started. */
  public Sweep(
      UpkeepStore store,
      AccountIds ids,
      GuardListener guardListener,
      SweepListener listener,
      Options options,
      Clock clock) {
    this(
        store,
        ids,
        guardListener,
        listener,
        options,
        clock,
        System::nanoTime,
        time -> TimeUnit.NANOSECONDS.sleep(time.toNanos()));
  }

  Sweep(
      UpkeepStore store,
      AccountIds ids,
      GuardListener guardListener,
      SweepListener listener,
      Options options,
      Clock clock,
      LongSupplier nanoTime,
      Sleeper sleeper) {
    this.store = store;
    this.ids = ids;
    this.guardListener = guardListener;
    this.listener = listener;
    this.options = options;
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.sleeper = sleeper;
    this.walks = Math.floorMod(options.name().hashCode(), SweepWalk.AUDITED_ONE_IN);
    thread.setDaemon(true);
  }

  /** Begins; called once. */
  public void start() {
    thread.start();
  }

  private void run() {
    try {
      while (!stopping) {
        sleeper.sleep(roundWhateverHappens());
      }
    } catch (InterruptedException e) {
      // That is how it is stopped.
    }
  }

  private Duration roundWhateverHappens() throws InterruptedException {
    try {
      return round();
    } catch (RuntimeException e) {
      log.error("the background walk failed and begins anew", e);
      return KEEP;
    }
  }

  /** A walk, if this server is the one to do it. Returns how long to wait for the next round. */
  Duration round() throws InterruptedException {
    try {
      if (!keep()) {
        return KEEP;
      }
      walk();
      return options.pause().compareTo(KEEP) < 0 ? options.pause() : pause();
    } catch (FaultException e) {
      log.warn("the background walk waits: {}", e.getMessage());
      return AFTER_A_FAULT;
    }
  }

  /** Keeps the lease over a long pause. */
  private Duration pause() throws InterruptedException {
    long end = nanoTime.getAsLong() + options.pause().toNanos();
    while (!stopping) {
      long left = end - nanoTime.getAsLong();
      if (left <= KEEP.toNanos()) {
        return Duration.ofNanos(Math.max(0, left));
      }
      sleeper.sleep(KEEP);
      if (!keep()) {
        return KEEP;
      }
    }
    return Duration.ZERO;
  }

  /** Takes or keeps the lease, if it was not just kept. */
  private boolean keep() throws InterruptedException {
    long now = nanoTime.getAsLong();
    if (!held || now - keptAt >= KEEP.toNanos() / 2) {
      boolean before = held;
      try {
        held = await(store.lease(options.name(), LEASE));
        keptAt = now;
      } catch (FaultException e) {
        held = held && now - keptAt < LEASE.toNanos();
        throw e;
      } finally {
        if (held != before) {
          log.info(
              held ? "walks over all accounts from now on" : "another server walks from now on");
        }
        listener.holder(held);
      }
    }
    return held;
  }

  /** One walk to its end, or to the loss of the lease. */
  private void walk() throws InterruptedException {
    Instant started = clock.instant();
    long begun = nanoTime.getAsLong();
    if (suspects.isEmpty()) { // those that the server before has found
      suspects = new HashSet<>(await(store.status()).driftedAccounts());
    }
    SweepWalk walk = new SweepWalk(store, ids, guardListener, listener, walks, suspects);
    while (!walk.isOver()) {
      if (stopping || !keep()) {
        return;
      }
      step(walk);
    }
    walks++;
    suspects = Set.copyOf(walk.drifted());
    Duration took = Duration.ofNanos(nanoTime.getAsLong() - begun);
    Instant ended = started.plus(took);
    listener.walked(ended, took, walk.driftedCount());
    await(
        store.report(
            new SweepStatus(
                options.name(),
                ended,
                took,
                walk.accounts(),
                walk.touched(),
                walk.driftedCount(),
                walk.drifted().stream().limit(TOLD).toList())));
  }

  /** One part, and the rest of the time that it may take. */
  private void step(SweepWalk walk) throws InterruptedException {
    long begun = nanoTime.getAsLong();
    int part = Math.min(PART, options.accountsPerSecond());
    int looked;
    try {
      looked = Math.max(part / FEW, await(walk.step(part)));
    } catch (FaultException e) {
      log.warn("the background walk waits: {}", e.getMessage());
      sleeper.sleep(AFTER_A_FAULT);
      return;
    }
    long due = begun + TimeUnit.SECONDS.toNanos(looked) / options.accountsPerSecond();
    long left = due - nanoTime.getAsLong();
    if (left > 0) {
      sleeper.sleep(Duration.ofNanos(left));
    }
  }

  private static <T> T await(CompletionStage<T> stage) throws InterruptedException {
    try {
      return stage.toCompletableFuture().get(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw fault(e.getCause());
    } catch (TimeoutException e) {
      throw fault(e);
    }
  }

  private static FaultException fault(@Nullable Throwable thrown) {
    FaultException fault = Faults.of(thrown == null ? new CompletionException(null) : thrown);
    if (!(thrown instanceof FaultException)) {
      log.debug("the background walk", thrown);
    }
    return fault;
  }

  /** Stops in the middle of a walk; another server may take over at once. */
  @Override
  public void close() {
    stopping = true;
    thread.interrupt();
    try {
      thread.join(STOP_WITHIN.toMillis());
      await(store.release(options.name()));
    } catch (FaultException e) {
      // The lease lapses by itself.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    listener.holder(false);
  }
}
