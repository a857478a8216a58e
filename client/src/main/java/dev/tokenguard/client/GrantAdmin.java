package dev.tokenguard.client;

import dev.tokenguard.v1.AdjustBalanceResponse;
import dev.tokenguard.v1.BatchCreateGrantsRequest;
import dev.tokenguard.v1.BatchCreateGrantsResponse;
import dev.tokenguard.v1.CreateGrantResponse;
import dev.tokenguard.v1.Grant;
import dev.tokenguard.v1.ListGrantsRequest;
import dev.tokenguard.v1.ListGrantsResponse;
import dev.tokenguard.v1.RevokeGrantRequest;
import dev.tokenguard.v1.RevokeGrantResponse;
import dev.tokenguard.v1.TokenAdminServiceGrpc;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Grants: tokens on top of the allowance, and corrections by hand. Got from {@link
 * TokenAdminClient#grants}, which says what holds for every call. Thread-safe.
 */
public final class GrantAdmin {

  private final AdminCalls calls;
  private final Batches batches;

  GrantAdmin(AdminCalls calls) {
    this.calls = calls;
    this.batches = new Batches(calls);
  }

  /**
   * Grants tokens on top of the allowance. They cover debt first, survive resets, and are used
   * after the allowance unless their priority says otherwise. The account is opened if it does not
   * exist and the catalog has a default plan.
   *
   * @throws NotFoundException if there is no such account and no default plan
   * @throws TokenGuardException with reason {@code IDEMPOTENCY_MISMATCH} if another grant was made
   *     with its request id; {@code TOO_MANY_GRANTS} if the account has as many as it may; {@code
   *     AMOUNT_OUT_OF_RANGE} if the balance would be above the maximum
   */
  public CreateGrantResponse create(NewGrant grant) {
    return Futures.await(createAsync(grant));
  }

  /** {@link #create} without blocking. */
  public CompletableFuture<CreateGrantResponse> createAsync(NewGrant grant) {
    return calls.call(TokenAdminServiceGrpc.getCreateGrantMethod(), withId(grant).request());
  }

  /** Makes any number of grants, to one account or to many; each outcome tells of one. */
  public BatchOutcome<NewGrant> createAll(List<NewGrant> grants) {
    return Futures.await(createAllAsync(grants));
  }

  /** {@link #createAll} without blocking. */
  public CompletableFuture<BatchOutcome<NewGrant>> createAllAsync(List<NewGrant> grants) {
    return batches.send(
        new Batches.Form<>(
            TokenAdminServiceGrpc.getBatchCreateGrantsMethod(),
            NewGrant::request,
            requests -> BatchCreateGrantsRequest.newBuilder().addAllRequests(requests).build(),
            BatchCreateGrantsResponse::getResultsList),
        grants.stream().map(this::withId).toList());
  }

  /**
   * The grants of an account of which something is left, in the order in which they burn.
   *
   * @throws NotFoundException if there is no such account
   */
  public List<Grant> list(String accountId) {
    return list(ListGrantsRequest.newBuilder().setAccountId(accountId).build());
  }

  /**
   * The grants of an account, or those of one token type, of which something is left, in the order
   * in which they burn.
   *
   * @throws NotFoundException if there is no such account
   */
  public List<Grant> list(ListGrantsRequest request) {
    return Futures.await(listAsync(request));
  }

  /** {@link #list(ListGrantsRequest)} without blocking. */
  public CompletableFuture<List<Grant>> listAsync(ListGrantsRequest request) {
    return calls.call(
        TokenAdminServiceGrpc.getListGrantsMethod(), request, ListGrantsResponse::getGrantsList);
  }

  /**
   * Takes back what is left of a grant. What open reservations hold of it stays held.
   *
   * @throws NotFoundException if there is no such grant, or nothing is left of it
   */
  public RevokeGrantResponse revoke(String accountId, String grantId) {
    return revoke(
        RevokeGrantRequest.newBuilder().setAccountId(accountId).setGrantId(grantId).build());
  }

  /**
   * Takes back what is left of a grant, with a {@code note} and an {@code actor} for the history.
   *
   * @throws NotFoundException if there is no such grant, or nothing is left of it
   */
  public RevokeGrantResponse revoke(RevokeGrantRequest request) {
    return Futures.await(revokeAsync(request));
  }

  /** {@link #revoke(RevokeGrantRequest)} without blocking. */
  public CompletableFuture<RevokeGrantResponse> revokeAsync(RevokeGrantRequest request) {
    return calls.call(
        TokenAdminServiceGrpc.getRevokeGrantMethod(),
        request.toBuilder().setRequestId(calls.requestId(request.getRequestId())).build());
  }

  /**
   * Corrects a balance by hand. More covers debt first, then comes to the allowance of the period
   * that runs, and lapses with it; less is taken in burn order.
   *
   * @throws NotFoundException if there is no such account
   * @throws TokenGuardException with reason {@code INSUFFICIENT_TOKENS} if fewer are available and
   *     the adjustment does not {@linkplain Adjustment#allowingDebt allow debt}; {@code
   *     IDEMPOTENCY_MISMATCH} if another was made with its request id; {@code AMOUNT_OUT_OF_RANGE}
   *     if the balance would be above the maximum
   */
  public AdjustBalanceResponse adjust(Adjustment adjustment) {
    return Futures.await(adjustAsync(adjustment));
  }

  /** {@link #adjust} without blocking. */
  public CompletableFuture<AdjustBalanceResponse> adjustAsync(Adjustment adjustment) {
    String id = calls.requestId(adjustment.request().getRequestId());
    return calls.call(
        TokenAdminServiceGrpc.getAdjustBalanceMethod(), adjustment.withRequestId(id).request());
  }

  private NewGrant withId(NewGrant grant) {
    return grant.withRequestId(calls.requestId(grant.request().getRequestId()));
  }
}
