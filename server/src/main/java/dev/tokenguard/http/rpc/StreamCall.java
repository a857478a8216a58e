package dev.tokenguard.http.rpc;

import com.google.protobuf.Message;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * Writes the messages of a call as they come, one at a time: the next is asked for when the one
 * before has left, so that a slow reader costs no memory. Errors before the first message are
 * answered as errors. Thread-safe.
 */
final class StreamCall extends ClientCall.Listener<Message> {
  /** How soon a reader that is gone is noticed, if there is nothing to tell. */
  private static final Duration HEARTBEAT = Duration.ofSeconds(10);

  private final Exchange exchange;
  private final ClientCall<Message, Message> call;
  private final Scheduler scheduler;

  /** Set before the request is sent, and so before anything comes back. */
  private volatile StreamFormat format = new StreamFormat.ServerSentEvents();

  // Guarded by this.
  private boolean begun;
  private boolean writing;
  private boolean ended;
  private @Nullable Status end;
  private Metadata trailers = new Metadata();

  /** What is to be written next; null for nothing. */
  private byte @Nullable [] pending;

  StreamCall(Exchange exchange, ClientCall<Message, Message> call, Scheduler scheduler) {
    this.exchange = exchange;
    this.call = call;
    this.scheduler = scheduler;
  }

  /** How its messages are written. */
  void format(StreamFormat chosen) {
    format = chosen;
  }

  @Override
  public void onMessage(Message message) {
    byte[] bytes = format.write(message);
    synchronized (this) {
      if (ended || (!begun && !begin())) {
        return;
      }
      // A heartbeat may be on its way: it is small, and the message follows it.
      pending = bytes;
      writeNext();
    }
  }

  private boolean begin() {
    if (!exchange.claim()) {
      ended = true;
      return false;
    }
    begun = true;
    exchange.response().setStatus(HttpStatus.OK_200);
    exchange.response().getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
    format.describe(exchange.response().getHeaders());
    scheduler.schedule(this::beat, HEARTBEAT.toMillis(), TimeUnit.MILLISECONDS);
    return true;
  }

  private void beat() {
    synchronized (this) {
      if (ended) {
        return;
      }
      if (!writing && pending == null && end == null && format.heartbeat().length > 0) {
        write(format.heartbeat(), false);
      }
    }
    scheduler.schedule(this::beat, HEARTBEAT.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void onClose(Status status, Metadata received) {
    synchronized (this) {
      trailers = received;
      end = status;
      if (!begun && status.isOk() && !begin()) {
        return;
      }
      if (begun) {
        writeNext();
        return;
      }
      ended = true;
    }
    exchange.fail(ConnectError.of(status, received));
  }

  private void writeNext() {
    Status closed = end;
    byte[] next = pending;
    if (writing || ended) {
      return;
    }
    if (next != null) {
      pending = null;
      write(next, true);
    } else if (closed != null) {
      finish(closed);
    }
  }

  private void finish(Status status) {
    ended = true;
    byte[] last = status.isOk() ? new byte[0] : format.end(ConnectError.of(status, trailers));
    if (status.isOk() || last.length > 0) {
      exchange.response().write(true, ByteBuffer.wrap(last), exchange.callback());
    } else {
      // Half a file must not look like a whole one: the connection breaks.
      exchange.callback().failed(new IOException("the stream failed: " + status));
    }
  }

  private void write(byte[] bytes, boolean more) {
    writing = true;
    exchange
        .response()
        .write(false, ByteBuffer.wrap(bytes), Callback.from(() -> written(more), this::gone));
  }

  private void written(boolean more) {
    synchronized (this) {
      writing = false;
      writeNext();
    }
    if (more) {
      call.request(1);
    }
  }

  private void gone(Throwable thrown) {
    synchronized (this) {
      if (ended) {
        return;
      }
      ended = true;
    }
    call.cancel("the reader is gone", thrown);
    exchange.callback().failed(thrown);
  }
}
