package dev.tokenguard.service;

import dev.tokenguard.domain.LedgerEntry;
import dev.tokenguard.store.HistoryStore;
import dev.tokenguard.store.Page;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Reads one page of a ledger, newest first, in pieces: it looks at a bounded number of entries,
 * however few of them the filter lets through. One thread at a time, as stages go.
 */
final class LedgerPage {

  /** Entries that are asked for at a time, where most may not be wanted. */
  private static final int PIECE = 500;

  private final HistoryStore store;
  private final String account;
  private final TransactionFilter filter;
  private final int size;
  private final List<LedgerEntry> found = new ArrayList<>();

  /** The last entry that was looked at: what has a smaller revision is left. */
  private long position;

  private int lookedAt;

  LedgerPage(HistoryStore store, String account, TransactionFilter filter, int size, long before) {
    this.store = store;
    this.account = account;
    this.filter = filter;
    this.size = size;
    this.position = before;
  }

  /** The page; {@code next} is the smallest revision that was looked at. */
  CompletionStage<Page<LedgerEntry>> read() {
    return Repeat.until(
        () -> {
          int piece = filter.isAll() ? size + 1 : PIECE;
          return store
              .entriesBefore(account, position, piece)
              .thenApply(entries -> take(entries, entries.size() < piece));
        });
  }

  private Optional<Page<LedgerEntry>> take(List<LedgerEntry> entries, boolean last) {
    for (LedgerEntry entry : entries) {
      if (filter.isBefore(entry)) {
        return Optional.of(new Page<>(found, null));
      }
      if (found.size() == size || lookedAt == AdminLimits.MAX_ENTRIES_LOOKED_AT) {
        return Optional.of(new Page<>(found, String.valueOf(position)));
      }
      lookedAt++;
      position = entry.revision();
      if (filter.lets(entry)) {
        found.add(entry);
      }
    }
    return last ? Optional.of(new Page<>(found, null)) : Optional.empty();
  }
}
