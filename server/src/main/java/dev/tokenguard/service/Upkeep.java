package dev.tokenguard.service;

import dev.tokenguard.domain.AccountAudit;
import dev.tokenguard.domain.DueAccount;
import dev.tokenguard.domain.FaultException;
import dev.tokenguard.domain.ResetRun;
import dev.tokenguard.domain.SweepStatus;
import dev.tokenguard.store.Page;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;

/**
 * Does what is due, and checks whether the sums are right. Thread-safe; never blocks. Inputs are
 * valid when they come here; a stage fails with a {@link FaultException} and nothing else.
 */
public interface Upkeep {

  /**
   * Accounts whose allowance is due for a reset, in order of id.
   *
   * @param after only ids after this one; empty from the beginning
   * @param prefix only ids that begin so; empty for all
   * @param size as many at most
   * @param look look at so many accounts at most, however few are due
   * @param plan whether accounts on the plan of this name are wanted
   * @return {@code next} is the id to go on after
   */
  CompletionStage<Page<DueAccount>> due(
      String after, String prefix, int size, int look, Predicate<String> plan);

  /**
   * Resets what is due. Nothing is reset twice.
   *
   * @param accounts accounts to look at; empty for the next page of all
   * @param after of all, only ids after this one; empty from the beginning
   * @param look of all, look at so many at most
   * @param plan whether accounts on the plan of this name are wanted
   */
  CompletionStage<ResetRun> resetDue(
      List<String> accounts, String after, int look, Predicate<String> plan);

  /** Adds up an account from its ledger and its open reservations, and compares. */
  CompletionStage<AccountAudit> audit(String account);

  /** How the background walk is doing. */
  CompletionStage<SweepStatus> status();
}
