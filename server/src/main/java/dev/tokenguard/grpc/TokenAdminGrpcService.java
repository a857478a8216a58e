package dev.tokenguard.grpc;

import dev.tokenguard.service.AdminServices;
import dev.tokenguard.service.Export;
import dev.tokenguard.service.ServerService;
import dev.tokenguard.service.UpkeepService;
import dev.tokenguard.v1.AddMemberRequest;
import dev.tokenguard.v1.AddMemberResponse;
import dev.tokenguard.v1.AdjustBalanceRequest;
import dev.tokenguard.v1.AdjustBalanceResponse;
import dev.tokenguard.v1.AuditAccountRequest;
import dev.tokenguard.v1.AuditAccountResponse;
import dev.tokenguard.v1.BatchAddMembersRequest;
import dev.tokenguard.v1.BatchAddMembersResponse;
import dev.tokenguard.v1.BatchCreateAccountsRequest;
import dev.tokenguard.v1.BatchCreateAccountsResponse;
import dev.tokenguard.v1.BatchCreateGrantsRequest;
import dev.tokenguard.v1.BatchCreateGrantsResponse;
import dev.tokenguard.v1.BatchRemoveMembersRequest;
import dev.tokenguard.v1.BatchRemoveMembersResponse;
import dev.tokenguard.v1.CreateAccountRequest;
import dev.tokenguard.v1.CreateAccountResponse;
import dev.tokenguard.v1.CreateGrantRequest;
import dev.tokenguard.v1.CreateGrantResponse;
import dev.tokenguard.v1.DeleteAccountRequest;
import dev.tokenguard.v1.DeleteAccountResponse;
import dev.tokenguard.v1.ExportRequest;
import dev.tokenguard.v1.ExportResponse;
import dev.tokenguard.v1.GetAccountRequest;
import dev.tokenguard.v1.GetAccountResponse;
import dev.tokenguard.v1.GetActivityRequest;
import dev.tokenguard.v1.GetActivityResponse;
import dev.tokenguard.v1.GetCallerRequest;
import dev.tokenguard.v1.GetCallerResponse;
import dev.tokenguard.v1.GetCatalogRequest;
import dev.tokenguard.v1.GetCatalogResponse;
import dev.tokenguard.v1.GetEstimatesRequest;
import dev.tokenguard.v1.GetEstimatesResponse;
import dev.tokenguard.v1.GetMemberRequest;
import dev.tokenguard.v1.GetMemberResponse;
import dev.tokenguard.v1.GetReservationRequest;
import dev.tokenguard.v1.GetReservationResponse;
import dev.tokenguard.v1.GetSettingsRequest;
import dev.tokenguard.v1.GetSettingsResponse;
import dev.tokenguard.v1.GetStatisticsRequest;
import dev.tokenguard.v1.GetStatisticsResponse;
import dev.tokenguard.v1.GetSweepRequest;
import dev.tokenguard.v1.GetSweepResponse;
import dev.tokenguard.v1.GetUsageRequest;
import dev.tokenguard.v1.GetUsageResponse;
import dev.tokenguard.v1.ListAccountsRequest;
import dev.tokenguard.v1.ListAccountsResponse;
import dev.tokenguard.v1.ListAdminEventsRequest;
import dev.tokenguard.v1.ListAdminEventsResponse;
import dev.tokenguard.v1.ListDenialsRequest;
import dev.tokenguard.v1.ListDenialsResponse;
import dev.tokenguard.v1.ListDueAccountsRequest;
import dev.tokenguard.v1.ListDueAccountsResponse;
import dev.tokenguard.v1.ListGrantsRequest;
import dev.tokenguard.v1.ListGrantsResponse;
import dev.tokenguard.v1.ListMembersRequest;
import dev.tokenguard.v1.ListMembersResponse;
import dev.tokenguard.v1.ListReservationsRequest;
import dev.tokenguard.v1.ListReservationsResponse;
import dev.tokenguard.v1.ListTransactionsRequest;
import dev.tokenguard.v1.ListTransactionsResponse;
import dev.tokenguard.v1.RefundReservationRequest;
import dev.tokenguard.v1.RefundReservationResponse;
import dev.tokenguard.v1.RemoveMemberRequest;
import dev.tokenguard.v1.RemoveMemberResponse;
import dev.tokenguard.v1.ResetDueAccountsRequest;
import dev.tokenguard.v1.ResetDueAccountsResponse;
import dev.tokenguard.v1.RevokeGrantRequest;
import dev.tokenguard.v1.RevokeGrantResponse;
import dev.tokenguard.v1.SetLogLevelRequest;
import dev.tokenguard.v1.SetLogLevelResponse;
import dev.tokenguard.v1.TokenAdminServiceGrpc.TokenAdminServiceImplBase;
import dev.tokenguard.v1.UpdateAccountRequest;
import dev.tokenguard.v1.UpdateAccountResponse;
import dev.tokenguard.v1.UpdateMemberRequest;
import dev.tokenguard.v1.UpdateMemberResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The RPCs of operators, as {@link TokenGuardGrpcService}: map, ask the service, map back. Long for
 * their number, and for nothing else.
 */
final class TokenAdminGrpcService extends TokenAdminServiceImplBase {

  private final Supplier<AdminServices> tenant;
  private final Supplier<String> namespace;
  private final AdminResponseMapper admin;
  private final HistoryResponseMapper history;
  private final BooleanSupplier stopping;

  /**
   * The RPCs on their services.
   *
   * @param tenant the services of the tenant whose call is being worked on
   * @param namespace that tenant's
   * @param stopping whether exports should end, as the server does
   */
  TokenAdminGrpcService(
      Supplier<AdminServices> tenant,
      Supplier<String> namespace,
      ResponseMapper responses,
      BooleanSupplier stopping) {
    this.tenant = tenant;
    this.namespace = namespace;
    this.admin = new AdminResponseMapper(responses);
    this.history = new HistoryResponseMapper(responses);
    this.stopping = stopping;
  }

  @Override
  public void createAccount(
      CreateAccountRequest request, StreamObserver<CreateAccountResponse> call) {
    Reply.to(call, () -> changes().createAccount(request), admin::created);
  }

  @Override
  public void batchCreateAccounts(
      BatchCreateAccountsRequest request, StreamObserver<BatchCreateAccountsResponse> call) {
    Reply.to(
        call,
        () -> changes().createAccounts(request),
        results ->
            BatchCreateAccountsResponse.newBuilder()
                .addAllResults(AdminResponseMapper.results(results))
                .build());
  }

  @Override
  public void getAccount(GetAccountRequest request, StreamObserver<GetAccountResponse> call) {
    Reply.to(
        call,
        () -> services().accounts().get(request.getAccountId()),
        account -> GetAccountResponse.newBuilder().setAccount(admin.account(account)).build());
  }

  @Override
  public void listAccounts(ListAccountsRequest request, StreamObserver<ListAccountsResponse> call) {
    Reply.to(
        call, () -> services().accounts().list(AdminRequestMapper.list(request)), admin::accounts);
  }

  @Override
  public void updateAccount(
      UpdateAccountRequest request, StreamObserver<UpdateAccountResponse> call) {
    Reply.to(call, () -> changes().updateAccount(request), admin::updated);
  }

  @Override
  public void deleteAccount(
      DeleteAccountRequest request, StreamObserver<DeleteAccountResponse> call) {
    Reply.to(call, () -> changes().deleteAccount(request), admin::deleted);
  }

  @Override
  public void addMember(AddMemberRequest request, StreamObserver<AddMemberResponse> call) {
    Reply.to(call, () -> changes().addMember(request), admin::added);
  }

  @Override
  public void batchAddMembers(
      BatchAddMembersRequest request, StreamObserver<BatchAddMembersResponse> call) {
    Reply.to(
        call,
        () -> changes().addMembers(request),
        results ->
            BatchAddMembersResponse.newBuilder()
                .addAllResults(AdminResponseMapper.results(results))
                .build());
  }

  @Override
  public void getMember(GetMemberRequest request, StreamObserver<GetMemberResponse> call) {
    Reply.to(
        call,
        () -> services().members().get(request.getAccountId(), request.getMemberId()),
        member ->
            GetMemberResponse.newBuilder().setMember(AdminResponseMapper.member(member)).build());
  }

  @Override
  public void listMembers(ListMembersRequest request, StreamObserver<ListMembersResponse> call) {
    Reply.to(
        call, () -> services().members().list(AdminRequestMapper.list(request)), admin::members);
  }

  @Override
  public void updateMember(UpdateMemberRequest request, StreamObserver<UpdateMemberResponse> call) {
    Reply.to(call, () -> changes().updateMember(request), admin::capped);
  }

  @Override
  public void removeMember(RemoveMemberRequest request, StreamObserver<RemoveMemberResponse> call) {
    Reply.to(call, () -> changes().removeMember(request), AdminResponseMapper::removed);
  }

  @Override
  public void batchRemoveMembers(
      BatchRemoveMembersRequest request, StreamObserver<BatchRemoveMembersResponse> call) {
    Reply.to(
        call,
        () -> changes().removeMembers(request),
        results ->
            BatchRemoveMembersResponse.newBuilder()
                .addAllResults(AdminResponseMapper.results(results))
                .build());
  }

  @Override
  public void createGrant(CreateGrantRequest request, StreamObserver<CreateGrantResponse> call) {
    Reply.to(call, () -> changes().createGrant(request), admin::granted);
  }

  @Override
  public void batchCreateGrants(
      BatchCreateGrantsRequest request, StreamObserver<BatchCreateGrantsResponse> call) {
    Reply.to(
        call,
        () -> changes().createGrants(request),
        results ->
            BatchCreateGrantsResponse.newBuilder()
                .addAllResults(AdminResponseMapper.results(results))
                .build());
  }

  @Override
  public void listGrants(ListGrantsRequest request, StreamObserver<ListGrantsResponse> call) {
    Reply.to(
        call,
        () -> services().grants().list(request.getAccountId(), request.getTokenType()),
        admin::grants);
  }

  @Override
  public void revokeGrant(RevokeGrantRequest request, StreamObserver<RevokeGrantResponse> call) {
    Reply.to(call, () -> changes().revokeGrant(request), admin::revoked);
  }

  @Override
  public void adjustBalance(
      AdjustBalanceRequest request, StreamObserver<AdjustBalanceResponse> call) {
    Reply.to(call, () -> changes().adjustBalance(request), admin::adjusted);
  }

  @Override
  public void listReservations(
      ListReservationsRequest request, StreamObserver<ListReservationsResponse> call) {
    Reply.to(
        call,
        () -> services().history().reservations(HistoryRequestMapper.reservations(request)),
        history::reservations);
  }

  @Override
  public void getReservation(
      GetReservationRequest request, StreamObserver<GetReservationResponse> call) {
    Reply.to(
        call,
        () -> services().history().reservation(request.getAccountId(), request.getReservationId()),
        reservation ->
            GetReservationResponse.newBuilder()
                .setReservation(ResponseMapper.reservation(reservation))
                .build());
  }

  @Override
  public void refundReservation(
      RefundReservationRequest request, StreamObserver<RefundReservationResponse> call) {
    Reply.to(call, () -> changes().refundReservation(request), history::refunded);
  }

  @Override
  public void listTransactions(
      ListTransactionsRequest request, StreamObserver<ListTransactionsResponse> call) {
    Reply.to(
        call,
        () -> services().history().transactions(HistoryRequestMapper.transactions(request)),
        history::transactions);
  }

  @Override
  public void getUsage(GetUsageRequest request, StreamObserver<GetUsageResponse> call) {
    Reply.to(
        call, () -> services().usage().usage(HistoryRequestMapper.usage(request)), history::usage);
  }

  @Override
  public void getStatistics(
      GetStatisticsRequest request, StreamObserver<GetStatisticsResponse> call) {
    Reply.to(
        call, () -> services().usage().statistics(request.getAccountId()), history::statistics);
  }

  @Override
  public void listDenials(ListDenialsRequest request, StreamObserver<ListDenialsResponse> call) {
    Reply.to(
        call,
        () -> services().history().denials(request.getAccountId(), request.getPageSize()),
        recent -> history.denials(recent, request.getLocale()));
  }

  @Override
  public void listDueAccounts(
      ListDueAccountsRequest request, StreamObserver<ListDueAccountsResponse> call) {
    Reply.to(
        call,
        () -> services().upkeep().due(AdminRequestMapper.due(request)),
        UpkeepResponseMapper::due);
  }

  @Override
  public void resetDueAccounts(
      ResetDueAccountsRequest request, StreamObserver<ResetDueAccountsResponse> call) {
    Reply.to(call, () -> changes().resetDueAccounts(request), UpkeepResponseMapper::reset);
  }

  @Override
  public void auditAccount(AuditAccountRequest request, StreamObserver<AuditAccountResponse> call) {
    Reply.to(
        call, () -> services().upkeep().audit(request.getAccountId()), UpkeepResponseMapper::audit);
  }

  @Override
  public void getSweep(GetSweepRequest request, StreamObserver<GetSweepResponse> call) {
    Reply.to(call, () -> services().upkeep().sweep(), UpkeepResponseMapper::sweep);
  }

  @Override
  public void getCatalog(GetCatalogRequest request, StreamObserver<GetCatalogResponse> call) {
    Reply.to(
        call,
        () -> CompletableFuture.completedFuture(services().upkeep().catalog()),
        UpkeepResponseMapper::catalog);
  }

  @Override
  public void getEstimates(GetEstimatesRequest request, StreamObserver<GetEstimatesResponse> call) {
    UpkeepService upkeep = services().upkeep();
    Reply.to(
        call,
        () -> upkeep.estimates(AdminRequestMapper.estimates(request)),
        estimates -> UpkeepResponseMapper.estimates(estimates, upkeep.catalog().catalog()));
  }

  @Override
  public void getActivity(GetActivityRequest request, StreamObserver<GetActivityResponse> call) {
    Reply.to(
        call,
        () -> services().activity().between(ActivityMapper.request(request)),
        ActivityMapper::response);
  }

  @Override
  public void getCaller(GetCallerRequest request, StreamObserver<GetCallerResponse> call) {
    Reply.to(
        call,
        () ->
            CompletableFuture.completedFuture(
                CallerMapper.caller(CallIdentity.admitted(), namespace.get())),
        Function.identity());
  }

  @Override
  public void listAdminEvents(
      ListAdminEventsRequest request, StreamObserver<ListAdminEventsResponse> call) {
    Reply.to(call, () -> services().events().list(EventMapper.list(request)), EventMapper::events);
  }

  @Override
  public void getSettings(GetSettingsRequest request, StreamObserver<GetSettingsResponse> call) {
    ServerService server = services().server();
    Reply.to(
        call,
        () -> CompletableFuture.completedFuture(server.info()),
        info -> ServerMapper.settings(info, server.changedLevels()));
  }

  @Override
  public void setLogLevel(SetLogLevelRequest request, StreamObserver<SetLogLevelResponse> call) {
    Reply.to(call, () -> changes().setLogLevel(request), ServerMapper::changed);
  }

  @Override
  public void export(ExportRequest request, StreamObserver<ExportResponse> call) {
    Export export;
    try {
      export = services().exports().open(HistoryRequestMapper.export(request));
    } catch (RuntimeException e) {
      call.onError(StatusMapper.of(e));
      return;
    }
    new ExportCall(export, (ServerCallStreamObserver<ExportResponse>) call, stopping).start();
  }

  private AdminServices services() {
    return tenant.get();
  }

  /** What changes something, with its event. */
  private RecordedChanges changes() {
    return new RecordedChanges(tenant.get());
  }
}
