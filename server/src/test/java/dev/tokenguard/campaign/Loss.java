package dev.tokenguard.campaign;

import java.io.Serializable;

/**
 * A fault that may take the newest acknowledged changes of an account with it, and when.
 *
 * @param fault its name in the report
 * @param from when it struck: nothing of what came after it can have been answered before
 * @param until when it was over: nothing of what it took can have been asked for after
 * @param windowNanos how long before {@code from} a change may have been acknowledged that it takes
 * @param pendingOnly whether it may take only what was answered as not yet replicated
 */
record Loss(String fault, long from, long until, long windowNanos, boolean pendingOnly)
    implements Serializable {

  /** Whether a call that was answered may be one of those it took. */
  boolean mayTake(Call call) {
    return isNear(call) && (!pendingOnly || call.pending);
  }

  /** Whether a call may have been answered by a server that this fault took away. */
  boolean isNear(Call call) {
    return call.end >= from - windowNanos && call.start <= until;
  }
}
