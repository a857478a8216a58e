package dev.tokenguard.domain;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Why an account may not spend.
 *
 * @param reason the first reason that holds
 * @param feature what was asked for
 * @param tokenType the token type that blocked; null if none did
 * @param scope whose limit blocked
 * @param required tokens that the work needs; 0 without a token type
 * @param available tokens that are available in the scope, never negative
 * @param resetAt when waiting helps; null when it does not
 */
public record Denial(
    Reason reason,
    String feature,
    @Nullable String tokenType,
    Scope scope,
    long required,
    long available,
    @Nullable Instant resetAt) {

  /** Reasons in order of precedence: of several that hold, the first is told. */
  public enum Reason {
    /** No such account, and no default plan. */
    ACCOUNT_NOT_FOUND,
    /** Suspended by an operator. */
    ACCOUNT_SUSPENDED,
    /** The subscription and its grace ended. */
    SUBSCRIPTION_EXPIRED,
    /** The account is closed to others than its members. */
    NOT_A_MEMBER,
    /** Not in the plan: waiting for a reset is in vain. */
    FEATURE_NOT_IN_PLAN,
    /** The member's own cap. */
    MEMBER_LIMIT_REACHED,
    /** Too few tokens. */
    INSUFFICIENT_TOKENS
  }

  /** Whose limit a denial is about. */
  public enum Scope {
    /** The account that pays. */
    ACCOUNT,
    /** The member on whose behalf it was asked. */
    MEMBER
  }
}
