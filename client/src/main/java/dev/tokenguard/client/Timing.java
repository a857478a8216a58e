package dev.tokenguard.client;

import io.grpc.Context;
import io.grpc.Deadline;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Time and chance, so that a test can drive both.
 *
 * @param scheduler runs retries and heartbeats; one thread is enough, as no task blocks
 * @param ticker the clock of deadlines
 * @param random from 0 (inclusive) to 1, for jitter
 */
record Timing(ScheduledExecutorService scheduler, Deadline.Ticker ticker, DoubleSupplier random) {

  /** The system's time, and one daemon thread. */
  static Timing system() {
    ScheduledThreadPoolExecutor scheduler =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "tokenguard-client");
              thread.setDaemon(true);
              return thread;
            });
    scheduler.setRemoveOnCancelPolicy(true);
    scheduler.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    return new Timing(
        scheduler, Deadline.getSystemTicker(), () -> ThreadLocalRandom.current().nextDouble());
  }

  long nanoTime() {
    return ticker.nanoTime();
  }

  Deadline deadlineAfter(long nanos) {
    return Deadline.after(nanos, TimeUnit.NANOSECONDS, ticker);
  }

  /** Runs a task later, outside of any caller's context; null when the client is closed. */
  @Nullable ScheduledFuture<?> later(long delayNanos, Runnable task) {
    try {
      return scheduler.schedule(Context.ROOT.wrap(task), delayNanos, TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      return null;
    }
  }
}
