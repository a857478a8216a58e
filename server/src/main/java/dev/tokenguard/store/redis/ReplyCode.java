package dev.tokenguard.store.redis;

/** The first element of every script's reply; mirrors {@code lua/lib/codes.lua} by position. */
enum ReplyCode {
  /** Done, or done before. */
  OK,
  /** Denied; nothing was held. */
  DENIED,
  /** The account has another plan than the server believed: here is its profile. */
  PROFILE,
  /** The server's periods do not contain the clock of Redis: here is the time. */
  CLOCK,
  /** The id was used with another request. */
  MISMATCH,
  /** No such reservation. */
  NOT_FOUND,
  /** The reservation ended in another way. */
  ENDED,
  /** The policy refuses late commits. */
  LATE_REJECTED,
  /** The policy refuses commits of more than was held. */
  OVERAGE_REJECTED,
  /** As many open holds as an account may have. */
  TOO_MANY,
  /** A sum would pass the largest amount. */
  RANGE,
  /** No account, and no default plan. */
  NO_ACCOUNT,
  /** The account does not pay for who was said to be its member, or not any more. */
  NOT_PAYER,
  /** As many members as an account may have. */
  TOO_MANY_MEMBERS,
  /** There is such an account. */
  EXISTS,
  /** The account has another version than the update says. */
  STALE,
  /** Fewer tokens are available than an adjustment takes. */
  TOO_FEW,
  /** No such member. */
  NO_MEMBER,
  /** Another account pays for the member. */
  OTHER_PAYER,
  /** It would have ended before it began. */
  PAST;

  private static final ReplyCode[] VALUES = values();

  static ReplyCode of(long ordinal) {
    return VALUES[(int) ordinal];
  }
}
