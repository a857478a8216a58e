package dev.tokenguard.client;

import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Delivers commits and refunds, and does not give up when the first call fails: it calls again in
 * the background until the hold's expiry, in waits that double up to {@value #MAX_WAIT_SECONDS} s.
 * Whatever is not delivered is reported once. Thread-safe; never blocks but in {@link #close}.
 */
final class Settler {

  /** Longest wait between two calls in the background. */
  static final int MAX_WAIT_SECONDS = 30;

  /** Settlements that may wait in the background at a time; one more is lost at once. */
  static final int MAX_IN_BACKGROUND = 10_000;

  /** A hold that is about to expire, or has, is still worth trying for so long. */
  static final Duration MIN_BACKGROUND = Duration.ofSeconds(30);

  private static final Duration FIRST_WAIT = Duration.ofSeconds(1);
  private static final Duration CLOSING_WAIT = Duration.ofMillis(200);

  private final Caller caller;
  private final Timing timing;
  private final SafeListener listener;
  private final Set<Delivery<?, ?>> deliveries = ConcurrentHashMap.newKeySet();
  private volatile boolean closing;
  private volatile boolean closed;

  Settler(Caller caller, Timing timing, SafeListener listener) {
    this.caller = caller;
    this.timing = timing;
    this.listener = listener;
  }

  /**
   * Delivers a settlement.
   *
   * @param settlement what is reported if it fails; null reports nothing
   * @param untilNanos when the hold expires, by the ticker
   * @param excuse what a refusal amounts to if it is as good as an answer; else null
   */
  <Q, A> Delivery<Q, A> deliver(
      @Nullable Settlement settlement,
      MethodDescriptor<Q, A> method,
      Q request,
      long untilNanos,
      Function<Fault, @Nullable A> excuse) {
    Delivery<Q, A> delivery = new Delivery<>(settlement, method, request, untilNanos, excuse);
    deliveries.add(delivery);
    if (closed) { // Read after the add, as close() reads the set after it sets this.
      delivery.lose(closedException());
    } else {
      delivery.call();
    }
    return delivery;
  }

  /** Settlements that are under way, those in the background too. */
  int pending() {
    return deliveries.size();
  }

  /** Tries what is pending once more now, waits so long, and reports the rest as lost. */
  void close(Duration patience) {
    closing = true;
    deliveries.forEach(Delivery::hurry);
    long end = System.nanoTime() + Durations.toNanos(patience);
    while (!deliveries.isEmpty() && awaitPending(end - System.nanoTime())) {
      // Once more: work that ended meanwhile may have brought new ones.
    }
    closed = true;
    deliveries.forEach(delivery -> delivery.lose(closedException()));
  }

  /** Waits for what is pending now; false if that took too long. */
  private boolean awaitPending(long nanos) {
    CompletableFuture<?> all =
        CompletableFuture.allOf(
            deliveries.stream()
                .map(delivery -> delivery.outcome)
                .toArray(CompletableFuture<?>[]::new));
    try {
      all.get(nanos, TimeUnit.NANOSECONDS);
      return true;
    } catch (ExecutionException e) {
      return true; // A failure was reported when it came.
    } catch (TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static TokenGuardException closedException() {
    return Fault.local(Status.Code.CANCELLED, "the client was closed", null);
  }

  /** One settlement on its way. */
  final class Delivery<Q, A> {
    private final @Nullable Settlement settlement;
    private final MethodDescriptor<Q, A> method;
    private final Q request;
    private final long untilNanos;
    private final Function<Fault, @Nullable A> excuse;
    private final CompletableFuture<A> outcome = new CompletableFuture<>();
    private final CompletableFuture<Boolean> firstCall = new CompletableFuture<>();
    private int calls;
    private @Nullable ScheduledFuture<?> timer;

    Delivery(
        @Nullable Settlement settlement,
        MethodDescriptor<Q, A> method,
        Q request,
        long untilNanos,
        Function<Fault, @Nullable A> excuse) {
      this.excuse = excuse;
      this.settlement = settlement;
      this.method = method;
      this.request = request;
      long now = timing.nanoTime();
      this.untilNanos = now + Math.max(untilNanos - now, Durations.toNanos(MIN_BACKGROUND));
    }

    /** The answer in the end; fails with {@link TokenGuardException} if it is refused or lost. */
    CompletableFuture<A> outcome() {
      return outcome;
    }

    /** Completes when the first call is over: true if {@link #outcome} is known. Never fails. */
    CompletableFuture<Boolean> firstCall() {
      return firstCall;
    }

    private void call() {
      synchronized (this) {
        calls++;
        timer = null;
      }
      // Both of its futures are completed by what runs here.
      Futures.whenDone(
          caller.call(method, request),
          (answer, thrown) -> {
            if (thrown == null) {
              end(() -> outcome.complete(answer.message()));
            } else {
              failed(Futures.fault(thrown));
            }
          });
    }

    private void failed(TokenGuardException exception) {
      A excused = excuse.apply(exception.fault());
      if (excused != null) {
        end(() -> outcome.complete(excused));
      } else if (!exception.unavailable()
          || timing.nanoTime() - untilNanos >= 0
          || closed
          || (!firstCall.isDone() && deliveries.size() > MAX_IN_BACKGROUND)
          || !callLater()) {
        lose(exception);
      } else {
        firstCall.complete(false);
      }
    }

    private synchronized boolean callLater() {
      long wait =
          Durations.backoffNanos(
              calls,
              closing ? CLOSING_WAIT : FIRST_WAIT,
              closing ? CLOSING_WAIT : Duration.ofSeconds(MAX_WAIT_SECONDS),
              timing.random().getAsDouble());
      long left = untilNanos - timing.nanoTime(); // The last call is made at the very end.
      timer = timing.later(Math.min(wait, left), this::call);
      return timer != null;
    }

    private void hurry() {
      synchronized (this) {
        if (timer == null || !timer.cancel(false)) {
          return; // A call is under way.
        }
      }
      call();
    }

    private void lose(TokenGuardException exception) {
      end(
          () -> {
            boolean first = outcome.completeExceptionally(exception);
            if (first && settlement != null) {
              listener.settlementFailed(settlement, exception);
            }
          });
    }

    private void end(Runnable complete) {
      deliveries.remove(this);
      complete.run();
      firstCall.complete(true);
    }
  }
}
