package dev.tokenguard.grpc;

import dev.tokenguard.domain.Fault;
import dev.tokenguard.domain.FaultException;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Lets calls in, or turns them away: when their deadline has passed, when the server is stopping,
 * or when as many are in flight as it takes. Turning away at once is what keeps a server that is
 * asked too much from answering everybody too late. Asked before a message is read, and again when
 * the request is whole, which is when a call comes in: half-sent ones take nobody's place.
 * Thread-safe.
 */
final class CallGate implements ServerInterceptor {

  private final int maxInFlight;
  private final CallListener listener;

  /** Unary calls, which the limit is for. */
  private final AtomicInteger inFlight = new AtomicInteger();

  /** All calls, streams too, which a stopping server waits for. */
  private final AtomicInteger open = new AtomicInteger();

  private volatile boolean stopping;

  CallGate(int maxInFlight, CallListener listener) {
    this.maxInFlight = maxInFlight;
    this.listener = listener;
  }

  int inFlight() {
    return inFlight.get();
  }

  /** Lets nobody in any more. */
  void close() {
    stopping = true;
  }

  /** Whether nobody is let in any more. */
  boolean isClosed() {
    return stopping;
  }

  /** Waits until every call has ended; false if the time was over before. */
  synchronized boolean awaitIdle(Duration atMost) throws InterruptedException {
    long end = System.nanoTime() + atMost.toNanos();
    while (open.get() > 0) {
      long left = end - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
    return true;
  }

  @Override
  public <T, R> ServerCall.Listener<T> interceptCall(
      ServerCall<T, R> call, Metadata headers, ServerCallHandler<T, R> next) {
    FaultException refusal = refusal(isCounted(call) ? inFlight.get() : 0);
    if (refusal != null) {
      turnAway(call, refusal);
      return new ServerCall.Listener<>() {};
    }
    return new Entering<>(next.startCall(call, headers), call);
  }

  private static boolean isCounted(ServerCall<?, ?> call) {
    return call.getMethodDescriptor().getType() == MethodType.UNARY;
  }

  private void turnAway(ServerCall<?, ?> call, FaultException refusal) {
    listener.refused(refusal.fault());
    StatusMapper.close(call, refusal);
  }

  private @Nullable FaultException refusal(int inFlightBefore) {
    Deadline deadline = Context.current().getDeadline();
    if (deadline != null && deadline.isExpired()) {
      return FaultException.of(
          Fault.DEADLINE_PASSED, "the deadline had passed on arrival; nothing was done");
    }
    if (stopping) {
      return FaultException.of(
          Fault.SHUTTING_DOWN,
          "the server is stopping; nothing was done, try another or try again");
    }
    if (inFlightBefore >= maxInFlight) {
      return FaultException.of(
          Fault.OVERLOADED,
          maxInFlight
              + " calls are in flight, as many as the server takes (grpc.max_in_flight);"
              + " nothing was done");
    }
    return null;
  }

  private void leave(boolean counted) {
    if (counted) {
      inFlight.decrementAndGet();
    }
    if (open.decrementAndGet() == 0 && stopping) {
      synchronized (this) {
        notifyAll();
      }
    }
  }

  /** Comes in when its request is whole, and leaves at its end, of which there is exactly one. */
  private final class Entering<T> extends SimpleForwardingServerCallListener<T> {
    private final ServerCall<T, ?> call;
    private final boolean counted;
    private boolean inside;

    Entering(ServerCall.Listener<T> listener, ServerCall<T, ?> call) {
      super(listener);
      this.call = call;
      this.counted = isCounted(call);
    }

    @Override
    public void onHalfClose() {
      // Counted in before anything is asked, so that a server that stops cannot miss it.
      open.incrementAndGet();
      inside = true;
      FaultException refusal = refusal(counted ? inFlight.getAndIncrement() : 0);
      if (refusal == null) {
        super.onHalfClose();
      } else {
        leave();
        turnAway(call, refusal);
      }
    }

    /** The transport has sent the reply by then. */
    @Override
    public void onComplete() {
      try {
        super.onComplete();
      } finally {
        leave();
      }
    }

    @Override
    public void onCancel() {
      try {
        super.onCancel();
      } finally {
        leave();
      }
    }

    private void leave() {
      if (inside) {
        inside = false;
        CallGate.this.leave(counted);
      }
    }
  }
}
