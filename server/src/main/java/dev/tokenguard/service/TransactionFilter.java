package dev.tokenguard.service;

import dev.tokenguard.domain.LedgerEntry;
import dev.tokenguard.domain.LedgerEntry.Kind;
import dev.tokenguard.domain.LedgerEntry.Line;
import java.time.Instant;
import java.util.Set;

/**
 * Which ledger entries: those that meet every condition. Names that are empty are no conditions.
 *
 * @param kinds of these kinds
 * @param tokenType with a line of this type
 * @param feature for this feature
 * @param member on behalf of this member
 * @param reservation of this reservation or grant
 * @param start at this time or later
 * @param end before this time
 */
record TransactionFilter(
    Set<Kind> kinds,
    String tokenType,
    String feature,
    String member,
    String reservation,
    Instant start,
    Instant end) {

  /** Whether every entry of a ledger meets it, but for those that are too old. */
  boolean isAll() {
    return kinds.size() == Kind.values().length
        && (tokenType + feature + member + reservation).isEmpty()
        && end.equals(Instant.MAX);
  }

  boolean lets(LedgerEntry entry) {
    return kinds.contains(entry.kind())
        && (feature.isEmpty() || feature.equals(entry.feature()))
        && (member.isEmpty() || member.equals(entry.member()))
        && (reservation.isEmpty() || reservation.equals(entry.reservation()))
        && !isBefore(entry)
        && !isAfter(entry)
        && (tokenType.isEmpty() || entry.lines().stream().anyMatch(this::lets));
  }

  /** Whether a line of an entry is one of those that are asked for. */
  boolean lets(Line line) {
    return tokenType.isEmpty() || tokenType.equals(line.tokenType());
  }

  /** Older than what is asked for; times of a ledger never decrease, so all before it are too. */
  boolean isBefore(LedgerEntry entry) {
    return entry.time().isBefore(start);
  }

  /** Newer than what is asked for, and so are all after it. */
  boolean isAfter(LedgerEntry entry) {
    return !entry.time().isBefore(end);
  }

  /** Tells filters apart. */
  Fingerprint addTo(Fingerprint fingerprint) {
    return fingerprint
        .texts(kinds.stream().map(Enum::name).sorted().toList())
        .text(tokenType)
        .text(feature)
        .text(member)
        .text(reservation)
        .time(start)
        .time(end);
  }
}
