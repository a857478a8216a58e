package dev.tokenguard.service;

import dev.tokenguard.domain.Estimate;
import dev.tokenguard.domain.FaultException;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * What features really use, against what was held for them. Thread-safe; never blocks. A stage
 * fails with a {@link FaultException} and nothing else.
 */
public interface Estimates {

  /**
   * Estimates in order of feature and token type.
   *
   * @param feature only of this feature; empty for all
   * @param days over so many days, today included, in UTC
   */
  CompletionStage<List<Estimate>> of(String feature, int days);
}
