package dev.tokenguard.campaign;

import java.util.List;

/**
 * All that is known of one account: what its callers were told, what its books say at the end, and
 * which faults may have taken some of it away.
 *
 * @param allowance what the account was opened with
 * @param wallOffsetMillis what to add to {@link System#nanoTime} in milliseconds to have the time
 *     of day
 */
record AccountHistory(
    int account,
    List<Call> calls,
    Closing closing,
    List<Loss> losses,
    long allowance,
    long wallOffsetMillis) {

  /** The time of day of a moment, in milliseconds. */
  long wallMillis(long nanos) {
    return nanos / 1_000_000 + wallOffsetMillis;
  }

  /** Whether a call may have been told of something that a fault then took. */
  boolean mayBeLost(Call call) {
    return losses.stream().anyMatch(loss -> loss.isNear(call));
  }

  /** The same with other calls. */
  AccountHistory with(List<Call> others) {
    return new AccountHistory(account, others, closing, losses, allowance, wallOffsetMillis);
  }
}
