package dev.tokenguard.grpc;

import dev.tokenguard.domain.Fault;
import dev.tokenguard.domain.FaultException;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * A stream whose caller must still be let in whenever something is sent, and when its credential
 * expires: a watch may outlive the key that it was opened with. Sends one message at a time.
 */
final class RecheckedCall<T, R> extends SimpleForwardingServerCall<T, R> {
  /** A credential that is accepted for a while after its end is looked at again so often. */
  private static final Duration AGAIN = Duration.ofSeconds(1);

  private final BooleanSupplier same;

  /** Completed when the credential expires; canceled when the call has ended before. */
  private volatile CompletableFuture<Void> expiry = CompletableFuture.completedFuture(null);

  private volatile boolean ended;

  /**
   * A stream of a caller.
   *
   * @param same whether the caller would be let in as before; may throw why it would not
   */
  RecheckedCall(ServerCall<T, R> call, BooleanSupplier same) {
    super(call);
    this.same = same;
  }

  /** Looks again when the credential expires, after so long. */
  void expiresAfter(Duration left) {
    CompletableFuture<Void> due = new CompletableFuture<>();
    expiry = due;
    due.completeOnTimeout(null, left.toMillis() + 1, TimeUnit.MILLISECONDS)
        .thenRun(
            () -> {
              if (isStillSame()) {
                expiresAfter(AGAIN);
              }
            });
  }

  @Override
  public synchronized void sendMessage(R message) {
    if (isStillSame()) {
      super.sendMessage(message);
    }
  }

  private synchronized boolean isStillSame() {
    if (ended) {
      return false;
    }
    try {
      if (same.getAsBoolean()) {
        return true;
      }
      end(
          FaultException.of(
              Fault.UNAUTHENTICATED, "the credential was changed since the call; call again"));
    } catch (FaultException e) {
      end(e);
    }
    return false;
  }

  private void end(FaultException why) {
    ended = true;
    StatusMapper.close(delegate(), why);
  }

  @Override
  public boolean isCancelled() {
    return ended || super.isCancelled();
  }

  @Override
  public synchronized void close(Status status, Metadata trailers) {
    if (!ended) {
      super.close(status, trailers);
    }
  }

  /** Tells the service of an end that it did not bring about as of a caller that went away. */
  ServerCall.Listener<T> listener(ServerCall.Listener<T> listener) {
    return new SimpleForwardingServerCallListener<>(listener) {
      @Override
      public void onCancel() {
        expiry.cancel(false);
        super.onCancel();
      }

      @Override
      public void onComplete() {
        expiry.cancel(false);
        if (ended) {
          super.onCancel();
        } else {
          super.onComplete();
        }
      }
    };
  }
}
