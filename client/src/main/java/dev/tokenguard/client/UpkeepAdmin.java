package dev.tokenguard.client;

import dev.tokenguard.v1.AuditAccountRequest;
import dev.tokenguard.v1.AuditAccountResponse;
import dev.tokenguard.v1.DueAccount;
import dev.tokenguard.v1.Estimate;
import dev.tokenguard.v1.GetActivityRequest;
import dev.tokenguard.v1.GetActivityResponse;
import dev.tokenguard.v1.GetCatalogRequest;
import dev.tokenguard.v1.GetCatalogResponse;
import dev.tokenguard.v1.GetEstimatesRequest;
import dev.tokenguard.v1.GetEstimatesResponse;
import dev.tokenguard.v1.GetSweepRequest;
import dev.tokenguard.v1.GetSweepResponse;
import dev.tokenguard.v1.ListDueAccountsRequest;
import dev.tokenguard.v1.ResetDueAccountsRequest;
import dev.tokenguard.v1.ResetDueAccountsResponse;
import dev.tokenguard.v1.TokenAdminServiceGrpc;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Upkeep: what is due, whether the sums are right, and the catalog in force. Got from {@link
 * TokenAdminClient#upkeep}, which says what holds for every call. Thread-safe.
 */
public final class UpkeepAdmin {

  private final AdminCalls calls;

  UpkeepAdmin(AdminCalls calls) {
    this.calls = calls;
  }

  /** All accounts whose allowance is due for a reset, in order of id. */
  public Listing<DueAccount> dueAccounts() {
    return dueAccounts(ListDueAccountsRequest.getDefaultInstance());
  }

  /** Accounts whose allowance is due for a reset and that meet every filter, in order of id. */
  public Listing<DueAccount> dueAccounts(ListDueAccountsRequest request) {
    return new Listing<>(
        (pageSize, pageToken) ->
            calls.call(
                TokenAdminServiceGrpc.getListDueAccountsMethod(),
                request.toBuilder().setPageSize(pageSize).setPageToken(pageToken).build(),
                page -> new Page<>(page.getAccountsList(), page.getNextPageToken())),
        request.getPageSize(),
        request.getPageToken());
  }

  /** Resets what is due of all accounts, page by page to the end; see {@link #resetDue}. */
  public ResetDueAccountsResponse resetAllDue() {
    return resetDue(ResetDueAccountsRequest.getDefaultInstance());
  }

  /**
   * Resets what is due, of the accounts that are named (any number of them) or, page by page to the
   * end, of all. Nothing is reset twice: if it fails half way, it may be asked for again.
   *
   * @return the sums over all pages; {@code errors} tells what went wrong, by account
   */
  public ResetDueAccountsResponse resetDue(ResetDueAccountsRequest request) {
    return Futures.await(resetDueAsync(request));
  }

  /** {@link #resetDue} without blocking. */
  public CompletableFuture<ResetDueAccountsResponse> resetDueAsync(
      ResetDueAccountsRequest request) {
    return new DueResets(calls, request).start();
  }

  /**
   * Adds up an account from its ledger and its open reservations, and compares.
   *
   * @throws NotFoundException if there is no such account
   */
  public AuditAccountResponse audit(String accountId) {
    return Futures.await(auditAsync(accountId));
  }

  /** {@link #audit} without blocking. */
  public CompletableFuture<AuditAccountResponse> auditAsync(String accountId) {
    return calls.call(
        TokenAdminServiceGrpc.getAuditAccountMethod(),
        AuditAccountRequest.newBuilder().setAccountId(accountId).build());
  }

  /** How the background walk over all accounts is doing. */
  public GetSweepResponse sweep() {
    return Futures.await(sweepAsync());
  }

  /** {@link #sweep} without blocking. */
  public CompletableFuture<GetSweepResponse> sweepAsync() {
    return calls.call(
        TokenAdminServiceGrpc.getGetSweepMethod(), GetSweepRequest.getDefaultInstance());
  }

  /** The catalog in force, as the server that answers has it. */
  public GetCatalogResponse catalog() {
    return Futures.await(catalogAsync());
  }

  /** {@link #catalog} without blocking. */
  public CompletableFuture<GetCatalogResponse> catalogAsync() {
    return calls.call(
        TokenAdminServiceGrpc.getGetCatalogMethod(), GetCatalogRequest.getDefaultInstance());
  }

  /**
   * What was allowed, denied and consumed over time, over all accounts and all servers; points of
   * the last day by default.
   */
  public GetActivityResponse activity(GetActivityRequest request) {
    return Futures.await(activityAsync(request));
  }

  /** {@link #activity} without blocking. */
  public CompletableFuture<GetActivityResponse> activityAsync(GetActivityRequest request) {
    return calls.call(TokenAdminServiceGrpc.getGetActivityMethod(), request);
  }

  /** Estimated against actual amounts of the last 30 days, of every feature. */
  public List<Estimate> estimates() {
    return estimates(GetEstimatesRequest.getDefaultInstance());
  }

  /** Estimated against actual amounts, of one feature or of another number of days. */
  public List<Estimate> estimates(GetEstimatesRequest request) {
    return Futures.await(estimatesAsync(request));
  }

  /** {@link #estimates(GetEstimatesRequest)} without blocking. */
  public CompletableFuture<List<Estimate>> estimatesAsync(GetEstimatesRequest request) {
    return calls.call(
        TokenAdminServiceGrpc.getGetEstimatesMethod(),
        request,
        GetEstimatesResponse::getEstimatesList);
  }
}
