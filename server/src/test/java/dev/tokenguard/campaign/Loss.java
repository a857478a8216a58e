package dev.tokenguard.campaign;

/**
 * A fault that may take the newest acknowledged changes of an account with it, and when.
 *
 * @param fault its name in the report
 * @param from when it struck: nothing of what came after it can have been answered before
 * @param until when it was over: nothing of what it took can have been asked for after
 * @param windowNanos how long before {@code from} a change may have been acknowledged that it takes
 */
record Loss(String fault, long from, long until, long windowNanos) {

  /** Whether a call that was answered may be one of those it took. */
  boolean mayTake(Call call) {
    return call.end >= from - windowNanos && call.start <= until;
  }
}
