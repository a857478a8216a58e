package dev.tokenguard.grpc;

import dev.tokenguard.domain.Fault;
import dev.tokenguard.domain.FaultException;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.util.function.BooleanSupplier;

/**
 * A stream whose caller must still be let in whenever something is sent: a watch may outlive the
 * key that it was opened with. As thread-safe as the call: whoever sends does so one at a time.
 */
final class RecheckedCall<T, R> extends SimpleForwardingServerCall<T, R> {
  private final BooleanSupplier same;
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

  @Override
  public void sendMessage(R message) {
    if (ended) {
      return;
    }
    try {
      if (same.getAsBoolean()) {
        super.sendMessage(message);
        return;
      }
      end(
          FaultException.of(
              Fault.UNAUTHENTICATED, "the credential was changed since the call; call again"));
    } catch (FaultException e) {
      end(e);
    }
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
  public void close(Status status, Metadata trailers) {
    if (!ended) {
      super.close(status, trailers);
    }
  }

  /** Tells the service of an end that it did not bring about as of a caller that went away. */
  ServerCall.Listener<T> listener(ServerCall.Listener<T> listener) {
    return new SimpleForwardingServerCallListener<>(listener) {
      @Override
      public void onComplete() {
        if (ended) {
          super.onCancel();
        } else {
          super.onComplete();
        }
      }
    };
  }
}
