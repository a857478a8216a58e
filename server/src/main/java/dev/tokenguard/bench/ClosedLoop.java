package dev.tokenguard.bench;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * Load of a fixed number of calls in flight: the end of one starts the next, on the thread that
 * brought it. One use each.
 */
final class ClosedLoop {
  /** After so many failures there is nothing to measure. */
  private static final int TOO_MANY_FAILURES = 100;

  private static final Duration LONGEST_CALL = Duration.ofSeconds(30);

  private final Operation operation;
  private final int inFlight;
  private final CountDownLatch open;
  private final Histogram inTime = new ConcurrentHistogram(LONGEST_CALL.toNanos(), 3);
  private final Histogram late = new ConcurrentHistogram(LONGEST_CALL.toNanos(), 3);
  private final Map<String, AtomicLong> failures = new ConcurrentHashMap<>();
  private final AtomicLong failed = new AtomicLong();
  private final AtomicLong lastEnd = new AtomicLong();
  private volatile long deadline;

  private ClosedLoop(Operation operation, int inFlight) {
    this.operation = operation;
    this.inFlight = inFlight;
    this.open = new CountDownLatch(inFlight);
  }

  /**
   * Runs calls for some time, or until there are none left, and waits for the last of them.
   *
   * @throws BenchException if a call never ends
   */
  static Slice run(Operation operation, int inFlight, Duration time)
      throws BenchException, InterruptedException {
    return new ClosedLoop(operation, inFlight).run(time);
  }

  private Slice run(Duration time) throws BenchException, InterruptedException {
    long start = System.nanoTime();
    lastEnd.set(start);
    deadline = start + time.toNanos();
    for (int i = 0; i < inFlight; i++) {
      new Lane().begin(System.nanoTime());
    }
    if (!open.await(time.plus(LONGEST_CALL).toMillis(), TimeUnit.MILLISECONDS)) {
      throw new BenchException("a call took longer than " + LONGEST_CALL.toSeconds() + " s");
    }
    // Where not one call fits into the time, the late ones are all there is.
    boolean tooShort = inTime.getTotalCount() == 0;
    Histogram counted = tooShort ? late : inTime;
    long took = lastEnd.get() - start;
    long nanos = tooShort ? took : Math.min(time.toNanos(), took);
    Map<String, Long> why = new HashMap<>();
    failures.forEach((reason, count) -> why.put(reason, count.get()));
    return new Slice(counted.getTotalCount(), nanos, counted, why);
  }

  /** One of the calls in flight. */
  private final class Lane implements Operation.Completion {
    private long started;

    /** The first call of a lane is made however short the time is. */
    void begin(long now) {
      started = now;
      if (!operation.start(this)) {
        open.countDown();
      }
    }

    private void next(long now) {
      if (now >= deadline || failed.get() >= TOO_MANY_FAILURES) {
        open.countDown();
      } else {
        begin(now);
      }
    }

    @Override
    public void succeeded() {
      long now = System.nanoTime();
      (now <= deadline ? inTime : late)
          .recordValue(Math.min(now - started, LONGEST_CALL.toNanos()));
      ended(now);
    }

    @Override
    public void failed(String why) {
      failures.computeIfAbsent(why, reason -> new AtomicLong()).incrementAndGet();
      failed.incrementAndGet();
      ended(System.nanoTime());
    }

    private void ended(long now) {
      lastEnd.accumulateAndGet(now, Math::max);
      next(now);
    }
  }
}
