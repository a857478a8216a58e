package dev.tokenguard.client;

import static java.util.Objects.requireNonNull;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whose balance, and of which token types. Immutable.
 *
 * @param accountId whose balance
 * @param memberId also tell what this member has used of it; null for nobody
 * @param tokenTypes only these token types of the catalog, at most 32; empty: all that the account
 *     has
 */
public record BalanceRequest(String accountId, @Nullable String memberId, List<String> tokenTypes) {

  /** Copies the list. */
  public BalanceRequest {
    requireNonNull(accountId, "accountId");
    tokenTypes = List.copyOf(tokenTypes);
  }

  /** Every token type of an account. */
  public static BalanceRequest of(String accountId) {
    return new BalanceRequest(accountId, null, List.of());
  }

  /** The same, and what a member has used of it. */
  public BalanceRequest withMember(@Nullable String newMemberId) {
    return new BalanceRequest(accountId, newMemberId, tokenTypes);
  }

  /** Only these token types. */
  public BalanceRequest withTokenTypes(List<String> newTokenTypes) {
    return new BalanceRequest(accountId, memberId, newTokenTypes);
  }
}
