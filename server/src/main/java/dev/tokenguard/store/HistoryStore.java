package dev.tokenguard.store;

import dev.tokenguard.domain.FaultException;
import dev.tokenguard.domain.LedgerEntry;
import dev.tokenguard.domain.RecentDenials;
import dev.tokenguard.domain.Reservation;
import dev.tokenguard.domain.UsageCell;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * What happened to accounts. Thread-safe; never blocks. Changes nothing. A stage fails with a
 * {@link FaultException} and nothing else.
 */
public interface HistoryStore {

  /**
   * Ledger entries, newest first.
   *
   * @param before only those of a smaller revision; {@link Long#MAX_VALUE} for the newest
   * @param size as many at most; fewer only at the end
   */
  CompletionStage<List<LedgerEntry>> entriesBefore(String account, long before, int size);

  /**
   * Ledger entries, oldest first.
   *
   * @param after only those of a larger revision; -1 for the oldest
   * @param size as many at most; fewer only at the end
   */
  CompletionStage<List<LedgerEntry>> entriesAfter(String account, long after, int size);

  /**
   * Open reservations, those that expire first first.
   *
   * @param cursor where to go on; empty from the beginning
   * @param size look at so many at most
   */
  CompletionStage<Page<Reservation>> openReservations(String account, String cursor, int size);

  /** A reservation, open or remembered. */
  CompletionStage<Reservation> reservation(String account, String id);

  /** Why the account was denied lately; {@code size} at most. */
  CompletionStage<RecentDenials> denials(String account, int size);

  /** What was charged, in no particular order. Days are inclusive. */
  CompletionStage<List<UsageCell>> usage(String account, LocalDate first, LocalDate last);

  /** The time zone of an account's days. */
  CompletionStage<ZoneId> zone(String account);
}
