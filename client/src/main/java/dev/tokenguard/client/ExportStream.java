package dev.tokenguard.client;

import com.google.protobuf.ByteString;
import dev.tokenguard.v1.ExportRequest;
import dev.tokenguard.v1.ExportResponse;
import dev.tokenguard.v1.TokenAdminServiceGrpc;
import io.grpc.ClientCall;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.Status;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.ScheduledFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A file that is being exported, chunk by chunk.
 *
 * <p>The server sends as fast as this is read: beside the chunk that is being read, one more is
 * asked for, however large the file and however slow the reader. Reading blocks, at most the
 * client's {@linkplain TokenAdminClientBuilder#deadline deadline} for each chunk, and throws {@link
 * TokenGuardException} if the export fails. It is begun again, as any other call, until its first
 * chunk is here; after that the contract has no way to go on, and what was read is not the whole
 * file.
 *
 * <p>Close it, or read it to its end. Chunks are read by one thread at a time; {@link #close} may
 * be called by any.
 */
public final class ExportStream implements Iterator<ByteString>, AutoCloseable {

  private final Connection connection;
  private final ExportRequest request;
  private final Consumer<ExportStream> onOver;
  private final Context context = Context.current().fork();
  private final long endNanos; // Of the time for the first chunk.

  private @Nullable ClientCall<ExportRequest, ExportResponse> call;
  private @Nullable ScheduledFuture<?> timer;
  private @Nullable ExportResponse chunk;
  private boolean begun;
  private boolean over;
  private @Nullable TokenGuardException failure;
  private int attempt;
  private int expectations;
  private long rows;

  ExportStream(Connection connection, ExportRequest request, Consumer<ExportStream> onOver) {
    this.connection = connection;
    this.request = request;
    this.onOver = onOver;
    this.endNanos = connection.timing().nanoTime() + Durations.toNanos(connection.deadline());
  }

  /**
   * Whether there is another chunk; waits until that is known.
   *
   * @throws TokenGuardException if the export failed or was closed, or if the thread is
   *     interrupted; it stays so, and the export is closed
   */
  @Override
  public boolean hasNext() {
    TokenGuardException failed;
    try {
      synchronized (this) {
        while (chunk == null && !over) {
          wait();
        }
        if (chunk != null) {
          return true;
        }
        failed = failure;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      close();
      throw Fault.local(Status.Code.CANCELLED, "interrupted while waiting for TokenGuard", e);
    }
    if (failed != null) {
      throw failed.fault().exception(failed);
    }
    return false;
  }

  /** The next bytes of the file: whole rows. Waits as {@link #hasNext} does. */
  @Override
  public ByteString next() {
    while (hasNext()) {
      ExportResponse taken;
      ClientCall<ExportRequest, ExportResponse> running;
      synchronized (this) {
        taken = chunk;
        running = call;
        if (taken == null || running == null) {
          continue; // It was closed meanwhile.
        }
        chunk = null;
        rows = taken.getRows();
        if (!over) {
          expect();
        }
      }
      running.request(1);
      return taken.getData();
    }
    throw new NoSuchElementException();
  }

  /** Rows in the chunks that were read. */
  public synchronized long rows() {
    return rows;
  }

  /**
   * Writes what is left of the file, and does not close the target.
   *
   * @return rows of the whole file
   * @throws IOException if the target cannot be written; the export is closed
   * @throws TokenGuardException if the export fails; the target has a part of the file then
   */
  public long writeTo(OutputStream target) throws IOException {
    try {
      while (hasNext()) {
        next().writeTo(target);
      }
    } finally {
      close();
    }
    return rows();
  }

  /** Ends the export. What is read after this fails with code {@code CANCELLED}. */
  @Override
  public void close() {
    ClientCall<?, ?> running;
    synchronized (this) {
      running = call;
      TokenGuardException closed =
          Fault.local(Status.Code.CANCELLED, "the export was closed", null);
      if (chunk != null) {
        chunk = null; // Whoever reads on must not take this for the end of the file.
        failure = closed;
      }
      end(closed);
    }
    cancel(running);
  }

  void start() {
    ClientCall<ExportRequest, ExportResponse> next;
    synchronized (this) {
      if (over) {
        return;
      }
      if (attempt++ == 0) {
        expect();
      }
      next =
          connection
              .channel()
              .newCall(TokenAdminServiceGrpc.getExportMethod(), connection.options());
      call = next;
    }
    context.run(
        () -> {
          next.start(new Answers(), new Metadata());
          next.request(1);
          next.sendMessage(request);
          next.halfClose();
        });
    synchronized (this) {
      if (!over || failure == null) {
        return;
      }
    }
    cancel(next); // It was closed before the call had started.
  }

  /** A chunk is to come within the deadline. Called with the lock held. */
  private void expect() {
    int number = ++expectations;
    timer =
        connection.timing().later(Durations.toNanos(connection.deadline()), () -> missed(number));
  }

  private void missed(int number) {
    ClientCall<?, ?> running;
    synchronized (this) {
      if (over || chunk != null || number != expectations) {
        return;
      }
      running = call;
      end(
          Fault.local(
              Status.Code.DEADLINE_EXCEEDED,
              "Export: DEADLINE_EXCEEDED: nothing came for " + connection.deadline(),
              null));
    }
    cancel(running);
  }

  private synchronized void arrived(ExportResponse message) {
    if (!over) {
      begun = true;
      chunk = message;
      cancelTimer();
      notifyAll();
    }
  }

  private synchronized void ended(Status status, Metadata trailers) {
    if (over) {
      return;
    }
    if (status.isOk()) {
      end(null);
      return;
    }
    TokenGuardException exception = Fault.read("Export", status.asRuntimeException(trailers));
    if (begun || !exception.unavailable() || !startLater(exception)) {
      end(exception);
    }
  }

  /** Whether there is another attempt. Called with the lock held. */
  private boolean startLater(TokenGuardException exception) {
    RetryPolicy retry = connection.retry();
    Timing timing = connection.timing();
    long wait =
        Durations.backoffNanos(
            attempt, retry.initialBackoff(), retry.maxBackoff(), timing.random().getAsDouble());
    Duration asked = exception.retryAfter();
    if (asked != null) {
      wait = Math.max(wait, Durations.toNanos(asked));
    }
    return attempt < retry.maxAttempts()
        && timing.nanoTime() + wait - endNanos < 0
        && timing.later(
                wait,
                () -> {
                  connection.onUnreachable().run();
                  start();
                })
            != null;
  }

  /** Nothing more comes. Called with the lock held; the first call counts. */
  private void end(@Nullable TokenGuardException exception) {
    if (!over) {
      over = true;
      failure = failure == null ? exception : failure;
      cancelTimer();
      onOver.accept(this);
      notifyAll();
    }
  }

  private void cancelTimer() {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }

  private static void cancel(@Nullable ClientCall<?, ?> running) {
    if (running != null) {
      running.cancel("the export was closed", null);
    }
  }

  private final class Answers extends ClientCall.Listener<ExportResponse> {
    @Override
    public void onMessage(ExportResponse message) {
      arrived(message);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      ended(status, trailers);
    }
  }
}
