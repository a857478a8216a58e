package dev.tokenguard.store;

import dev.tokenguard.domain.FaultException;
import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * Numbers that all servers add up, by day and feature. Thread-safe; never blocks. A stage fails
 * with a {@link FaultException} and nothing else.
 */
public interface EstimateStore {
  /** How long they are kept. */
  int DAYS = 91;

  /**
   * Adds to the numbers of a feature.
   *
   * @return names of those that were not added, as far as is known; a failure to add is none of the
   *     stage
   */
  CompletionStage<Set<String>> add(LocalDate day, String feature, Map<String, Double> numbers);

  /** The numbers of each of these features over all of these days, in their order. */
  CompletionStage<List<Map<String, Double>>> sum(
      LocalDate first, LocalDate last, Collection<String> features);
}
