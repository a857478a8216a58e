package dev.tokenguard.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How much goes into one call. */
class AdminCallsTest {
  @Test
  void aBatchHasNoMoreThanAServerTakes() {
    List<Integer> all = IntStream.range(0, 2 * AdminCalls.BATCH + 1).boxed().toList();

    List<List<Integer>> batches = AdminCalls.batches(all);

    assertEquals(List.of(1000, 1000, 1), batches.stream().map(List::size).toList());
    assertEquals(all, batches.stream().flatMap(List::stream).toList());
  }

  @Test
  void nothingIsNoBatch() {
    assertEquals(List.of(), AdminCalls.batches(List.of()));
  }
}
