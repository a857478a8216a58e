package dev.tokenguard.client;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes unary calls, and repeats one until it is answered, refused, or out of attempts or time.
 * Every attempt sends the same message, and so the same id. Thread-safe; never blocks.
 *
 * <p>Own code rather than a gRPC service config: that one cannot limit the time of one attempt, and
 * does not say how many attempts an answer took, by which a replay of our own is told from somebody
 * else's.
 */
final class Caller {

  private final Channel channel;
  private final CallOptions options;
  private final Duration deadline;
  private final RetryPolicy retry;
  private final Timing timing;
  private final Runnable onUnreachable;
  private final Set<Attempts<?, ?>> waiting = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /**
   * Makes a caller.
   *
   * @param deadline for a call with all its attempts
   * @param onUnreachable runs before an attempt that follows {@code UNAVAILABLE}
   */
  Caller(
      Channel channel,
      CallOptions options,
      Duration deadline,
      RetryPolicy retry,
      Timing timing,
      Runnable onUnreachable) {
    this.channel = channel;
    this.options = options;
    this.deadline = deadline;
    this.retry = retry;
    this.timing = timing;
    this.onUnreachable = onUnreachable;
  }

  /**
   * An answer.
   *
   * @param attempts how many it took; of more than one, an earlier may have done the work
   */
  record Answer<A>(A message, int attempts) {}

  /** Calls; the future fails with {@link TokenGuardException} only. */
  <Q, A> CompletableFuture<Answer<A>> call(MethodDescriptor<Q, A> method, Q request) {
    Attempts<Q, A> attempts = new Attempts<>(method, request);
    attempts.next();
    return attempts.result;
  }

  /** Retries nothing more: what waits for another attempt fails now. */
  void close() {
    closed = true;
    waiting.forEach(Attempts::giveUp);
  }

  /** One call. Attempts follow one another, so its fields need no lock. */
  private final class Attempts<Q, A> implements StreamObserver<A> {
    private final CompletableFuture<Answer<A>> result = new CompletableFuture<>();
    private final MethodDescriptor<Q, A> method;
    private final Q request;
    // Keeps what the caller's context carries, as a trace, but not its deadline and cancellation: a
    // settlement must go out when the call it settles was cancelled.
    private final Context context = Context.current().fork();
    private final CallOptions traced = TraceContext.keep(options);
    private final long endNanos = timing.nanoTime() + Durations.toNanos(deadline);
    private int attempt;
    private boolean outcomeUnknown;
    private @Nullable A answer;
    private volatile @Nullable TokenGuardException last;

    Attempts(MethodDescriptor<Q, A> method, Q request) {
      this.method = method;
      this.request = request;
    }

    void next() {
      attempt++;
      answer = null;
      long nanos =
          Math.min(
              Durations.toNanos(retry.attemptTimeout()), Math.max(0, endNanos - timing.nanoTime()));
      CallOptions attemptOptions = traced.withDeadline(timing.deadlineAfter(nanos));
      context.run(
          () -> ClientCalls.asyncUnaryCall(channel.newCall(method, attemptOptions), request, this));
    }

    @Override
    public void onNext(A message) {
      answer = message;
    }

    @Override
    public void onCompleted() {
      if (answer == null) {
        onError(Status.INTERNAL.withDescription("no answer").asRuntimeException());
      } else {
        result.complete(new Answer<>(answer, attempt));
      }
    }

    @Override
    public void onError(Throwable thrown) {
      TokenGuardException exception = Fault.read(method.getBareMethodName(), thrown);
      Fault fault = exception.fault();
      outcomeUnknown |= fault.outcomeUnknown();
      last =
          outcomeUnknown && fault.retryable()
              ? fault.withOutcomeUnknown().exception(thrown)
              : exception;
      waiting.add(this);
      if (!fault.retryable() || attempt >= retry.maxAttempts() || !retryLater(fault) || closed) {
        giveUp();
      }
    }

    private boolean retryLater(Fault fault) {
      long wait =
          Durations.backoffNanos(
              attempt, retry.initialBackoff(), retry.maxBackoff(), timing.random().getAsDouble());
      Duration asked = fault.retryAfter();
      if (asked != null) {
        wait = Math.max(wait, Durations.toNanos(asked));
      }
      return timing.nanoTime() + wait - endNanos < 0
          && timing.later(wait, () -> retry(fault.code())) != null;
    }

    private void retry(Status.Code after) {
      if (waiting.remove(this)) {
        if (after == Status.Code.UNAVAILABLE) {
          onUnreachable.run();
        }
        next();
      }
    }

    private void giveUp() {
      TokenGuardException exception = last;
      if (waiting.remove(this) && exception != null) {
        result.completeExceptionally(exception);
      }
    }
  }
}
