package dev.tokenguard.client;

import dev.tokenguard.v1.AddMemberResponse;
import dev.tokenguard.v1.BatchAddMembersRequest;
import dev.tokenguard.v1.BatchAddMembersResponse;
import dev.tokenguard.v1.BatchRemoveMembersRequest;
import dev.tokenguard.v1.BatchRemoveMembersResponse;
import dev.tokenguard.v1.GetMemberRequest;
import dev.tokenguard.v1.GetMemberResponse;
import dev.tokenguard.v1.ListMembersRequest;
import dev.tokenguard.v1.Member;
import dev.tokenguard.v1.RemoveMemberRequest;
import dev.tokenguard.v1.RemoveMemberResponse;
import dev.tokenguard.v1.TokenAdminServiceGrpc;
import dev.tokenguard.v1.UpdateMemberRequest;
import dev.tokenguard.v1.UpdateMemberResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Members: who acts on behalf of an account. Got from {@link TokenAdminClient#members}, which says
 * what holds for every call. Thread-safe.
 */
public final class MemberAdmin {

  private final AdminCalls calls;
  private final Batches batches;

  MemberAdmin(AdminCalls calls) {
    this.calls = calls;
    this.batches = new Batches(calls);
  }

  /**
   * Adds a member, or replaces the caps of one. From then on a call that names only the member is
   * paid for by the account.
   *
   * @throws NotFoundException if there is no such account
   * @throws TokenGuardException with reason {@code MEMBER_HAS_PAYER} if another account pays for
   *     the member and it is not {@linkplain NewMember#moving moving}; {@code TOO_MANY_MEMBERS} if
   *     the account has as many as it may
   */
  public AddMemberResponse add(NewMember member) {
    return Futures.await(addAsync(member));
  }

  /** {@link #add} without blocking. */
  public CompletableFuture<AddMemberResponse> addAsync(NewMember member) {
    return calls.call(TokenAdminServiceGrpc.getAddMemberMethod(), withId(member).request());
  }

  /** Adds any number of members, to one account or to several; each outcome tells of one. */
  public BatchOutcome<NewMember> addAll(List<NewMember> members) {
    return Futures.await(addAllAsync(members));
  }

  /** {@link #addAll} without blocking. */
  public CompletableFuture<BatchOutcome<NewMember>> addAllAsync(List<NewMember> members) {
    return batches.send(
        new Batches.Form<>(
            TokenAdminServiceGrpc.getBatchAddMembersMethod(),
            NewMember::request,
            requests -> BatchAddMembersRequest.newBuilder().addAllRequests(requests).build(),
            BatchAddMembersResponse::getResultsList),
        members.stream().map(this::withId).toList());
  }

  /**
   * A member with what it has used.
   *
   * @throws NotFoundException if there is no such account, or no such member of it
   */
  public Member get(String accountId, String memberId) {
    return Futures.await(getAsync(accountId, memberId));
  }

  /** {@link #get} without blocking. */
  public CompletableFuture<Member> getAsync(String accountId, String memberId) {
    return calls.call(
        TokenAdminServiceGrpc.getGetMemberMethod(),
        GetMemberRequest.newBuilder().setAccountId(accountId).setMemberId(memberId).build(),
        GetMemberResponse::getMember);
  }

  /** The members that were added to an account, in no particular order. */
  public Listing<Member> list(String accountId) {
    return list(ListMembersRequest.newBuilder().setAccountId(accountId).build());
  }

  /**
   * The members of an account, in no particular order; the request may ask for those too that an
   * open account merely counts. While members come and go one may, rarely, be told twice.
   */
  public Listing<Member> list(ListMembersRequest request) {
    return new Listing<>(
        (pageSize, pageToken) ->
            calls.call(
                TokenAdminServiceGrpc.getListMembersMethod(),
                request.toBuilder().setPageSize(pageSize).setPageToken(pageToken).build(),
                page -> new Page<>(page.getMembersList(), page.getNextPageToken())),
        request.getPageSize(),
        request.getPageToken());
  }

  /**
   * Replaces the caps of a member.
   *
   * @param caps the most tokens of each type that it may use in a period; what was used stays used
   * @throws NotFoundException if there is no such account, or no such member of it
   */
  public UpdateMemberResponse setCaps(String accountId, String memberId, Map<String, Long> caps) {
    return update(
        UpdateMemberRequest.newBuilder()
            .setAccountId(accountId)
            .setMemberId(memberId)
            .putAllCaps(caps)
            .build());
  }

  /**
   * Changes a member: its caps.
   *
   * @throws NotFoundException if there is no such account, or no such member of it
   */
  public UpdateMemberResponse update(UpdateMemberRequest request) {
    return Futures.await(updateAsync(request));
  }

  /** {@link #update} without blocking. */
  public CompletableFuture<UpdateMemberResponse> updateAsync(UpdateMemberRequest request) {
    return calls.call(
        TokenAdminServiceGrpc.getUpdateMemberMethod(),
        request.toBuilder().setRequestId(calls.requestId(request.getRequestId())).build());
  }

  /**
   * Removes a member: it pays for itself from its next call on. What it holds is settled against
   * the account.
   *
   * @throws NotFoundException if there is no such account, or no such member of it
   */
  public RemoveMemberResponse remove(String accountId, String memberId) {
    return remove(removal(accountId, memberId));
  }

  /**
   * Removes a member: it pays for itself from its next call on. What it holds is settled against
   * the account.
   *
   * @throws NotFoundException if there is no such account, or no such member of it
   */
  public RemoveMemberResponse remove(RemoveMemberRequest request) {
    return Futures.await(removeAsync(request));
  }

  /** {@link #remove(RemoveMemberRequest)} without blocking. */
  public CompletableFuture<RemoveMemberResponse> removeAsync(RemoveMemberRequest request) {
    return calls.call(TokenAdminServiceGrpc.getRemoveMemberMethod(), withId(request));
  }

  /** Removes any number of members of one account; each outcome tells of one. */
  public BatchOutcome<RemoveMemberRequest> removeAll(String accountId, List<String> memberIds) {
    return removeAll(memberIds.stream().map(memberId -> removal(accountId, memberId)).toList());
  }

  /** Removes any number of members, of one account or of several; each outcome tells of one. */
  public BatchOutcome<RemoveMemberRequest> removeAll(List<RemoveMemberRequest> requests) {
    return Futures.await(removeAllAsync(requests));
  }

  /** {@link #removeAll(List)} without blocking. */
  public CompletableFuture<BatchOutcome<RemoveMemberRequest>> removeAllAsync(
      List<RemoveMemberRequest> requests) {
    return batches.send(
        new Batches.Form<>(
            TokenAdminServiceGrpc.getBatchRemoveMembersMethod(),
            Function.identity(),
            batch -> BatchRemoveMembersRequest.newBuilder().addAllRequests(batch).build(),
            BatchRemoveMembersResponse::getResultsList),
        requests.stream().map(this::withId).toList());
  }

  private static RemoveMemberRequest removal(String accountId, String memberId) {
    return RemoveMemberRequest.newBuilder().setAccountId(accountId).setMemberId(memberId).build();
  }

  private RemoveMemberRequest withId(RemoveMemberRequest request) {
    return request.toBuilder().setRequestId(calls.requestId(request.getRequestId())).build();
  }

  private NewMember withId(NewMember member) {
    return member.withRequestId(calls.requestId(member.request().getRequestId()));
  }
}
