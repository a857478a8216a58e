package dev.tokenguard.service;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Repeats what is done in stages, one after the other, until it has a result. However many steps it
 * takes, and however many of them are done at once, the stack does not grow.
 */
final class Repeat {

  private Repeat() {}

  /** The first result of a step; the first fault of one. */
  static <T> CompletionStage<T> until(Supplier<CompletionStage<Optional<T>>> step) {
    CompletableFuture<T> result = new CompletableFuture<>();
    go(step, result);
    return result;
  }

  private static <T> void go(
      Supplier<CompletionStage<Optional<T>>> step, CompletableFuture<T> result) {
    while (!result.isDone()) {
      CompletableFuture<Optional<T>> once;
      try {
        once = step.get().toCompletableFuture();
      } catch (RuntimeException e) {
        result.completeExceptionally(e);
        return;
      }
      if (!once.isDone()) {
        CompletableFuture<Optional<T>> unused =
            once.whenComplete(
                (value, thrown) -> {
                  take(value, thrown, result);
                  go(step, result);
                });
        return;
      }
      CompletableFuture<Optional<T>> unused =
          once.whenComplete((value, thrown) -> take(value, thrown, result));
    }
  }

  private static <T> void take(
      @Nullable Optional<T> value, @Nullable Throwable thrown, CompletableFuture<T> result) {
    if (thrown != null) {
      result.completeExceptionally(thrown);
    } else if (value != null) {
      value.ifPresent(result::complete);
    }
  }
}
