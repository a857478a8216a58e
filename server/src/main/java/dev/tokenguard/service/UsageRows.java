package dev.tokenguard.service;

import dev.tokenguard.domain.UsageCell;
import dev.tokenguard.store.HistoryStore;
import java.time.Clock;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What one account was charged, day by day: a few days are in memory at a time. */
final class UsageRows implements RowSource {

  /** The first piece; few cells in it, and the next is larger. */
  private static final int PIECE_DAYS = 7;

  private static final int LARGER = 4;
  private static final int MAX_PIECE_DAYS = 112;

  /** Of a piece that is followed by a larger one. */
  private static final int FEW_CELLS = 1000;

  private static final Comparator<UsageCell> ORDER =
      Comparator.comparing(UsageCell::day)
          .thenComparing(UsageCell::feature)
          .thenComparing(UsageCell::tokenType)
          .thenComparing(UsageCell::member);

  private final HistoryStore store;
  private final Clock clock;
  private final String account;
  private final DayRange days;
  private @Nullable LocalDate from;
  private LocalDate last = LocalDate.MIN;
  private int pieceDays = PIECE_DAYS;

  UsageRows(HistoryStore store, Clock clock, String account, DayRange days) {
    this.store = store;
    this.clock = clock;
    this.account = account;
    this.days = days;
  }

  @Override
  public CompletionStage<Optional<Iterator<Consumer<RowWriter>>>> next() {
    return today().thenCompose(this::next);
  }

  private CompletionStage<LocalDate> today() {
    return days.isFixed() || from != null
        ? CompletableFuture.completedFuture(last)
        : UsageService.today(store, clock, account);
  }

  private CompletionStage<Optional<Iterator<Consumer<RowWriter>>>> next(LocalDate today) {
    LocalDate first = from;
    if (first == null) {
      first = days.first(today);
      last = days.last(today);
    }
    if (first.isAfter(last)) {
      return NONE.next();
    }
    LocalDate pieceEnd = first.plusDays(pieceDays - 1);
    LocalDate to = pieceEnd.isAfter(last) ? last : pieceEnd;
    from = to.plusDays(1);
    return store
        .usage(account, first, to)
        .thenApply(
            cells -> {
              pieceDays = cells.size() < FEW_CELLS ? pieceDays * LARGER : PIECE_DAYS;
              pieceDays = Math.min(pieceDays, MAX_PIECE_DAYS);
              return Optional.of(
                  cells.stream()
                      .sorted(ORDER)
                      .<Consumer<RowWriter>>map(cell -> row -> ExportRows.usage(row, account, cell))
                      .iterator());
            });
  }
}
