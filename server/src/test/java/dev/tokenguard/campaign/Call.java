package dev.tokenguard.campaign;

import java.io.Serializable;

/**
 * One call as its caller saw it: what it asked, when, and what it was told. A repeated call is
 * another one, with the same id. Times are {@link System#nanoTime}, which all processes of a
 * machine share; amounts are of the one token type of a campaign.
 */
final class Call implements Serializable {

  private static final long serialVersionUID = 1;

  /** {@link #amount} of a commit of just what is held. */
  static final long WHOLE = -1;

  // What was asked
  long start;
  Rpc rpc = Rpc.BALANCE;
  int account;
  int sidecar;

  /** The reservation, the grant or the adjustment; 0 where there is none. */
  long id;

  /** What to hold, charge or grant; of an extension the total. */
  long amount;

  long ttlMillis;

  // What was told
  long end = Long.MAX_VALUE;
  Told told = Told.UNKNOWN;
  boolean replayed;
  boolean late;

  /** Answered before replicas had it, and told so. */
  boolean pending;

  long revision;
  long granted;
  long consumed;
  long held;
  long available;
  long debt;
  long lapsed;

  /** Of a commit what was charged, of a denial what was required. */
  long charged;

  long returned;
  long overdrawn;

  /** The reservation in the answer: what it holds or held, when it returns, how it is. */
  long reserved;

  long expireMillis;
  HoldState state = HoldState.NONE;

  /** Whether it made a change at the revision that it was told. */
  boolean madeChange() {
    return told == Told.OK && rpc.changes() && !replayed;
  }

  /** Whether it may have been carried out without its caller knowing. */
  boolean isUnknown() {
    return told == Told.UNKNOWN && rpc.changes();
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    text.append(rpc).append(' ').append(rpc.changes() ? "#" + Long.toString(id, 36) : "");
    if (rpc != Rpc.BALANCE && rpc != Rpc.REFUND) {
      text.append(' ').append(amount == WHOLE ? "whole" : amount);
    }
    text.append(" -> ").append(told);
    if (told == Told.ENDED) {
      text.append(' ').append(state);
    }
    if (told.tellsState()) {
      text.append(" r")
          .append(revision)
          .append(replayed ? " replayed" : "")
          .append(late ? " late" : "")
          .append(pending ? " pending" : "");
      text.append(
          String.format(
              " granted %d consumed %d held %d available %d debt %d",
              granted, consumed, held, available, debt));
    }
    return text.toString();
  }
}
