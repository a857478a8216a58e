package dev.tokenguard.domain;

/** The outcome of a reserve, consume, check or extend. */
public sealed interface Decision {

  /** The account after the call. */
  AccountSnapshot account();

  /**
   * Allowed.
   *
   * @param reservation what is held, or charged, or would be held
   * @param replayed whether the id was known and the first outcome is told again
   * @param account the account after the call
   */
  record Allowed(Reservation reservation, boolean replayed, AccountSnapshot account)
      implements Decision {}

  /**
   * Not allowed; nothing was held.
   *
   * @param denial why
   * @param account the account after the call
   */
  record Denied(Denial denial, AccountSnapshot account) implements Decision {}
}
