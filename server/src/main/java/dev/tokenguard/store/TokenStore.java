package dev.tokenguard.store;

import dev.tokenguard.domain.AccountSnapshot;
import dev.tokenguard.domain.Amounts;
import dev.tokenguard.domain.Decision;
import dev.tokenguard.domain.FaultException;
import dev.tokenguard.domain.Settlement;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Holds and settles tokens, each call in one atomic step. Thread-safe; never blocks.
 *
 * <p>Inputs are valid when they come here. A stage fails with a {@link FaultException} and nothing
 * else.
 */
public interface TokenStore {

  /** Checks everything, then holds the amounts. */
  CompletionStage<Decision> reserve(ReserveCommand command);

  /** Checks everything, then charges the amounts. */
  CompletionStage<Decision> consume(ReserveCommand command);

  /**
   * The decision of {@link #reserve}, holding nothing; the id, the time to live and the metadata
   * are not looked at.
   */
  CompletionStage<Decision> check(ReserveCommand command);

  /** Charges a reservation. */
  CompletionStage<Settlement> commit(CommitCommand command);

  /** Returns a reservation whole. */
  CompletionStage<Settlement> refund(RefundCommand command);

  /** Keeps a reservation alive, and raises what it holds. */
  CompletionStage<Decision> extend(ExtendCommand command);

  /**
   * Every token type of an account.
   *
   * @param member also tell what this member has used; empty for none
   */
  CompletionStage<AccountSnapshot> balance(String account, String member);

  /**
   * @param account who pays
   * @param member on whose behalf; empty if nobody was named
   * @param feature name of a feature of the catalog
   * @param reservation the caller's id, the idempotency key
   * @param amounts what it needs; empty for a free feature
   * @param ttl how long the hold lives
   * @param metadata for the ledger
   * @param fingerprint differs between different requests; at most 16 ASCII characters
   */
  record ReserveCommand(
      String account,
      String member,
      String feature,
      String reservation,
      Amounts amounts,
      Duration ttl,
      Map<String, String> metadata,
      String fingerprint) {}

  /**
   * @param account who pays
   * @param reservation the reservation to charge
   * @param actual what the work really took; null for what was held
   * @param metadata added to the reservation's for the ledger
   */
  record CommitCommand(
      String account, String reservation, @Nullable Amounts actual, Map<String, String> metadata) {}

  /**
   * @param account who pays
   * @param reservation the reservation to return
   * @param reason for the ledger
   */
  record RefundCommand(String account, String reservation, String reason) {}

  /**
   * @param account who pays
   * @param reservation the reservation to keep
   * @param ttl how long the hold lives from now on
   * @param amounts totals to hold; empty to extend the time only
   */
  record ExtendCommand(String account, String reservation, Duration ttl, Amounts amounts) {}
}
