package dev.tokenguard.http.rpc;

import com.google.protobuf.Message;
import dev.tokenguard.auth.Presented;
import dev.tokenguard.grpc.InProcessPort;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Answers {@code POST /tokenguard.v1.<Service>/<Method>}, and {@code GET} where nothing changes.
 * The call begins with the request's headers and is sent on when its body is there: whoever may not
 * make it is turned away before, as over gRPC. Waits for nothing. Thread-safe.
 */
public final class RpcHandler extends Handler.Abstract.NonBlocking {
  private final RpcTable rpcs = new RpcTable();
  private final InProcessPort port;
  private final Function<Request, Presented> callers;
  private final int maxMessageBytes;

  /**
   * A handler.
   *
   * @param port where calls are made
   * @param callers what the caller of a request shows
   * @param maxMessageBytes size of a request's message at most
   */
  public RpcHandler(InProcessPort port, Function<Request, Presented> callers, int maxMessageBytes) {
    this.port = port;
    this.callers = callers;
    this.maxMessageBytes = maxMessageBytes;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    String path = Request.getPathInContext(request);
    Rpc rpc = rpcs.find(path);
    if (rpc == null && !rpcs.isOfService(path)) {
      return false;
    }
    Exchange exchange = new Exchange(response, callback, !hasBody(request));
    if (rpc == null) {
      send(exchange, HttpStatus.NOT_FOUND_404, "no such RPC: " + path);
    } else if (!isAllowed(rpc, request)) {
      response.getHeaders().put(HttpHeader.ALLOW, rpc.isSafe() ? "GET, POST" : "POST");
      send(
          exchange,
          HttpStatus.METHOD_NOT_ALLOWED_405,
          request.getMethod() + " is not for " + path + " (expected: POST)");
    } else if (!port.isOpen()) {
      exchange.fail(ConnectError.of(Status.Code.UNAVAILABLE, "the server is starting; try again"));
    } else {
      try {
        call(rpc, request, exchange);
      } catch (BadMessageException e) {
        exchange.fail(e.error());
      }
    }
    return true;
  }

  /** Whether a request has a body, which may still be on its way. */
  public static boolean hasBody(Request request) {
    return request.getLength() > 0 || request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING);
  }

  private static boolean isAllowed(Rpc rpc, Request request) {
    return HttpMethod.POST.is(request.getMethod())
        || (rpc.isSafe() && HttpMethod.GET.is(request.getMethod()));
  }

  /** An answer whose status the codes of Connect do not have. */
  private static void send(Exchange exchange, int status, String message) {
    if (exchange.claim()) {
      exchange.send(
          status,
          Encoding.JSON.contentType(),
          ConnectError.of(Status.Code.UNIMPLEMENTED, message).json());
    }
  }

  private void call(Rpc rpc, Request request, Exchange exchange) throws BadMessageException {
    RpcRequest asked = new RpcRequest(request, maxMessageBytes);
    Optional<Encoding> encoding = asked.encoding();
    if (encoding.isEmpty()) {
      exchange.response().getHeaders().put("Accept-Post", Encoding.contentTypes());
      send(
          exchange,
          HttpStatus.UNSUPPORTED_MEDIA_TYPE_415,
          (asked.isGet()
              ? "encoding: unknown"
              : "Content-Type: "
                  + request.getHeaders().get(HttpHeader.CONTENT_TYPE)
                  + " (expected: "
                  + Encoding.contentTypes()
                  + ")"));
      return;
    }
    ClientCall<Message, Message> call =
        port.channel()
            .newCall(rpc.method(), asked.options().withExecutor(getServer().getThreadPool()));
    Metadata headers = asked.metadata();
    InProcessPort.present(callers.apply(request), headers);
    PendingCall pending =
        PendingCall.start(rpc, request, asked, encoding.get(), exchange, call, headers);
    if (asked.isGet()) {
      pending.queried();
    } else {
      CompletableFuture<byte[]> body = Content.Source.asByteArrayAsync(request, maxMessageBytes);
      body.whenComplete(pending::received);
    }
  }
}
