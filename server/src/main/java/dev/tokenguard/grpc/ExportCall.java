package dev.tokenguard.grpc;

import com.google.protobuf.UnsafeByteOperations;
import dev.tokenguard.domain.Fault;
import dev.tokenguard.domain.FaultException;
import dev.tokenguard.service.Export;
import dev.tokenguard.service.Export.Chunk;
import dev.tokenguard.v1.ExportResponse;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * An export on the wire: asks for the next chunk when the caller has taken the one before, and
 * stops when the caller leaves. Thread-safe.
 *
 * <p>Chunks come on the store's threads, readiness on the event loop. Whoever is first of them
 * works, and the others leave a note that there may be more to do.
 */
final class ExportCall {

  private final Export export;
  private final ServerCallStreamObserver<ExportResponse> call;
  private final BooleanSupplier stopping;

  /** Reasons to look whether there is something to do; who adds the first is the one who does. */
  private final AtomicInteger notes = new AtomicInteger();

  /** What the export has answered, and nobody has sent yet. */
  private final AtomicReference<@Nullable Answer> answer = new AtomicReference<>();

  /** Of whoever works, as is the next. */
  private boolean asked;

  private boolean ended;

  ExportCall(
      Export export, ServerCallStreamObserver<ExportResponse> call, BooleanSupplier stopping) {
    this.export = export;
    this.call = call;
    this.stopping = stopping;
  }

  /** Begins; called while the call is being set up. */
  void start() {
    call.setOnReadyHandler(this::look);
    call.setOnCancelHandler(this::look);
    look();
  }

  private void look() {
    if (notes.getAndIncrement() != 0) {
      return;
    }
    int seen = 1;
    do {
      work();
      seen = notes.addAndGet(-seen);
    } while (seen != 0);
  }

  private void work() {
    Answer came = answer.getAndSet(null);
    if (came != null) {
      asked = false;
    }
    if (ended) {
      return;
    }
    if (call.isCancelled()) {
      end();
    } else if (came != null && came.thrown() != null) {
      end();
      call.onError(StatusMapper.of(came.thrown()));
    } else if (came != null && came.chunk().isEmpty()) {
      end();
      call.onCompleted();
    } else {
      if (came != null) {
        call.onNext(response(came.chunk().get()));
      }
      ask();
    }
  }

  private void ask() {
    if (asked || !call.isReady()) {
      return;
    }
    if (stopping.getAsBoolean()) {
      end();
      call.onError(
          StatusMapper.of(
              FaultException.of(Fault.SHUTTING_DOWN, "the server is stopping; export again")));
      return;
    }
    asked = true;
    export
        .next()
        .whenComplete(
            (chunk, thrown) -> {
              answer.set(new Answer(thrown == null ? chunk : Optional.empty(), thrown));
              look();
            });
  }

  private void end() {
    ended = true;
    export.close();
  }

  /** The bytes are nobody else's, and need no copy. */
  private static ExportResponse response(Chunk chunk) {
    return ExportResponse.newBuilder()
        .setData(UnsafeByteOperations.unsafeWrap(chunk.data()))
        .setRows(chunk.rows())
        .build();
  }

  private record Answer(Optional<Chunk> chunk, @Nullable Throwable thrown) {}
}
