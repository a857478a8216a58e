package dev.tokenguard.domain;

/**
 * How a reservation ended, by commit or refund.
 *
 * @param reservation the reservation as it ended
 * @param charged from the hold, from the balance and as debt together
 * @param returned held and not needed
 * @param overdrawn the part of {@code charged} that became debt
 * @param uncovered used and not charged, under {@link Policies.Overage#CAP}
 * @param late whether the hold had expired before its commit
 * @param replayed whether it had ended so before, and the first outcome is told again
 * @param account the account after the call
 */
public record Settlement(
    Reservation reservation,
    Amounts charged,
    Amounts returned,
    Amounts overdrawn,
    Amounts uncovered,
    boolean late,
    boolean replayed,
    AccountSnapshot account) {}
