package dev.tokenguard.service;

import java.util.Collections;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * A file that is being written, as fast as it is read: what is asked for is written, and nothing is
 * kept ahead, so that an export of any size takes the same memory. Chunks are asked for one after
 * the other, each when the one before has come. Closing it frees its place; nothing else is held.
 */
public final class Export implements AutoCloseable {

  /** A chunk has all rows that began within so many bytes. */
  static final int CHUNK_BYTES = 32 << 10;

  private final RowSource source;
  private final RowWriter writer;
  private final Runnable onClose;
  private Iterator<Consumer<RowWriter>> rows = Collections.emptyIterator();
  private long written;
  private boolean ended;
  private boolean closed;

  Export(RowSource source, RowWriter writer, Runnable onClose) {
    this.source = source;
    this.writer = writer;
    this.onClose = onClose;
  }

  /**
   * Part of a file.
   *
   * @param data whole rows
   * @param rows rows so far
   */
  public record Chunk(byte[] data, long rows) {}

  /** The next chunk; empty at the end. */
  public CompletionStage<Optional<Chunk>> next() {
    return Repeat.until(this::step);
  }

  private CompletionStage<Optional<Optional<Chunk>>> step() {
    while (rows.hasNext() && writer.size() < CHUNK_BYTES) {
      rows.next().accept(writer);
      written++;
    }
    if (writer.size() >= CHUNK_BYTES || ended) {
      return CompletableFuture.completedFuture(Optional.of(taken()));
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
