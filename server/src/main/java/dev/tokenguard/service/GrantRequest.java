package dev.tokenguard.service;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What an operator asks of grants, in domain words and not checked yet, as a {@link GuardRequest}.
 */
public sealed interface GrantRequest {

  /**
   * Grant tokens.
   *
   * @param account to whom
   * @param tokenType of which type
   * @param amount how many
   * @param reason why, in one word
   * @param note for people
   * @param actor who grants them
   * @param priority when they burn; null for the default
   * @param starts from when on they count; null for at once
   * @param expires when what is left lapses; null for never
   * @param requestId the id of the grant, and the idempotency key
   */
  record Create(
      String account,
      String tokenType,
      long amount,
      String reason,
      String note,
      String actor,
      @Nullable Integer priority,
      @Nullable Instant starts,
      @Nullable Instant expires,
      String requestId)
      implements GrantRequest {}

  /**
   * Take back what is left of a grant.
   *
   * @param account whose
   * @param grant which
   * @param note for people
   * @param actor who revokes it
   * @param requestId the operator's id of the change; may be empty
   */
  record Revoke(String account, String grant, String note, String actor, String requestId)
      implements GrantRequest {}

  /**
   * Correct a balance.
   *
   * @param account whose
   * @param tokenType of which type
   * @param amount how many more, or less if negative
   * @param reason why, in one word
   * @param note for people
   * @param actor who does it
   * @param allowDebt whether it may go below zero
   * @param requestId the idempotency key
   */
  record Adjust(
      String account,
      String tokenType,
      long amount,
      String reason,
      String note,
      String actor,
      boolean allowDebt,
      String requestId)
      implements GrantRequest {}
}
