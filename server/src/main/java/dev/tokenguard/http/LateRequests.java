package dev.tokenguard.http;

import dev.tokenguard.http.rpc.RpcHandler;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.NanoTime;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * Closes connections whose next request does not arrive. Jetty's idle timeout alone lets a client
 * that sends a byte now and then keep its connection for hours. A request that has arrived and is
 * being answered has all the time that it needs. Thread-safe.
 */
final class LateRequests extends Handler.Wrapper implements Connection.Listener {
  private final Duration patience;
  private final Scheduler scheduler;
  private final Map<Connection, Waiting> byConnection = new ConcurrentHashMap<>();

  LateRequests(Handler handler, Duration patience, Scheduler scheduler) {
    super(handler);
    this.patience = patience;
    this.scheduler = scheduler;
  }

  @Override
  public void onOpened(Connection connection) {
    if (connection instanceof SslConnection) {
      return; // the one inside it counts
    }
    Waiting waiting = new Waiting(connection);
    byConnection.put(connection, waiting);
    waiting.lookAfter(patience.toNanos());
  }

  @Override
  public void onClosed(Connection connection) {
    byConnection.remove(connection);
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    Waiting waiting = byConnection.get(request.getConnectionMetaData().getConnection());
    if (waiting == null) {
      return super.handle(request, response, callback);
    }
    Request.addCompletionListener(request, failure -> waiting.answered());
    waiting.answering = !RpcHandler.hasBody(request);
    return super.handle(
        waiting.answering ? request : new Arriving(request, waiting), response, callback);
  }

  /** A request whose body is still on its way; it may come a byte at a time. */
  private static final class Arriving extends Request.Wrapper {
    private final Waiting waiting;

    Arriving(Request request, Waiting waiting) {
      super(request);
      this.waiting = waiting;
    }

    @Override
    public Content.@Nullable Chunk read() {
      Content.Chunk chunk = super.read();
      if (chunk != null && chunk.isLast()) {
        waiting.answering = true;
      }
      return chunk;
    }
  }

  private final class Waiting implements Runnable {
    private final Connection connection;
    private volatile long since = NanoTime.now();
    private volatile boolean answering;

    Waiting(Connection connection) {
      this.connection = connection;
    }

    void answered() {
      since = NanoTime.now();
      answering = false;
    }

    void lookAfter(long nanos) {
      scheduler.schedule(this, nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void run() {
      if (byConnection.get(connection) != this) {
        return; // closed
      }
      long left = answering ? patience.toNanos() : patience.toNanos() - NanoTime.since(since);
      if (left > 0) {
        lookAfter(left);
      } else {
        connection.getEndPoint().close(new TimeoutException("the request did not arrive in time"));
      }
    }
  }
}
