package dev.tokenguard.store;

import dev.tokenguard.domain.ActivityResolution;
import dev.tokenguard.domain.FaultException;
import java.time.Instant;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.CompletionStage;

/**
 * Numbers that all servers add up, over time. Thread-safe; never blocks. A stage fails with a
 * {@link FaultException} and nothing else.
 */
public interface ActivityStore {

  /** Adds to the numbers of the five minutes and of the day that a moment is in. */
  CompletionStage<?> add(Instant moment, Map<String, Long> numbers);

  /**
   * Numbers of spans that have any, by when the span begins.
   *
   * @param from spans that end after this
   * @param until spans that begin before this
   */
  CompletionStage<SortedMap<Instant, Map<String, Long>>> read(
      ActivityResolution resolution, Instant from, Instant until);
}
