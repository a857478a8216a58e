package dev.tokenguard.client;

import static java.util.Objects.requireNonNull;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One call that is guarded. Until it is decided, what the call receives waits in {@link #events};
 * then the thread that brings the decision starts the handler and gives it what waited. One thread
 * at a time is with the handler ({@link #busy}), as gRPC promises it.
 */
final class GuardedCall<Q, A> extends ServerCall.Listener<Q> {

  private final ServerCall<Q, A> call;
  private final Metadata headers;
  private final ServerCallHandler<Q, A> next;
  private final Context.Key<Reservation> key;
  private final Context context = Context.current();

  private final Object lock = new Object();
  private final Queue<Consumer<ServerCall.Listener<Q>>> events = new ArrayDeque<>();
  private boolean busy = true; // Until the handler has started.
  private boolean cancelled;
  private ServerCall.@Nullable Listener<Q> handler;
  private @Nullable SettleableReservation reservation;
  private @Nullable CompletableFuture<ReserveResult> deciding;

  GuardedCall(
      ServerCall<Q, A> call,
      Metadata headers,
      ServerCallHandler<Q, A> next,
      Context.Key<Reservation> key) {
    this.call = call;
    this.headers = headers;
    this.next = next;
    this.key = key;
  }

  /** Refuses the call; its handler never starts. */
  void refuse(StatusRuntimeException reason) {
    Metadata trailers = reason.getTrailers();
    call.close(reason.getStatus(), trailers == null ? new Metadata() : trailers);
  }

  /** Asks for the decision and goes on with it. */
  void reserve(TokenGuardClient client, ReserveRequest request) {
    CompletableFuture<ReserveResult> asked;
    try {
      asked = client.reserveAsync(request);
    } catch (RuntimeException e) {
      refuse(DenialStatus.of(e)); // The client was closed.
      return;
    }
    synchronized (lock) {
      deciding = asked;
    }
    Futures.whenDone(asked, this::decided);
  }

  private void decided(@Nullable ReserveResult decision, @Nullable Throwable thrown) {
    SettleableReservation reserved;
    try {
      if (thrown != null) {
        throw Futures.fault(thrown);
      }
      reserved = (SettleableReservation) requireNonNull(decision).orThrow();
    } catch (RuntimeException e) {
      if (!isCancelled()) {
        refuse(DenialStatus.of(e));
      }
      return;
    }
    synchronized (lock) {
      reservation = reserved;
    }
    if (isCancelled()) {
      reserved.close();
      return;
    }
    reserved.keepAlive();
    Settling settling = new Settling(call, reserved);
    try {
      handler = Contexts.interceptCall(context.withValue(key, reserved), settling, headers, next);
      drain();
    } catch (RuntimeException | Error e) {
      // There is no gRPC on this thread that would do it.
      System.getLogger("dev.tokenguard.client").log(Level.ERROR, "a guarded call failed", e);
      if (!settling.closed) {
        settling.close(Status.UNKNOWN.withCause(e), new Metadata());
      }
    }
  }

  private boolean isCancelled() {
    synchronized (lock) {
      return cancelled;
    }
  }

  private void deliver(Consumer<ServerCall.Listener<Q>> event) {
    synchronized (lock) {
      events.add(event);
      if (busy) {
        return;
      }
      busy = true;
    }
    drain();
  }

  private void drain() {
    while (true) {
      Consumer<ServerCall.Listener<Q>> event;
      synchronized (lock) {
        event = events.poll();
        if (event == null) {
          busy = false;
          return;
        }
      }
      try {
        event.accept(requireNonNull(handler));
      } catch (RuntimeException | Error e) {
        release(e.getClass().getName());
        synchronized (lock) {
          busy = false;
        }
        throw e;
      }
    }
  }

  private void release(String reason) {
    SettleableReservation held;
    synchronized (lock) {
      held = reservation;
    }
    if (held != null) {
      var unused = held.release(reason);
    }
  }

  @Override
  public void onMessage(Q message) {
    deliver(listener -> listener.onMessage(message));
  }

  @Override
  public void onHalfClose() {
    deliver(ServerCall.Listener::onHalfClose);
  }

  @Override
  public void onReady() {
    deliver(ServerCall.Listener::onReady);
  }

  @Override
  public void onComplete() {
    deliver(ServerCall.Listener::onComplete);
  }

  @Override
  public void onCancel() {
    CompletableFuture<ReserveResult> undecided;
    synchronized (lock) {
      cancelled = true;
      undecided = deciding;
    }
    if (undecided != null) {
      undecided.cancel(false); // Refunds what comes to be held.
    }
    release("the call was cancelled");
    deliver(ServerCall.Listener::onCancel);
  }

  /** Settles when the handler closes the call. */
  private final class Settling extends SimpleForwardingServerCall<Q, A> {
    private final SettleableReservation reserved;
    private boolean closed;

    Settling(ServerCall<Q, A> call, SettleableReservation reserved) {
      super(call);
      this.reserved = reserved;
    }

    @Override
    public void close(Status status, Metadata trailers) {
      closed = true;
      // Told to the listener if it fails: the caller has its result, or its error, already.
      var unused = status.isOk() ? reserved.complete() : reserved.release(status.getCode().name());
      super.close(status, trailers);
    }
  }
}
