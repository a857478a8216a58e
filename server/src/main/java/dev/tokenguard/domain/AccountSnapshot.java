package dev.tokenguard.domain;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An account at one revision, as a script saw or left it.
 *
 * @param account whose
 * @param plan the plan in force; empty if there is no account and no default plan
 * @param locale the account's own language as a BCP 47 tag; null if it has none
 * @param balances the token types concerned, in order of name
 * @param memberBalances what the named member has used, in order of token type; empty if none was
 * @param openReservations reservations that are open
 * @param revision rises by one with every change; 0 for an account that was never used
 * @param readAt the store's clock
 * @param events what became due and was done by this call, before anything else
 * @param replicationPending whether this call changed something that fewer replicas have than were
 *     asked for
 */
public record AccountSnapshot(
    String account,
    String plan,
    @Nullable String locale,
    List<Balance> balances,
    List<MemberBalance> memberBalances,
    long openReservations,
    long revision,
    Instant readAt,
    List<Event> events,
    boolean replicationPending) {

  /** One that is only looked at, or that every replica has that was asked for. */
  public AccountSnapshot(
      String account,
      String plan,
      @Nullable String locale,
      List<Balance> balances,
      List<MemberBalance> memberBalances,
      long openReservations,
      long revision,
      Instant readAt,
      List<Event> events) {
    this(
        account,
        plan,
        locale,
        balances,
        memberBalances,
        openReservations,
        revision,
        readAt,
        events,
        false);
  }

  /**
   * Something that was due.
   *
   * @param kind what happened
   * @param tokenType to tokens of which type
   * @param amount how many tokens; for RESET the new allowance
   */
  public record Event(Kind kind, String tokenType, long amount) {}

  /** What can be due. */
  public enum Kind {
    /** A new period began. */
    RESET,
    /** A hold was returned because its time was over. */
    EXPIRED,
    /** Tokens ended unspent with their period or their own expiry. */
    LAPSED,
    /** The account was opened, by this very call. */
    OPENED,
    /** A grant began whose start was to come. */
    GRANTED
  }
}
