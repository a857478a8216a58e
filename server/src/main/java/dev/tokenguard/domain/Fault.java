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
  INTERNAL
}
