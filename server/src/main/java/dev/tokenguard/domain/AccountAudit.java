package dev.tokenguard.domain;

import java.util.List;

/**
 * An account, added up from its ledger and its open reservations.
 *
 * @param account which
 * @param types each token type in order of name
 * @param findings everything that is off, in words; empty when nothing is
 * @param ledgerEntries ledger entries that were added up
 * @param openReservations open reservations that were added up
 * @param revision of the account that was audited
 */
public record AccountAudit(
    String account,
    List<TypeAudit> types,
    List<String> findings,
    long ledgerEntries,
    long openReservations,
    long revision) {

  /** Whether nothing is off. */
  public boolean balanced() {
    return findings.isEmpty();
  }

  /**
   * One token type over the life of the account: as the balance says, and as the ledger and the
   * open reservations add up to.
   *
   * @param tokenType the token type
   * @param granted as the balance says, as the next four
   * @param consumed charged
   * @param lapsed ended unspent
   * @param held held
   * @param free available, less debt
   * @param ledgerBalance {@code granted - consumed - lapsed} of the ledger
   * @param reservationsHeld held by the open reservations
   */
  public record TypeAudit(
      String tokenType,
      long granted,
      long consumed,
      long lapsed,
      long held,
      long free,
      long ledgerBalance,
      long reservationsHeld) {

    /** What the balance itself does not account for: 0. */
    public long drift() {
      return granted - (free + held + consumed + lapsed);
    }

    /** What the balance says that the ledger does not: 0. */
    public long ledgerDrift() {
      return free + held - ledgerBalance;
    }

    /** What the balance holds that no reservation does: 0. */
    public long heldDrift() {
      return held - reservationsHeld;
    }
  }
}
