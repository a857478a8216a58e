package dev.tokenguard.domain;

/**
 * What happens to commits that are not as they were held.
 *
 * @param overage a commit of more than was held
 * @param lateCommit a commit after the hold expired
 */
public record Policies(Overage overage, LateCommit lateCommit) {

  /** Charge what was really used. */
  public static final Policies DEFAULT = new Policies(Overage.CHARGE, LateCommit.CHARGE);

  /** A commit of more than was held. */
  public enum Overage {
    /** All of it is charged; the balance may go below zero. */
    CHARGE,
    /** What there is is charged; the rest is reported as uncovered. */
    CAP,
    /** The commit is refused. */
    REJECT
  }

  /** A commit after the hold expired. */
  public enum LateCommit {
    /** Charged all the same, and flagged. */
    CHARGE,
    /** Refused. */
    REJECT
  }
}
