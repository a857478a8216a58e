package dev.tokenguard.grpc;

import static dev.tokenguard.grpc.AdminRequestMapper.name;

import dev.tokenguard.service.GuardRequest;
import dev.tokenguard.service.HistoryRequest;
import dev.tokenguard.v1.ExportFormat;
import dev.tokenguard.v1.ExportKind;
import dev.tokenguard.v1.ExportRequest;
import dev.tokenguard.v1.GetUsageRequest;
import dev.tokenguard.v1.ListReservationsRequest;
import dev.tokenguard.v1.ListTransactionsRequest;
import dev.tokenguard.v1.RefundReservationRequest;
import dev.tokenguard.v1.TransactionFilter;
import dev.tokenguard.v1.TransactionKind;
import dev.tokenguard.v1.UsageDimension;

/** From protos to what operators ask of history; checks nothing. */
final class HistoryRequestMapper {

  private HistoryRequestMapper() {}

  static HistoryRequest.Transactions transactions(ListTransactionsRequest request) {
    return new HistoryRequest.Transactions(
        request.getAccountId(),
        request.getPageSize(),
        request.getPageToken(),
        filter(request.getFilter()));
  }

  private static HistoryRequest.Filter filter(TransactionFilter filter) {
    return new HistoryRequest.Filter(
        filter.getKindsValueList().stream()
            .map(number -> name("TRANSACTION_KIND_", number, TransactionKind.forNumber(number)))
            .toList(),
        filter.getTokenType(),
        filter.getFeature(),
        filter.getMemberId(),
        filter.getReservationId(),
        filter.hasStartTime() ? Times.instant(filter.getStartTime()) : null,
        filter.hasEndTime() ? Times.instant(filter.getEndTime()) : null);
  }

  static HistoryRequest.Reservations reservations(ListReservationsRequest request) {
    return new HistoryRequest.Reservations(
        request.getAccountId(),
        request.getPageSize(),
        request.getPageToken(),
        request.getMemberId());
  }

  static GuardRequest.Refund refund(RefundReservationRequest request) {
    return new GuardRequest.Refund(
        request.getAccountId(), request.getReservationId(), request.getReason());
  }

  static HistoryRequest.Usage usage(GetUsageRequest request) {
    return new HistoryRequest.Usage(
        request.getAccountId(),
        request.getStartDate(),
        request.getEndDate(),
        request.getGroupByValueList().stream()
            .map(number -> name("USAGE_DIMENSION_", number, UsageDimension.forNumber(number)))
            .toList(),
        request.getTokenType(),
        request.getFeature(),
        request.getMemberId(),
        request.getLimit());
  }

  static HistoryRequest.Export export(ExportRequest request) {
    return new HistoryRequest.Export(
        name("EXPORT_KIND_", request.getKindValue(), ExportKind.forNumber(request.getKindValue())),
        name(
            "EXPORT_FORMAT_",
            request.getFormatValue(),
            ExportFormat.forNumber(request.getFormatValue())),
        request.getAccountId(),
        request.hasFilter() ? filter(request.getFilter()) : null,
        request.getStartDate(),
        request.getEndDate());
  }
}
