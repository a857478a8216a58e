package dev.tokenguard.store.redis;

import dev.tokenguard.domain.LedgerEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What the entries of a ledger add up to, oldest first, up to the revision of the account that they
 * are compared with. Not thread-safe.
 */
final class LedgerSums {
  private final long revision;
  private final SortedMap<String, Sum> sums = new TreeMap<>();
  private final List<String> problems = new ArrayList<>();
  private final Set<String> broken = new TreeSet<>();
  private long position;
  private long entries;
  private long last;

  /** Nothing yet, of an account at this revision. */
  LedgerSums(long revision) {
    this.revision = revision;
  }

  /** Of one token type. */
  record Sum(long granted, long consumed, long lapsed) {
    static final Sum ZERO = new Sum(0, 0, 0);

    Sum plus(LedgerEntry.Line line) {
      return new Sum(granted + line.granted(), consumed + line.consumed(), lapsed + line.lapsed());
    }

    long balance() {
      return granted - consumed - lapsed;
    }
  }

  /** Takes the next entry in. */
  void add(byte[] packed) {
    position++;
    LedgerEntry entry;
    try {
      entry = StoredLedger.entry(packed);
    } catch (RuntimeException e) { // bytes that no script wrote
      problems.add("entry " + position + " of the ledger cannot be read");
      return;
    }
    if (entry.revision() > revision) { // written since the account was read
      return;
    }
    if (entry.revision() <= last) {
      problems.add(
          "the ledger is out of order: revision " + entry.revision() + " comes after " + last);
    }
    last = Math.max(last, entry.revision());
    entries++;
    for (LedgerEntry.Line line : entry.lines()) {
      Sum sum = sums.getOrDefault(line.tokenType(), Sum.ZERO).plus(line);
      sums.put(line.tokenType(), sum);
      if (sum.balance() != line.balance() && broken.add(line.tokenType())) {
        problems.add(
            "%s: the ledger tells a balance of %d at revision %d, where its entries add up to %d"
                .formatted(line.tokenType(), line.balance(), entry.revision(), sum.balance()));
      }
    }
  }

  /**
   * Whether there are entries and all of them are younger than the account that was read: the rest
   * was folded into them meanwhile.
   */
  boolean isTooYoung() {
    return entries == 0 && position > 0 && problems.isEmpty();
  }

  /** Entries that were added up. */
  long entries() {
    return entries;
  }

  Set<String> types() {
    return sums.keySet();
  }

  Sum of(String type) {
    return sums.getOrDefault(type, Sum.ZERO);
  }

  List<String> problems() {
    return problems;
  }
}
