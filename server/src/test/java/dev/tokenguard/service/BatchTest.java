package dev.tokenguard.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BatchTest {

  @Test
  void carriesOutSoManyAtATimeAndAnswersInOrder() {
    List<Integer> items = IntStream.range(0, 100).boxed().toList();
    Deque<CompletableFuture<ItemResult>> running = new ArrayDeque<>();
    CompletableFuture<List<ItemResult>> results =
        Batch.of(
                items,
                (item, path) -> {
                  assertEquals("requests[" + item + "].", path);
                  CompletableFuture<ItemResult> stage = new CompletableFuture<>();
                  running.add(stage);
                  return stage.thenApply(
                      done -> new ItemResult("a" + item, "", null, done.replayed()));
                })
            .toCompletableFuture();
    int most = 0;
    while (!running.isEmpty()) {
      most = Math.max(most, running.size());
      assertFalse(results.isDone());
      // The last that came first: the order of results is not that of their coming.
      running.removeLast().complete(new ItemResult("", "", null, false));
    }
    assertEquals(AdminLimits.BATCH_IN_FLIGHT, most);
    assertEquals(
        items.stream().map(item -> "a" + item).toList(),
        results.join().stream().map(ItemResult::account).toList());
  }

  @Test
  void theStackDoesNotGrowWithItemsThatAreDoneAtOnce() {
    List<Integer> items = IntStream.range(0, 1000).boxed().toList();
    int[] deepest = new int[1];
    List<ItemResult> results =
        Batch.of(
                items,
                (item, path) -> {
                  deepest[0] = Math.max(deepest[0], Thread.currentThread().getStackTrace().length);
                  return CompletableFuture.completedFuture(new ItemResult("a", "", null, false));
                })
            .toCompletableFuture()
            .join();
    assertEquals(1000, results.size());
    assertTrue(deepest[0] < 300, "" + deepest[0]);
  }
}
