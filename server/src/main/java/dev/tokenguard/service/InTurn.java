package dev.tokenguard.service;

import dev.tokenguard.domain.FaultException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Calls for many things, some at a time: a store is not to be asked for thousands at once. */
final class InTurn {
  private static final int AT_A_TIME = 16;

  private InTurn() {}

  /**
   * Makes a call for each item. One that fails is no reason to stop.
   *
   * @param done hears what came of each; never two at a time
   * @param failed hears why it failed; never two at a time
   * @return ends when all have
   */
  static <T, R extends @Nullable Object> CompletionStage<@Nullable Void> each(
      List<T> items,
      Function<T, CompletionStage<R>> call,
      Consumer<R> done,
      BiConsumer<T, FaultException> failed) {
    if (items.isEmpty()) {
      return CompletableFuture.<@Nullable Void>completedFuture(null);
    }
    List<T> some = items.subList(0, Math.min(AT_A_TIME, items.size()));
    List<CompletableFuture<?>> calls = new ArrayList<>(some.size());
    Object lock = new Object();
    for (T item : some) {
      calls.add(
          call.apply(item)
              .<@Nullable Void>handle(
                  (result, thrown) -> {
                    synchronized (lock) {
                      if (thrown == null) {
                        done.accept(result);
                      } else {
                        failed.accept(item, Faults.of(thrown));
                      }
                    }
                    return null;
                  })
              .toCompletableFuture());
    }
    return CompletableFuture.allOf(calls.toArray(CompletableFuture[]::new))
        .thenCompose(all -> each(items.subList(some.size(), items.size()), call, done, failed));
  }
}
