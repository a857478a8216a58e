package dev.tokenguard.domain;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * One change of an account's tokens.
 *
 * @param revision of the account after it
 * @param time when
 * @param kind what happened
 * @param feature what the tokens were for; may be empty
 * @param member on whose behalf; may be empty
 * @param reservation the reservation that was settled, or the grant; may be empty
 * @param metadata of the reservation and of its commit, or who did it and why
 * @param reason why; may be empty
 * @param late whether the reservation had expired before its commit
 * @param lines what it did to each token type
 */
public record LedgerEntry(
    long revision,
    Instant time,
    Kind kind,
    String feature,
    String member,
    String reservation,
    Map<String, String> metadata,
    String reason,
    boolean late,
    List<Line> lines) {

  /** What happened; in the order of {@code layout.lua}. */
  public enum Kind {
    /** The account was opened, or older entries were folded into this one. */
    OPEN,
    /** Tokens were granted. */
    GRANT,
    /** A new period began. */
    RESET,
    /** A reservation was charged. */
    COMMIT,
    /** A reservation was returned. */
    REFUND,
    /** A reservation, a grant or a withdrawn allowance ended by time. */
    EXPIRE,
    /** An operator or a changed plan changed what there is. */
    ADJUST
  }

  /**
   * What it did to one token type.
   *
   * @param tokenType the token type
   * @param granted came on top; negative where it was taken back
   * @param consumed was charged
   * @param lapsed ended unspent
   * @param released was held, and is not any more
   * @param balance what the account has afterwards, held tokens included
   */
  public record Line(
      String tokenType, long granted, long consumed, long lapsed, long released, long balance) {

    /** Change of what the account has. */
    public long amount() {
      return granted - consumed - lapsed;
    }
  }
}
