package dev.tokenguard.grpc;

import dev.tokenguard.auth.Access;
import dev.tokenguard.auth.CertificateNames;
import dev.tokenguard.auth.Presented;
import dev.tokenguard.auth.Quotas;
import dev.tokenguard.domain.FaultException;
import io.grpc.Attributes;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.inprocess.InProcessSocketAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * Lets in who may make a call, before its message is read, and turns everybody else away. Those
 * behind it learn from {@link CallIdentity} who calls. Thread-safe.
 */
final class AccessInterceptor implements ServerInterceptor {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private final Access access;
  private final Quotas quotas;

  AccessInterceptor(Access access, Quotas quotas) {
    this.access = access;
    this.quotas = quotas;
  }

  @Override
  public <T, R> ServerCall.Listener<T> interceptCall(
      ServerCall<T, R> call, Metadata headers, ServerCallHandler<T, R> next) {
    String method = call.getMethodDescriptor().getFullMethodName();
    Presented presented = presented(headers, call.getAttributes());
    boolean stream = call.getMethodDescriptor().getType() != MethodType.UNARY;
    Access.Admitted caller;
    Quotas.Ticket ticket;
    try {
      caller = access.admit(method, presented);
      ticket = quotas.enter(caller.identity(), stream);
    } catch (FaultException e) {
      StatusMapper.close(call, e);
      return new ServerCall.Listener<>() {};
    }
    try {
      Context context = CallIdentity.with(caller, presented.peer());
      if (!stream) {
        return new Leaving<>(Contexts.interceptCall(context, call, headers, next), ticket);
      }
      RecheckedCall<T, R> rechecked =
          new RecheckedCall<>(call, () -> access.admit(method, presented).isAs(caller));
      ServerCall.Listener<T> listener =
          rechecked.listener(Contexts.interceptCall(context, rechecked, headers, next));
      caller.expires().ifPresent(end -> rechecked.expiresAfter(access.until(end)));
      return new Leaving<>(listener, ticket);
    } catch (RuntimeException e) {
      ticket.close();
      throw e;
    }
  }

  private static Presented presented(Metadata headers, Attributes attributes) {
    SocketAddress peer = attributes.get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
    if (peer instanceof InProcessSocketAddress) {
      return InProcessPort.presented(headers);
    }
    SSLSession tls = attributes.get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
    return new Presented(
        authorization(headers),
        tls == null ? List.of() : CertificateNames.of(tls),
        isLocal(peer),
        address(peer));
  }

  private static List<String> authorization(Metadata headers) {
    List<String> all = new ArrayList<>(1);
    Iterable<String> sent = headers.getAll(AUTHORIZATION);
    if (sent != null) {
      sent.forEach(all::add);
    }
    return all;
  }

  /** Whatever is not an address of the network is a Unix socket. */
  private static boolean isLocal(@Nullable SocketAddress peer) {
    return peer != null
        && (!(peer instanceof InetSocketAddress inet) || inet.getAddress().isLoopbackAddress());
  }

  private static String address(@Nullable SocketAddress peer) {
    return peer instanceof InetSocketAddress inet ? inet.getAddress().getHostAddress() : "local";
  }

  /** Exactly one of the two ends comes, once. */
  private static final class Leaving<T> extends SimpleForwardingServerCallListener<T> {
    private final Quotas.Ticket ticket;

    Leaving(ServerCall.Listener<T> listener, Quotas.Ticket ticket) {
      super(listener);
      this.ticket = ticket;
    }

    @Override
    public void onComplete() {
      try {
        super.onComplete();
      } finally {
        ticket.close();
      }
    }

    @Override
    public void onCancel() {
      try {
        super.onCancel();
      } finally {
        ticket.close();
      }
    }
  }
}
