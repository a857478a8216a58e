package dev.tokenguard.campaign;

/** What became of a call, as far as its caller was told. */
enum Told {
  /** A fault, or no answer at all: it may have been carried out, or may still be. */
  UNKNOWN,
  /** A fault that says that nothing was done. */
  NOT_DONE,
  /** Carried out, or told again. */
  OK,
  /** An outcome too: not allowed; nothing was changed. */
  DENIED,
  /** No such reservation. */
  NOT_FOUND,
  /** The reservation had ended in another way. */
  ENDED,
  /** Fewer tokens than an adjustment was to take. */
  INSUFFICIENT,
  /**
   * A fault that no call of a campaign may be told: INTERNAL, a mismatch, an amount out of range.
   */
  BROKEN;

  /** Whether it comes with balances and a revision. */
  boolean tellsState() {
    return this == OK || this == DENIED;
  }
}
