package dev.tokenguard.campaign;

/** What a caller asked for. */
enum Rpc {
  RESERVE,
  COMMIT,
  REFUND,
  EXTEND,
  CONSUME,
  CHECK,
  BALANCE,
  GRANT,
  ADJUST;

  /** Whether it changes the account when it is carried out. */
  boolean changes() {
    return this != CHECK && this != BALANCE;
  }

  /** Whether its id makes it take effect once, however often it is repeated. */
  boolean isOnce() {
    return changes() && this != EXTEND;
  }
}
