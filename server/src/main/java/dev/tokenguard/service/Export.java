package dev.tokenguard.service;

import java.time.Duration;
import java.util.Collections;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * A file that is being written, as fast as it is read: what is asked for is written, and nothing is
 * kept ahead, so that an export of any size takes the same memory. Chunks are asked for one after
 * the other, each when the one before has come. Closing it frees its place; nothing else is held.
 */
public final class Export implements AutoCloseable {

  /** A chunk has all rows that began within so many bytes. */
  static final int CHUNK_BYTES = 32 << 10;

  /** Who reads hears something at least so often, rows or not: silence looks like a dead server. */
  static final Duration SILENCE = Duration.ofSeconds(5);

  private final RowSource source;
  private final RowWriter writer;
  private final Runnable onClose;
  private final LongSupplier nanoTime;
  private Iterator<Consumer<RowWriter>> rows = Collections.emptyIterator();
  private long written;
  private boolean ended;
  private boolean closed;

  Export(RowSource source, RowWriter writer, Runnable onClose, LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.source = source;
    this.writer = writer;
    this.onClose = onClose;
  }

  /**
   * Part of a file.
   *
   * @param data whole rows; none where it takes long to find one
   * @param rows rows so far
   */
  public record Chunk(byte[] data, long rows) {}

  /** The next chunk; empty at the end. */
  public CompletionStage<Optional<Chunk>> next() {
    long asked = nanoTime.getAsLong();
    return Repeat.until(() -> step(asked));
  }

  private CompletionStage<Optional<Optional<Chunk>>> step(long asked) {
    while (rows.hasNext() && writer.size() < CHUNK_BYTES) {
      rows.next().accept(writer);
      written++;
    }
    if (writer.size() >= CHUNK_BYTES || ended) {
      return CompletableFuture.completedFuture(Optional.of(taken()));
    }
    if (nanoTime.getAsLong() - asked >= SILENCE.toNanos()) {
      return CompletableFuture.completedFuture(
          Optional.of(Optional.of(new Chunk(writer.take(), written))));
    }
    return source
        .next()
        .thenApply(
            more -> {
              rows = more.orElse(Collections.emptyIterator());
              ended = more.isEmpty();
              return Optional.empty();
            });
  }

  private Optional<Chunk> taken() {
    return writer.size() == 0 ? Optional.empty() : Optional.of(new Chunk(writer.take(), written));
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      onClose.run();
    }
  }
}
