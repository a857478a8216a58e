package dev.tokenguard.client;

import dev.tokenguard.v1.Account;
import dev.tokenguard.v1.BatchCreateAccountsRequest;
import dev.tokenguard.v1.BatchCreateAccountsResponse;
import dev.tokenguard.v1.CreateAccountResponse;
import dev.tokenguard.v1.DeleteAccountRequest;
import dev.tokenguard.v1.DeleteAccountResponse;
import dev.tokenguard.v1.GetAccountRequest;
import dev.tokenguard.v1.GetAccountResponse;
import dev.tokenguard.v1.ListAccountsRequest;
import dev.tokenguard.v1.TokenAdminServiceGrpc;
import dev.tokenguard.v1.UpdateAccountRequest;
import dev.tokenguard.v1.UpdateAccountResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Accounts: who owns balances. Got from {@link TokenAdminClient#accounts}, which says what holds
 * for every call. Thread-safe.
 */
public final class AccountAdmin {

  private final AdminCalls calls;
  private final Batches batches;

  AccountAdmin(AdminCalls calls) {
    this.calls = calls;
    this.batches = new Batches(calls);
  }

  /**
   * Opens an account.
   *
   * @throws AccountExistsException if there is such an account
   */
  public CreateAccountResponse create(NewAccount account) {
    return Futures.await(createAsync(account));
  }

  /** {@link #create} without blocking. */
  public CompletableFuture<CreateAccountResponse> createAsync(NewAccount account) {
    return calls.call(TokenAdminServiceGrpc.getCreateAccountMethod(), withId(account).request());
  }

  /** Opens any number of accounts; each outcome tells of one. */
  public BatchOutcome<NewAccount> createAll(List<NewAccount> accounts) {
    return Futures.await(createAllAsync(accounts));
  }

  /** {@link #createAll} without blocking. */
  public CompletableFuture<BatchOutcome<NewAccount>> createAllAsync(List<NewAccount> accounts) {
    return batches.send(
        new Batches.Form<>(
            TokenAdminServiceGrpc.getBatchCreateAccountsMethod(),
            NewAccount::request,
            requests -> BatchCreateAccountsRequest.newBuilder().addAllRequests(requests).build(),
            BatchCreateAccountsResponse::getResultsList),
        accounts.stream().map(this::withId).toList());
  }

  /**
   * An account with its balances; what was due is done first.
   *
   * @throws NotFoundException if nobody opened it yet
   */
  public Account get(String accountId) {
    return Futures.await(getAsync(accountId));
  }

  /** {@link #get} without blocking. */
  public CompletableFuture<Account> getAsync(String accountId) {
    return calls.call(
        TokenAdminServiceGrpc.getGetAccountMethod(),
        GetAccountRequest.newBuilder().setAccountId(accountId).build(),
        GetAccountResponse::getAccount);
  }

  /** All accounts in order of id. */
  public Listing<Account> list() {
    return list(ListAccountsRequest.getDefaultInstance());
  }

  /** Accounts that meet every filter, in order of id. */
  public Listing<Account> list(ListAccountsRequest request) {
    return new Listing<>(
        (pageSize, pageToken) ->
            calls.call(
                TokenAdminServiceGrpc.getListAccountsMethod(),
                request.toBuilder().setPageSize(pageSize).setPageToken(pageToken).build(),
                page -> new Page<>(page.getAccountsList(), page.getNextPageToken())),
        request.getPageSize(),
        request.getPageToken());
  }

  /**
   * Changes the fields that the update names. A changed plan or allowance changes the limit and
   * keeps what was used.
   *
   * @throws NotFoundException if there is no such account
   * @throws StaleVersionException if it was changed since the version that the update names
   */
  public UpdateAccountResponse update(AccountUpdate update) {
    return Futures.await(updateAsync(update));
  }

  /** {@link #update} without blocking. */
  public CompletableFuture<UpdateAccountResponse> updateAsync(AccountUpdate update) {
    UpdateAccountRequest request = update.request();
    return calls.call(
        TokenAdminServiceGrpc.getUpdateAccountMethod(),
        request.toBuilder().setRequestId(calls.requestId(request.getRequestId())).build());
  }

  /**
   * Deletes an account with its history, unless work runs on it.
   *
   * @throws NotFoundException if there is no such account
   * @throws TokenGuardException with reason {@code OPEN_RESERVATIONS} if work runs on it
   */
  public DeleteAccountResponse delete(String accountId) {
    return delete(DeleteAccountRequest.newBuilder().setAccountId(accountId).build());
  }

  /**
   * Deletes an account with its history; the request may {@code force} it, {@code allow_missing},
   * or name the {@code version} that it must have.
   *
   * @throws NotFoundException if there is no such account
   * @throws StaleVersionException if it was changed since the version that the request names
   * @throws TokenGuardException with reason {@code OPEN_RESERVATIONS} if work runs on it
   */
  public DeleteAccountResponse delete(DeleteAccountRequest request) {
    return Futures.await(deleteAsync(request));
  }

  /** {@link #delete(DeleteAccountRequest)} without blocking. */
  public CompletableFuture<DeleteAccountResponse> deleteAsync(DeleteAccountRequest request) {
    return calls.call(
        TokenAdminServiceGrpc.getDeleteAccountMethod(),
        request.toBuilder().setRequestId(calls.requestId(request.getRequestId())).build());
  }

  private NewAccount withId(NewAccount account) {
    return account.withRequestId(calls.requestId(account.request().getRequestId()));
  }
}
