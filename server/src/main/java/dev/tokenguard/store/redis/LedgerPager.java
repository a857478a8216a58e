package dev.tokenguard.store.redis;

import dev.tokenguard.domain.Fault;
import dev.tokenguard.domain.FaultException;
import dev.tokenguard.domain.LedgerEntry;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Finds entries of a ledger by revision. The list is in order of revision, so they are found by
 * halving; and it changes meanwhile: entries are added at its end, and the oldest are folded into
 * one, which moves all others. So what is read always includes the neighbour of what is wanted, by
 * which a read tells whether it was the right place, and is repeated if it was not. Thread-safe.
 */
final class LedgerPager {
  /** Entries read at once, so that a long page does not hold up Redis. */
  private static final int CHUNK = 500;

  /** More wrong places than that mean that something else is wrong. */
  private static final int TRIES = 20;

  private final ScriptRunner runner;

  LedgerPager(ScriptRunner runner) {
    this.runner = runner;
  }

  /** As {@code HistoryStore.entriesBefore}. */
  CompletionStage<List<LedgerEntry>> before(byte[] ledger, long before, int size) {
    Page page = new Page(ledger, size);
    if (before == Long.MAX_VALUE) {
      int chunk = Math.min(size, CHUNK);
      return runner
          .read(commands -> commands.lrange(ledger, -chunk, -1))
          .thenCompose(
              newest -> {
                boolean all = newest.size() < chunk;
                Collections.reverse(newest);
                return older(page, newest, before, all);
              });
    }
    return search(ledger, before).thenCompose(at -> readBefore(page, before, at, TRIES));
  }

  /** The entries of a smaller revision, of which {@code at} is believed to be the first other. */
  private CompletionStage<List<LedgerEntry>> readBefore(
      Page page, long before, long at, int tries) {
    int chunk = Math.min(page.missing(), CHUNK);
    long start = Math.max(0, at - chunk);
    return runner
        .read(commands -> commands.lrange(page.ledger, start, at))
        .thenCompose(
            found -> {
              int smaller = smaller(found, before);
              boolean atEnd = found.size() < at - start + 1;
              boolean rightPlace = (atEnd || smaller < found.size()) && smaller == at - start;
              if (!rightPlace && tries > 1) {
                return search(page.ledger, before)
                    .thenCompose(better -> readBefore(page, before, better, tries - 1));
              }
              if (!rightPlace) {
                return CompletableFuture.failedFuture(restless());
              }
              List<byte[]> wanted = new ArrayList<>(found.subList(0, smaller));
              Collections.reverse(wanted);
              return older(page, wanted, before, start == 0);
            });
  }

  private CompletionStage<List<LedgerEntry>> older(
      Page page, List<byte[]> found, long before, boolean all) {
    page.add(found);
    if (all || page.missing() == 0 || found.isEmpty()) {
      return CompletableFuture.completedFuture(page.entries);
    }
    long next = StoredLedger.revision(found.get(found.size() - 1));
    return search(page.ledger, Math.min(next, before))
        .thenCompose(at -> readBefore(page, next, at, TRIES));
  }

  /** As {@code HistoryStore.entriesAfter}. */
  CompletionStage<List<LedgerEntry>> after(byte[] ledger, long after, int size) {
    Page page = new Page(ledger, size);
    return after < 0
        ? readAfter(page, after, 0, TRIES)
        : search(ledger, after + 1).thenCompose(at -> readAfter(page, after, at, TRIES));
  }

  /** The entries of a larger revision, of which {@code at} is believed to be the first. */
  private CompletionStage<List<LedgerEntry>> readAfter(Page page, long after, long at, int tries) {
    int chunk = Math.min(page.missing(), CHUNK);
    long start = Math.max(0, at - 1);
    return runner
        .read(commands -> commands.lrange(page.ledger, start, at + chunk - 1))
        .thenCompose(
            found -> {
              int smaller = smaller(found, after + 1);
              boolean rightPlace = smaller == at - start;
              if (!rightPlace && tries > 1) {
                return search(page.ledger, after + 1)
                    .thenCompose(better -> readAfter(page, after, better, tries - 1));
              }
              if (!rightPlace) {
                return CompletableFuture.failedFuture(restless());
              }
              List<byte[]> wanted = found.subList(smaller, found.size());
              page.add(wanted);
              if (wanted.size() < chunk || page.missing() == 0) {
                return CompletableFuture.completedFuture(page.entries);
              }
              long last = StoredLedger.revision(wanted.get(wanted.size() - 1));
              return readAfter(page, last, at + wanted.size(), TRIES);
            });
  }

  /**
   * Index of the first entry whose revision is not smaller; the number of entries if there is none.
   */
  private CompletionStage<Long> search(byte[] ledger, long revision) {
    return runner
        .read(commands -> commands.llen(ledger))
        .thenCompose(length -> halve(ledger, revision, 0, length));
  }

  private CompletionStage<Long> halve(byte[] ledger, long revision, long low, long high) {
    if (low >= high) {
      return CompletableFuture.completedFuture(low);
    }
    long middle = (low + high) >>> 1;
    return runner
        .read(commands -> commands.lindex(ledger, middle))
        .thenCompose(
            entry ->
                // There is none where the list became shorter.
                entry == null || StoredLedger.revision(entry) >= revision
                    ? halve(ledger, revision, low, middle)
                    : halve(ledger, revision, middle + 1, high));
  }

  /** How many of these are of a smaller revision; they come first. */
  private static int smaller(List<byte[]> entries, long revision) {
    int count = 0;
    while (count < entries.size() && StoredLedger.revision(entries.get(count)) < revision) {
      count++;
    }
    return count;
  }

  private static FaultException restless() {
    return FaultException.of(
        Fault.STORE_UNAVAILABLE, "the ledger changes faster than it can be read; try again");
  }

  /** What was read so far of one page. */
  private static final class Page {
    private final byte[] ledger;
    private final int size;
    private final List<LedgerEntry> entries = new ArrayList<>();

    Page(byte[] ledger, int size) {
      this.ledger = ledger;
      this.size = size;
    }

    int missing() {
      return size - entries.size();
    }

    void add(List<byte[]> packed) {
      for (byte[] each : packed) {
        entries.add(StoredLedger.entry(each));
      }
    }
  }
}
