package dev.tokenguard.store;

import dev.tokenguard.domain.Balance;
import dev.tokenguard.domain.FaultException;
import dev.tokenguard.domain.Grant;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Tokens that operators give and take. Thread-safe; never blocks. Inputs are valid when they come
 * here; a stage fails with a {@link FaultException} and nothing else.
 */
public interface GrantStore {

  /** Grants tokens on top of the allowance; opens the account if need be. */
  CompletionStage<Granted> grant(GrantCommand command, ChangeRequest request);

  /** What is left of an account's grants, in the order in which they burn. */
  CompletionStage<List<Grant>> list(String account);

  /** Takes back what is left of a grant. */
  CompletionStage<Revoked> revoke(
      String account, String grant, String note, String actor, ChangeRequest request);

  /** Corrects a balance by hand. */
  CompletionStage<Adjusted> adjust(AdjustCommand command, ChangeRequest request);

  /**
   * A grant to make; its id is that of the request.
   *
   * @param starts from when on it counts; null for now
   * @param expires when what is left lapses; null for never
   */
  record GrantCommand(
      String account,
      String tokenType,
      long amount,
      String reason,
      String note,
      String actor,
      int priority,
      @Nullable Instant starts,
      @Nullable Instant expires) {}

  /**
   * A correction.
   *
   * @param amount more, or less if negative
   * @param allowDebt whether it may go below zero
   */
  record AdjustCommand(
      String account,
      String tokenType,
      long amount,
      String reason,
      String note,
      String actor,
      boolean allowDebt) {}

  /** A grant that was made. */
  record Granted(
      Grant grant, Balance balance, long revision, boolean replayed, boolean replicationPending) {}

  /** A grant that was taken back; {@code amount} of it. */
  record Revoked(
      long amount, Balance balance, long revision, boolean replayed, boolean replicationPending) {}

  /** A balance that was corrected. */
  record Adjusted(Balance balance, long revision, boolean replayed, boolean replicationPending) {}
}
