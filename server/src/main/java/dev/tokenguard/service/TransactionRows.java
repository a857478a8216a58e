package dev.tokenguard.service;

import dev.tokenguard.domain.LedgerEntry;
import dev.tokenguard.store.HistoryStore;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The ledger of one account, oldest first: a row for each line that the filter is about. */
final class TransactionRows implements RowSource {

  /** Entries in memory; the longest are of a few kilobytes. */
  private static final int PIECE = 100;

  private final HistoryStore store;
  private final String account;
  private final TransactionFilter filter;
  private long after = -1;
  private boolean ended;

  TransactionRows(HistoryStore store, String account, TransactionFilter filter) {
    this.store = store;
    this.account = account;
    this.filter = filter;
  }

  @Override
  public CompletionStage<Optional<Iterator<Consumer<RowWriter>>>> next() {
    return ended ? NONE.next() : store.entriesAfter(account, after, PIECE).thenApply(this::take);
  }

  private Optional<Iterator<Consumer<RowWriter>>> take(List<LedgerEntry> entries) {
    ended = entries.size() < PIECE;
    if (!entries.isEmpty()) {
      LedgerEntry newest = entries.get(entries.size() - 1);
      after = newest.revision();
      ended |= filter.isAfter(newest);
    }
    return Optional.of(entries.stream().filter(filter::lets).flatMap(this::rows).iterator());
  }

  private Stream<Consumer<RowWriter>> rows(LedgerEntry entry) {
    return entry.lines().stream()
        .filter(filter::lets)
        .map(line -> row -> ExportRows.transaction(row, account, entry, line));
  }
}
