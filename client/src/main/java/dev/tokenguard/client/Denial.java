package dev.tokenguard.client;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Why the work may not start: for the service its reason, for the user its message.
 *
 * @param reason the first reason that holds, in the order of {@link Reason}
 * @param feature what was asked for
 * @param tokenType the token type that blocked, where one did
 * @param scope whose limit blocked
 * @param required whole tokens of {@code tokenType} that the work needs; 0 without a token type
 * @param available whole tokens of {@code tokenType} available in {@code scope}
 * @param resetTime when waiting helps: the next reset of the allowance; else null
 * @param message the denial in the caller's language, for an end user to read
 * @param locale language of {@code message}, a BCP 47 tag
 */
public record Denial(
    Reason reason,
    String feature,
    @Nullable String tokenType,
    Scope scope,
    long required,
    long available,
    @Nullable Instant resetTime,
    String message,
    String locale) {

  /** Reasons in order of precedence: of several that hold, the first is told. */
  public enum Reason {
    /** No such account, and no default plan to open one on. */
    ACCOUNT_NOT_FOUND,
    /** An operator has suspended the account. */
    ACCOUNT_SUSPENDED,
    /** The subscription ended, and so did its grace. */
    SUBSCRIPTION_EXPIRED,
    /** The account is closed to others than its members. */
    NOT_A_MEMBER,
    /** The plan does not have the feature: waiting for a reset is in vain. */
    FEATURE_NOT_IN_PLAN,
    /** The member's own cap; the account may have tokens left. */
    MEMBER_LIMIT_REACHED,
    /** Fewer tokens are available than the work needs. */
    INSUFFICIENT_TOKENS,
    /** A reason that this version of the client does not know. */
    OTHER
  }

  /** Whose limit a denial is about. */
  public enum Scope {
    /** The account that pays. */
    ACCOUNT,
    /** The member on whose behalf it was asked. */
    MEMBER
  }

  /** Whether tokens are what is missing, so that a top-up or a reset would help. */
  public boolean tooFewTokens() {
    return reason == Reason.INSUFFICIENT_TOKENS || reason == Reason.MEMBER_LIMIT_REACHED;
  }

  /** What a web service should answer: 402 for too few tokens, 403 for every other reason. */
  public int httpStatus() {
    return tooFewTokens() ? 402 : 403;
  }
}
