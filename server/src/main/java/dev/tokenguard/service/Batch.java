package dev.tokenguard.service;

import dev.tokenguard.domain.FaultException;
import dev.tokenguard.domain.FaultException.Violation;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Carries out many requests of one kind, some at a time, so that one caller with a thousand of them
 * does not stand in the way of all others. Each succeeds or fails alone.
 */
final class Batch {

  private Batch() {}

  /**
   * Results in the order of the items; fails only if there are none or too many.
   *
   * @param one carries out one item; its path comes before the names of its fields
   */
  static <T> CompletionStage<List<ItemResult>> of(List<T> items, Step<T> one) {
    if (items.isEmpty() || items.size() > AdminLimits.MAX_BATCH) {
      return CompletableFuture.failedFuture(
          FaultException.invalid(
              List.of(
                  new Violation(
                      "requests",
                      items.size() + " items (expected: 1 to " + AdminLimits.MAX_BATCH + ")"))));
    }
    return each(items, (item, place) -> one.carryOut(item, "requests[" + place + "]."));
  }

  /**
   * Does something to every item, some at a time; in the order of the items.
   *
   * @param one makes a stage that does not fail of an item and its place
   */
  static <T, R> CompletionStage<List<R>> each(
      List<T> items, BiFunction<T, Integer, CompletionStage<R>> one) {
    AtomicReferenceArray<R> results = new AtomicReferenceArray<>(items.size());
    AtomicInteger next = new AtomicInteger();
    CompletableFuture<?>[] lanes =
        Stream.generate(() -> lane(items, one, next, results))
            .limit(Math.min(items.size(), AdminLimits.BATCH_IN_FLIGHT))
            .toArray(CompletableFuture[]::new);
    return CompletableFuture.allOf(lanes)
        .thenApply(done -> IntStream.range(0, items.size()).mapToObj(results::get).toList());
  }

  /** Takes one item after the other until none is left. */
  private static <T, R> CompletableFuture<Boolean> lane(
      List<T> items,
      BiFunction<T, Integer, CompletionStage<R>> one,
      AtomicInteger next,
      AtomicReferenceArray<R> results) {
    return Repeat.<Boolean>until(
            () -> {
              int i = next.getAndIncrement();
              return i >= items.size()
                  ? CompletableFuture.completedFuture(Optional.of(true))
                  : one.apply(items.get(i), i)
                      .thenApply(
                          result -> {
                            results.set(i, result);
                            return Optional.empty();
                          });
            })
        .toCompletableFuture();
  }

  /**
   * How one item is carried out.
   *
   * @param <T> the request
   */
  interface Step<T> {

    /** Its result; a stage that does not fail. */
    CompletionStage<ItemResult> carryOut(T item, String path);
  }
}
