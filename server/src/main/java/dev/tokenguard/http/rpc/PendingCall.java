package dev.tokenguard.http.rpc;

import com.google.protobuf.Message;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.concurrent.CompletionException;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/** A call that has begun, and whose message is still to come. */
final class PendingCall {
  private final Rpc rpc;
  private final RpcRequest asked;
  private final Encoding encoding;
  private final Exchange exchange;
  private final ClientCall<Message, Message> call;
  private final @Nullable StreamCall stream;
  private volatile boolean sent;

  private PendingCall(
      Rpc rpc,
      RpcRequest asked,
      Encoding encoding,
      Exchange exchange,
      ClientCall<Message, Message> call,
      @Nullable StreamCall stream) {
    this.rpc = rpc;
    this.asked = asked;
    this.encoding = encoding;
    this.exchange = exchange;
    this.call = call;
    this.stream = stream;
  }

  /**
   * Begins a call.
   *
   * @param headers with who makes it
   */
  static PendingCall start(
      Rpc rpc,
      Request request,
      RpcRequest asked,
      Encoding encoding,
      Exchange exchange,
      ClientCall<Message, Message> call,
      Metadata headers) {
    StreamCall stream =
        rpc.isStream()
            ? new StreamCall(exchange, call, request.getComponents().getScheduler())
            : null;
    PendingCall pending = new PendingCall(rpc, asked, encoding, exchange, call, stream);
    // A message that is too long fails the request as well, and is refused with its own words.
    request.addFailureListener(
        thrown -> {
          if (pending.sent || !isTooLong(thrown)) {
            call.cancel("the connection broke", thrown);
          }
        });
    // From the moment that the message is there it is we who are slow, and not the caller.
    request.addIdleTimeoutListener(timeout -> !pending.sent);
    call.start(stream == null ? new UnaryCall(exchange, encoding) : stream, headers);
    call.request(stream == null ? 2 : 1); // of one message too many gRPC wants to know
    return pending;
  }

  /**
   * The body of a POST has arrived, or not.
   *
   * @param body the body; null if it did not arrive
   * @param thrown why not
   */
  void received(byte @Nullable [] body, @Nullable Throwable thrown) {
    try {
      if (body == null) {
        refuse(
            isTooLong(thrown)
                ? asked.tooLong()
                : ConnectError.of(
                    Status.Code.CANCELLED, "the request broke off: " + unwrapped(thrown)));
        return;
      }
      exchange.arrived();
      send(asked.unpacked(body));
    } catch (BadMessageException e) {
      refuse(e.error());
    }
  }

  /** Jetty's word for a body of more than so many bytes. */
  private static boolean isTooLong(@Nullable Throwable thrown) {
    return unwrapped(thrown) instanceof IllegalStateException;
  }

  private static @Nullable Throwable unwrapped(@Nullable Throwable thrown) {
    return thrown instanceof CompletionException ? thrown.getCause() : thrown;
  }

  /** The message of a GET, which is there at once. */
  void queried() {
    try {
      send(asked.queried());
    } catch (BadMessageException e) {
      refuse(e.error());
    }
  }

  private void send(byte[] bytes) throws BadMessageException {
    Message message = encoding.read(bytes, rpc.request());
    sent = true;
    if (stream != null) {
      stream.format(StreamFormat.of(message));
    }
    call.sendMessage(message);
    call.halfClose();
  }

  private void refuse(ConnectError error) {
    exchange.fail(error);
    call.cancel("the request cannot be read", null);
  }
}
