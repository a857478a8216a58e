package dev.tokenguard.client;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A credential for an end user's browser. Immutable.
 *
 * @param accountId whose balance it may read
 * @param memberId the one member whose use of it may be read too; null for no member's
 * @param ttl how long it is good; null for what the server says
 */
public record DisplayTokenRequest(
    String accountId, @Nullable String memberId, @Nullable Duration ttl) {

  /** Checks that there is an account. */
  public DisplayTokenRequest {
    requireNonNull(accountId, "accountId");
  }

  /** For the balance of an account, as long as the server says. */
  public static DisplayTokenRequest of(String accountId) {
    return new DisplayTokenRequest(accountId, null, null);
  }

  /** The same, and what a member has used of it. */
  public DisplayTokenRequest withMember(@Nullable String newMemberId) {
    return new DisplayTokenRequest(accountId, newMemberId, ttl);
  }

  /** Good for so long. */
  public DisplayTokenRequest withTtl(@Nullable Duration newTtl) {
    return new DisplayTokenRequest(accountId, memberId, newTtl);
  }
}
