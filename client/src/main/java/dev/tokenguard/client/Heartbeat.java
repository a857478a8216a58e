package dev.tokenguard.client;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Beats at an interval, one beat at a time, until it is stopped or a beat says so. Thread-safe. */
final class Heartbeat {

  /** What became of a beat. */
  enum Beat {
    /** It arrived. */
    DELIVERED,
    /** It did not; the next one is due soon. */
    MISSED,
    /** There is nothing left to keep alive. */
    ENDED
  }

  /** After a missed beat there is less time left: the next one follows within so long. */
  private static final Duration AFTER_MISS = Duration.ofSeconds(5);

  private final Timing timing;
  private final long intervalNanos;
  private final Supplier<CompletableFuture<Beat>> beat;
  private boolean stopped;
  private @Nullable ScheduledFuture<?> timer;

  /**
   * Makes a heartbeat that is still.
   *
   * @param beat starts one beat; its future does not fail
   */
  Heartbeat(Timing timing, Duration interval, Supplier<CompletableFuture<Beat>> beat) {
    this.timing = timing;
    this.intervalNanos = Durations.toNanos(interval);
    this.beat = beat;
  }

  void start() {
    next(intervalNanos);
  }

  /** No beat starts after this; one that is under way ends by itself. */
  synchronized void stop() {
    stopped = true;
    if (timer != null) {
      timer.cancel(false);
    }
  }

  private synchronized void next(long delayNanos) {
    if (!stopped) {
      timer = timing.later(delayNanos, this::beat);
    }
  }

  private void beat() {
    synchronized (this) {
      if (stopped) {
        return;
      }
    }
    Futures.whenDone(
        beat.get(),
        (outcome, never) -> {
          if (outcome == Beat.DELIVERED) {
            next(intervalNanos);
          } else if (outcome == Beat.MISSED) {
            next(Math.min(intervalNanos, Durations.toNanos(AFTER_MISS)));
          } else {
            stop();
          }
        });
  }
}
