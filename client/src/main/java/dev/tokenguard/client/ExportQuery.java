package dev.tokenguard.client;

import static java.util.Objects.requireNonNull;

import dev.tokenguard.v1.ExportFormat;
import dev.tokenguard.v1.ExportKind;
import dev.tokenguard.v1.ExportRequest;
import dev.tokenguard.v1.TransactionFilter;
import java.time.LocalDate;

/**
 * What to export, and how a row is written. Immutable.
 *
 * <pre>{@code
 * ExportQuery.usage().withDays(first, last).withFormat(EXPORT_FORMAT_JSON_LINES)
 * }</pre>
 *
 * @param request what is sent
 */
public record ExportQuery(ExportRequest request) {

  /** Needs a request. */
  public ExportQuery {
    requireNonNull(request, "request");
  }

  /** A row for each line of each transaction, by account, oldest first. */
  public static ExportQuery transactions() {
    return of(ExportKind.EXPORT_KIND_TRANSACTIONS);
  }

  /** A row for each day, feature, token type and member, by account. */
  public static ExportQuery usage() {
    return of(ExportKind.EXPORT_KIND_USAGE);
  }

  /** A row for each balance, by account. */
  public static ExportQuery balances() {
    return of(ExportKind.EXPORT_KIND_BALANCES);
  }

  /** How a row is written. Default: CSV as of RFC 4180, with a header, in UTF-8. */
  public ExportQuery withFormat(ExportFormat format) {
    return new ExportQuery(request.toBuilder().setFormat(format).build());
  }

  /** Of this account alone. Default: of all. */
  public ExportQuery withAccount(String accountId) {
    return new ExportQuery(request.toBuilder().setAccountId(accountId).build());
  }

  /**
   * Of transactions, which; {@link TransactionQuery} makes a filter of times and kinds. Default:
   * all.
   */
  public ExportQuery withFilter(TransactionFilter filter) {
    return new ExportQuery(request.toBuilder().setFilter(filter).build());
  }

  /** Of usage, from the first day to the last, inclusive, in each account's time zone. */
  public ExportQuery withDays(LocalDate first, LocalDate last) {
    return new ExportQuery(
        request.toBuilder().setStartDate(first.toString()).setEndDate(last.toString()).build());
  }

  private static ExportQuery of(ExportKind kind) {
    return new ExportQuery(ExportRequest.newBuilder().setKind(kind).build());
  }
}
