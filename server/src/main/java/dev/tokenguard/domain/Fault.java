package dev.tokenguard.domain;

/**
 * Why a call could not be carried out; the stable reasons of the contract's {@code ErrorReason}.
 */
public enum Fault {
  /** Malformed input. */
  INVALID_REQUEST,
  /** An amount or a sum above the maximum. */
  AMOUNT_OUT_OF_RANGE,
  /** The id was used with another request. */
  IDEMPOTENCY_MISMATCH,
  /** No account, and no default plan to open one on. */
  ACCOUNT_NOT_FOUND,
  /** No such reservation of this account. */
  RESERVATION_NOT_FOUND,
  /** The reservation ended in another way. */
  RESERVATION_ENDED,
  /** The hold has expired and the policy refuses late commits. */
  LATE_COMMIT_REJECTED,
  /** More was used than held and the policy refuses it. */
  OVERAGE_REJECTED,
  /** As many open reservations as an account may have. */
  TOO_MANY_RESERVATIONS,
  /** As many watchers as the server may have. */
  TOO_MANY_WATCHES,
  /** As many calls in flight as the server takes. */
  OVERLOADED,
  /** The server is stopping. */
  SHUTTING_DOWN,
  /** The store cannot be reached or cannot write. */
  STORE_UNAVAILABLE,
  /** The store did not answer in time. */
  STORE_TIMEOUT,
  /** The deadline had passed before anything was done. */
  DEADLINE_PASSED,
  /** The stored data of the account cannot be read. */
  ACCOUNT_CORRUPT,
  /** A fault of the server. */
  INTERNAL,
  /** There is such an account. */
  ACCOUNT_EXISTS,
  /** The account was changed since the version that an update names. */
  STALE_VERSION,
  /** The account has open reservations. */
  OPEN_RESERVATIONS,
  /** No such member of this account. */
  MEMBER_NOT_FOUND,
  /** Another account pays for the member. */
  MEMBER_HAS_PAYER,
  /** As many members as an account may have. */
  TOO_MANY_MEMBERS,
  /** No such grant of this account, or nothing is left of it. */
  GRANT_NOT_FOUND,
  /** As many grants as an account may have. */
  TOO_MANY_GRANTS,
  /** Fewer tokens are available than an adjustment takes. */
  INSUFFICIENT_TOKENS,
  /** No credential, or one that is not accepted. */
  UNAUTHENTICATED,
  /** The caller's role, or the limits of its credential, do not allow the call. */
  PERMISSION_DENIED,
  /** The caller has as many calls as it may have. */
  RATE_LIMITED,
  /** The keys that tokens are signed with are being fetched. */
  KEYS_UNAVAILABLE,
  /** The account is stored in a way that this server does not know. */
  LAYOUT_UNKNOWN
}
