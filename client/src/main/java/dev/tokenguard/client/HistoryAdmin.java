package dev.tokenguard.client;

import dev.tokenguard.v1.AdminEvent;
import dev.tokenguard.v1.GetStatisticsRequest;
import dev.tokenguard.v1.GetStatisticsResponse;
import dev.tokenguard.v1.GetUsageResponse;
import dev.tokenguard.v1.ListAdminEventsRequest;
import dev.tokenguard.v1.ListDenialsRequest;
import dev.tokenguard.v1.ListDenialsResponse;
import dev.tokenguard.v1.RecentDenial;
import dev.tokenguard.v1.TokenAdminServiceGrpc;
import dev.tokenguard.v1.Transaction;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * History: what happened to an account's tokens, what used them, and what operators did. Got from
 * {@link TokenAdminClient#history}, which says what holds for every call. Thread-safe.
 */
public final class HistoryAdmin {

  private final AdminCalls calls;

  HistoryAdmin(AdminCalls calls) {
    this.calls = calls;
  }

  /** The whole ledger of an account, newest first. */
  public Listing<Transaction> transactions(String accountId) {
    return transactions(TransactionQuery.of(accountId));
  }

  /** The transactions of an account that meet every condition, newest first. */
  public Listing<Transaction> transactions(TransactionQuery query) {
    return new Listing<>(
        (pageSize, pageToken) ->
            calls.call(
                TokenAdminServiceGrpc.getListTransactionsMethod(),
                query.request().toBuilder().setPageSize(pageSize).setPageToken(pageToken).build(),
                page -> new Page<>(page.getTransactionsList(), page.getNextPageToken())),
        query.request().getPageSize(),
        query.request().getPageToken());
  }

  /**
   * What operators changed, or tried to, newest first. A credential that is limited to some
   * accounts must name one.
   */
  public Listing<AdminEvent> adminEvents() {
    return adminEvents(ListAdminEventsRequest.getDefaultInstance());
  }

  /** The admin events that meet every filter; newest first, unless the request says otherwise. */
  public Listing<AdminEvent> adminEvents(ListAdminEventsRequest request) {
    return new Listing<>(
        (pageSize, pageToken) ->
            calls.call(
                TokenAdminServiceGrpc.getListAdminEventsMethod(),
                request.toBuilder().setPageSize(pageSize).setPageToken(pageToken).build(),
                page -> new Page<>(page.getEventsList(), page.getNextPageToken())),
        request.getPageSize(),
        request.getPageToken());
  }

  /**
   * Why an account was denied lately, newest first; a bounded number.
   *
   * @throws NotFoundException if there is no such account
   */
  public List<RecentDenial> denials(String accountId) {
    return Futures.await(denialsAsync(accountId));
  }

  /** {@link #denials} without blocking. */
  public CompletableFuture<List<RecentDenial>> denialsAsync(String accountId) {
    return calls.call(
        TokenAdminServiceGrpc.getListDenialsMethod(),
        ListDenialsRequest.newBuilder().setAccountId(accountId).build(),
        ListDenialsResponse::getDenialsList);
  }

  /**
   * What was charged, by day, feature, token type and member.
   *
   * @throws NotFoundException if there is no such account
   */
  public GetUsageResponse usage(UsageQuery query) {
    return Futures.await(usageAsync(query));
  }

  /** {@link #usage} without blocking. */
  public CompletableFuture<GetUsageResponse> usageAsync(UsageQuery query) {
    return calls.call(TokenAdminServiceGrpc.getGetUsageMethod(), query.request());
  }

  /**
   * An account in numbers.
   *
   * @throws NotFoundException if there is no such account
   */
  public GetStatisticsResponse statistics(String accountId) {
    return Futures.await(statisticsAsync(accountId));
  }

  /** {@link #statistics} without blocking. */
  public CompletableFuture<GetStatisticsResponse> statisticsAsync(String accountId) {
    return calls.call(
        TokenAdminServiceGrpc.getGetStatisticsMethod(),
        GetStatisticsRequest.newBuilder().setAccountId(accountId).build());
  }

  /** Begins to export a file, and returns at once. Close what it returns, or read it to its end. */
  public ExportStream export(ExportQuery query) {
    return calls.export(query);
  }

  /**
   * Exports to a stream as fast as that takes it, in constant memory, and does not close it.
   *
   * @return rows that were written
   * @throws IOException if the target cannot be written
   * @throws TokenGuardException if the export fails; the target has a part of it then
   */
  public long export(ExportQuery query, OutputStream target) throws IOException {
    return export(query).writeTo(target);
  }

  /**
   * Exports to a file in constant memory. The file appears, or is replaced, when the export is
   * whole; until then it grows beside it under its name with {@code .part}.
   *
   * @return rows that were written
   * @throws IOException if the file cannot be written
   * @throws TokenGuardException if the export fails; what was there before stays as it was
   */
  public long export(ExportQuery query, Path target) throws IOException {
    Path part = target.resolveSibling(target.getFileName() + ".part");
    try {
      long rows;
      try (OutputStream file = Files.newOutputStream(part)) {
        rows = export(query, file);
      }
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      return rows;
    } finally {
      Files.deleteIfExists(part);
    }
  }
}
