package dev.tokenguard.domain;

import org.jspecify.annotations.Nullable;

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
   * @param before what an extend has extended, for those who count what is held; null for other
   *     calls
   */
  record Allowed(
      Reservation reservation,
      boolean replayed,
      AccountSnapshot account,
      @Nullable Reservation before)
      implements Decision {

    /** Allowed, by a call that is no extend. */
    public Allowed(Reservation reservation, boolean replayed, AccountSnapshot account) {
      this(reservation, replayed, account, null);
    }
  }

  /**
   * Not allowed; nothing was held.
   *
   * @param denial why
   * @param account the account after the call
   */
  record Denied(Denial denial, AccountSnapshot account) implements Decision {}
}
