package dev.tokenguard.grpc;

import com.google.protobuf.Message;
import dev.tokenguard.auth.Reach;
import dev.tokenguard.domain.Fault;
import dev.tokenguard.domain.FaultException;
import dev.tokenguard.domain.Identity;
import dev.tokenguard.service.AdminEvents;
import dev.tokenguard.service.Faults;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Keeps callers with a limited credential to their accounts. Of any other account they are told the
 * same as of one that does not exist, and after as long: the store is asked something first. So
 * nobody learns whether it does. Thread-safe.
 */
final class ScopeInterceptor implements ServerInterceptor {

  private final Function<Identity, CompletionStage<?>> roundTrip;
  private final Function<Identity, AdminEvents> events;

  /**
   * Keeps them.
   *
   * @param roundTrip asks the store of a caller for something that is never there
   * @param events where attempts of a caller to change what is not in its scope are recorded
   */
  ScopeInterceptor(
      Function<Identity, CompletionStage<?>> roundTrip, Function<Identity, AdminEvents> events) {
    this.roundTrip = roundTrip;
    this.events = events;
  }

  @Override
  public <T, R> ServerCall.Listener<T> interceptCall(
      ServerCall<T, R> call, Metadata headers, ServerCallHandler<T, R> next) {
    Identity caller = CallIdentity.current();
    Reach reach = CallIdentity.reach();
    ServerCall.Listener<T> listener = next.startCall(call, headers);
    return caller.scope().isAll() || reach == Reach.NONE
        ? listener
        : new Looking<>(listener, call, caller, reach);
  }

  /** Looks at the request before the service does. All its methods are called by one thread. */
  private final class Looking<T> extends SimpleForwardingServerCallListener<T> {
    private final ServerCall<T, ?> call;
    private final Identity caller;
    private final Reach reach;
    private boolean refused;

    Looking(ServerCall.Listener<T> listener, ServerCall<T, ?> call, Identity caller, Reach reach) {
      super(listener);
      this.call = call;
      this.caller = caller;
      this.reach = reach;
    }

    @Override
    public void onMessage(T request) {
      if (refused) {
        return;
      }
      try {
        super.onMessage(reach == Reach.PREFIX ? narrowed(request) : named(request));
      } catch (FaultException e) {
        refused = true;
        if (RecordedChanges.isChange(call.getMethodDescriptor())) {
          events.apply(caller).refused(EventDraft.of((Message) request), e);
        }
        answer(e);
      }
    }

    private void answer(FaultException fault) {
      if (fault.fault() == Fault.PERMISSION_DENIED) {
        StatusMapper.close(call, fault);
      } else {
        roundTrip
            .apply(caller)
            .whenComplete(
                (found, thrown) ->
                    StatusMapper.close(call, thrown == null ? fault : Faults.of(thrown)));
      }
    }

    @Override
    public void onHalfClose() {
      if (!refused) { // the service would miss its request, and answer too
        super.onHalfClose();
      }
    }

    private T named(T request) {
      RequestAccounts accounts = RequestAccounts.of((Message) request);
      Optional<String> other =
          accounts.ids().stream().filter(id -> !caller.scope().includes(id)).findFirst();
      if (other.isPresent()) {
        throw accounts.reservation().isPresent()
            ? FaultException.noReservation(other.get(), accounts.reservation().get())
            : FaultException.noAccount(other.get());
      }
      for (String member : accounts.members()) {
        if (!caller.scope().includesMember(member)) {
          throw FaultException.of(
              Fault.PERMISSION_DENIED,
              "member_id: '" + caller.name() + "' may not ask for what " + member + " has used");
        }
      }
      if (accounts.ids().isEmpty()) {
        throw FaultException.of(
            Fault.PERMISSION_DENIED,
            "the request names no account, and '"
                + caller.name()
                + "' is limited to "
                + caller.scope());
      }
      return request;
    }

    @SuppressWarnings("unchecked") // a message of the same type
    private T narrowed(T request) {
      return (T) RequestAccounts.narrowed((Message) request, caller);
    }
  }
}
