package dev.tokenguard.store;

import dev.tokenguard.domain.AccountAudit;
import dev.tokenguard.domain.AccountSnapshot;
import dev.tokenguard.domain.CatalogUse;
import dev.tokenguard.domain.DueAccount;
import dev.tokenguard.domain.FaultException;
import dev.tokenguard.domain.SweepStatus;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What upkeep needs of a store: to see all accounts, to do what is due, and to audit. Thread-safe;
 * never blocks. A stage fails with a {@link FaultException} and nothing else.
 */
public interface UpkeepStore extends CatalogUse {

  /**
   * Takes the lease of the background walk, or keeps it.
   *
   * @param owner who asks
   * @param time how long it is held from now on; who does not keep it by then loses it
   * @return whether it is held now by who asks
   */
  CompletionStage<Boolean> lease(String owner, Duration time);

  /** Gives the lease back, if it is held by who asks. */
  CompletionStage<?> release(String owner);

  /**
   * Some of all accounts, in no particular order. One that is there all the time is seen at least
   * once in a walk from the beginning to the end.
   *
   * @param cursor where to go on; empty from the beginning
   * @param size about so many
   */
  CompletionStage<Page<Look>> scan(String cursor, int size);

  /**
   * These accounts, in this order; those that do not exist are left out, and those of which nothing
   * can be read may come last.
   */
  CompletionStage<List<Look>> look(List<String> accounts);

  /**
   * Does what is due on an account, forgets reservations that ended long ago, and folds what is old
   * in its ledger; some at a time.
   *
   * @return null if there is no such account
   */
  CompletionStage<@Nullable Tidied> tidy(String account);

  /** Adds up an account from its ledger and its open reservations, and compares. */
  CompletionStage<AccountAudit> audit(String account);

  /** Keeps the result of the last full walk, for every server to see. */
  CompletionStage<?> report(SweepStatus walk);

  /** The result of the last full walk, and who holds the lease now. */
  CompletionStage<SweepStatus> status();

  /**
   * An account as it is stored.
   *
   * @param account which
   * @param plan its plan; empty if it is there only to tell who pays for it
   * @param due whether a hold, a grant or a period is due
   * @param sound whether it can be read, and its sums are right as far as it alone tells
   * @param reset what of its allowance is due for a reset; null for nothing
   */
  record Look(
      String account, String plan, boolean due, boolean sound, @Nullable DueAccount reset) {}

  /**
   * What was done to an account.
   *
   * @param account as it is now, without balances
   * @param more whether there is more to be forgotten or folded
   * @param changed whether anything was done
   */
  record Tidied(AccountSnapshot account, boolean more, boolean changed) {}
}
