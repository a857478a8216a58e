package dev.tokenguard.http.rpc;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** The answer to one request, of which there is exactly one. Thread-safe. */
final class Exchange {
  private final Response response;
  private final Callback callback;
  private final AtomicBoolean answered = new AtomicBoolean();
  private volatile boolean arrived;

  /**
   * An exchange.
   *
   * @param arrived whether the request is whole already
   */
  Exchange(Response response, Callback callback, boolean arrived) {
    this.response = response;
    this.callback = callback;
    this.arrived = arrived;
  }

  /** The request is whole. */
  void arrived() {
    arrived = true;
  }

  /** Whether the caller is the one that answers; everybody else is too late. */
  boolean claim() {
    return answered.compareAndSet(false, true);
  }

  /** The response, for the one that has claimed it. */
  Response response() {
    return response;
  }

  /** Told at its end, by the one that has claimed it. */
  Callback callback() {
    return callback;
  }

  /** Answers with an error, unless there is an answer. */
  void fail(ConnectError error) {
    if (!claim()) {
      return;
    }
    if (error.httpStatus() == HttpStatus.UNAUTHORIZED_401) {
      response.getHeaders().put(HttpHeader.WWW_AUTHENTICATE, "Bearer");
    }
    long retryAfter = error.retryAfterSeconds();
    if (retryAfter > 0) {
      response.getHeaders().put(HttpHeader.RETRY_AFTER, retryAfter);
    }
    send(error.httpStatus(), Encoding.JSON.contentType(), error.json());
  }

  /** Answers, for the one that has claimed it. */
  void send(int status, String contentType, byte[] body) {
    if (!arrived) {
      // What is still to come will not be read, and the next request must not be sent after it.
      response.getHeaders().put(HttpHeader.CONNECTION, HttpHeaderValue.CLOSE);
    }
    response.setStatus(status);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, contentType);
    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
    response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
    response.write(true, ByteBuffer.wrap(body), callback);
  }
}
