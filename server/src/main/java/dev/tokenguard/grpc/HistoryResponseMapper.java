package dev.tokenguard.grpc;

import dev.tokenguard.domain.Denial;
import dev.tokenguard.domain.LedgerEntry;
import dev.tokenguard.domain.RecentDenials;
import dev.tokenguard.domain.Reservation;
import dev.tokenguard.domain.Settlement;
import dev.tokenguard.service.Listed;
import dev.tokenguard.service.Statistics;
import dev.tokenguard.service.UsageReport;
import dev.tokenguard.service.UsageRow;
import dev.tokenguard.v1.GetStatisticsResponse;
import dev.tokenguard.v1.GetUsageResponse;
import dev.tokenguard.v1.ListDenialsResponse;
import dev.tokenguard.v1.ListReservationsResponse;
import dev.tokenguard.v1.ListTransactionsResponse;
import dev.tokenguard.v1.RefundReservationResponse;
import dev.tokenguard.v1.Transaction;
import dev.tokenguard.v1.TransactionKind;
import dev.tokenguard.v1.TransactionLine;
import java.time.Instant;

/** From what happened to protos. Thread-safe. */
final class HistoryResponseMapper {

  private final ResponseMapper responses;

  HistoryResponseMapper(ResponseMapper responses) {
    this.responses = responses;
  }

  ListTransactionsResponse transactions(Listed<LedgerEntry> page) {
    return ListTransactionsResponse.newBuilder()
        .addAllTransactions(page.items().stream().map(HistoryResponseMapper::entry).toList())
        .setNextPageToken(page.nextToken())
        .build();
  }

  private static Transaction entry(LedgerEntry entry) {
    return Transaction.newBuilder()
        .setRevision(entry.revision())
        .setTime(Times.timestamp(entry.time()))
        .setKind(kind(entry.kind()))
        .addAllLines(entry.lines().stream().map(HistoryResponseMapper::line).toList())
        .setFeature(entry.feature())
        .setMemberId(entry.member())
        .setReservationId(entry.reservation())
        .putAllMetadata(entry.metadata())
        .setReason(entry.reason())
        .setLate(entry.late())
        .build();
  }

  private static TransactionLine line(LedgerEntry.Line line) {
    return TransactionLine.newBuilder()
        .setTokenType(line.tokenType())
        .setAmount(line.amount())
        .setGranted(line.granted())
        .setConsumed(line.consumed())
        .setLapsed(line.lapsed())
        .setReleased(line.released())
        .setBalance(line.balance())
        .build();
  }

  static TransactionKind kind(LedgerEntry.Kind kind) {
    return switch (kind) {
      case OPEN -> TransactionKind.TRANSACTION_KIND_OPEN;
      case GRANT -> TransactionKind.TRANSACTION_KIND_GRANT;
      case RESET -> TransactionKind.TRANSACTION_KIND_RESET;
      case COMMIT -> TransactionKind.TRANSACTION_KIND_COMMIT;
      case REFUND -> TransactionKind.TRANSACTION_KIND_REFUND;
      case EXPIRE -> TransactionKind.TRANSACTION_KIND_EXPIRE;
      case ADJUST -> TransactionKind.TRANSACTION_KIND_ADJUST;
    };
  }

  ListDenialsResponse denials(RecentDenials recent, String locale) {
    ListDenialsResponse.Builder response = ListDenialsResponse.newBuilder();
    recent
        .denials()
        .forEach(
            each ->
                response.addDenials(
                    dev.tokenguard.v1.RecentDenial.newBuilder()
                        .setDenial(
                            responses.denial(
                                sinceThen(each.denial(), recent.readAt()),
                                locale,
                                recent.locale(),
                                recent.readAt()))
                        .setFeature(each.denial().feature())
                        .setMemberId(each.member())
                        .setReservationId(each.reservation())
                        .setTime(Times.timestamp(each.last()))
                        .setFirstTime(Times.timestamp(each.first()))
                        .setCount(each.count())));
    return response.build();
  }

  /** Nobody waits any more for a reset that has been. */
  private static Denial sinceThen(Denial denial, Instant now) {
    Instant resetAt = denial.resetAt();
    return resetAt == null || resetAt.isAfter(now)
        ? denial
        : new Denial(
            denial.reason(),
            denial.feature(),
            denial.tokenType(),
            denial.scope(),
            denial.required(),
            denial.available(),
            null);
  }

  ListReservationsResponse reservations(Listed<Reservation> page) {
    return ListReservationsResponse.newBuilder()
        .addAllReservations(page.items().stream().map(ResponseMapper::reservation).toList())
        .setNextPageToken(page.nextToken())
        .build();
  }

  RefundReservationResponse refunded(Settlement settlement) {
    return RefundReservationResponse.newBuilder()
        .setReservation(ResponseMapper.reservation(settlement.reservation()))
        .putAllReturned(settlement.returned().byType())
        .addAllBalances(responses.balances(settlement.account().balances()))
        .setReplayed(settlement.replayed())
        .setReplicationPending(settlement.account().replicationPending())
        .build();
  }

  GetUsageResponse usage(UsageReport report) {
    return GetUsageResponse.newBuilder()
        .addAllRows(report.rows().stream().map(HistoryResponseMapper::row).toList())
        .putAllTotals(report.totals())
        .setStartDate(report.first().toString())
        .setEndDate(report.last().toString())
        .setTruncated(report.truncated())
        .build();
  }

  private static dev.tokenguard.v1.UsageRow row(UsageRow row) {
    return dev.tokenguard.v1.UsageRow.newBuilder()
        .setDay(row.day())
        .setFeature(row.feature())
        .setTokenType(row.tokenType())
        .setMemberId(row.member())
        .setAmount(row.amount())
        .build();
  }

  GetStatisticsResponse statistics(Statistics statistics) {
    GetStatisticsResponse.Builder proto =
        GetStatisticsResponse.newBuilder()
            .setAccount(responses.account(statistics.account()))
            .setTotalGranted(statistics.granted())
            .setTotalConsumed(statistics.consumed())
            .setTotalHeld(statistics.held())
            .setTotalAvailable(statistics.available())
            .putAllConsumedToday(statistics.today())
            .putAllConsumed30Days(statistics.month());
    Instant nextReset = statistics.nextReset();
    if (nextReset != null) {
      proto.setNextResetTime(Times.timestamp(nextReset));
    }
    return proto.build();
  }
}
