package dev.tokenguard.grpc;

import dev.tokenguard.domain.Fault;
import dev.tokenguard.domain.FaultException;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Ends calls that have begun and whose request does not arrive. Every RPC of ours takes one
 * message: a caller that sends half of it and stays is slow, gone, or up to no good. Thread-safe.
 */
final class LateRequests implements ServerInterceptor {
  private final Duration patience;
  private final LongSupplier nanoTime;

  /** Who takes a call out of it decides what becomes of the call. */
  private final Set<Waiting<?>> waiting = ConcurrentHashMap.newKeySet();

  /**
   * With a clock of one's own.
   *
   * @param patience how long a request may take
   * @param nanoTime as {@link System#nanoTime}
   */
  LateRequests(Duration patience, LongSupplier nanoTime) {
    this.patience = patience;
    this.nanoTime = nanoTime;
  }

  /** How often {@link #end} should be called. */
  Duration interval() {
    Duration quarter = patience.dividedBy(4);
    return quarter.compareTo(Duration.ofSeconds(1)) < 0 ? quarter : Duration.ofSeconds(1);
  }

  /** Ends those that have waited for too long. */
  void end() {
    long now = nanoTime.getAsLong();
    for (Waiting<?> each : waiting) {
      if (now - each.since >= patience.toNanos() && waiting.remove(each)) {
        each.refuse();
      }
    }
  }

  /** Calls whose request has not arrived. */
  int waiting() {
    return waiting.size();
  }

  @Override
  public <T, R> ServerCall.Listener<T> interceptCall(
      ServerCall<T, R> call, Metadata headers, ServerCallHandler<T, R> next) {
    if (!call.getMethodDescriptor().getType().clientSendsOneMessage()) {
      return next.startCall(call, headers); // reflection, which is asked as long as one likes
    }
    Waiting<T> listener = new Waiting<>(next.startCall(call, headers), call, nanoTime.getAsLong());
    waiting.add(listener);
    return listener;
  }

  private final class Waiting<T> extends SimpleForwardingServerCallListener<T> {
    private final ServerCall<T, ?> call;
    private final long since;

    Waiting(ServerCall.Listener<T> listener, ServerCall<T, ?> call, long since) {
      super(listener);
      this.call = call;
      this.since = since;
    }

    /** Nobody else sends on this call: it has not been handed to its service. */
    void refuse() {
      StatusMapper.close(
          call,
          FaultException.of(
              Fault.DEADLINE_PASSED,
              "the request had not arrived "
                  + patience.toMillis()
                  + " ms after its call began (grpc.receive_timeout); nothing was done"));
    }

    @Override
    public void onHalfClose() {
      if (waiting.remove(this)) {
        super.onHalfClose();
      }
    }

    @Override
    public void onComplete() {
      waiting.remove(this);
      super.onComplete();
    }

    @Override
    public void onCancel() {
      waiting.remove(this);
      super.onCancel();
    }
  }
}
