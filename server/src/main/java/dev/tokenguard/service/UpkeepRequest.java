package dev.tokenguard.service;

import java.util.List;

/**
 * What an operator asks of upkeep, in domain words and not checked yet, as a {@link GuardRequest}.
 */
public sealed interface UpkeepRequest {

  /**
   * List accounts of which a reset is due.
   *
   * @param pageSize as many at most; 0 for the default
   * @param pageToken where to go on; empty from the beginning
   * @param plan only those on this plan; empty for all
   * @param prefix only ids that begin so
   */
  record ListDue(int pageSize, String pageToken, String plan, String prefix)
      implements UpkeepRequest {}

  /**
   * Reset what is due.
   *
   * @param accounts which; empty for the next page of all
   * @param pageSize of all, accounts looked at at most; 0 for the default
   * @param pageToken of all, where to go on; empty from the beginning
   * @param plan only those on this plan; empty for all
   */
  record ResetDue(List<String> accounts, int pageSize, String pageToken, String plan)
      implements UpkeepRequest {}

  /**
   * Estimates.
   *
   * @param feature only of this feature; empty for all
   * @param days over so many days; 0 for the default
   */
  record ListEstimates(String feature, int days) implements UpkeepRequest {}
}
