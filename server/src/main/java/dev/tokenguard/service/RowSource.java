package dev.tokenguard.service;

import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * Where the rows of an export come from, some at a time and only when they are asked for. One
 * thread at a time.
 */
interface RowSource {

  /** Nothing. */
  RowSource NONE = () -> CompletableFuture.completedFuture(Optional.empty());

  /** The next rows, maybe none of them; empty at the end. */
  CompletionStage<Optional<Iterator<Consumer<RowWriter>>>> next();
}
