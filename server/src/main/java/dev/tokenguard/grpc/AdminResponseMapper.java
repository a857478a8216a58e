package dev.tokenguard.grpc;

import dev.tokenguard.domain.Account;
import dev.tokenguard.domain.AccountFields;
import dev.tokenguard.domain.Grant;
import dev.tokenguard.domain.Member;
import dev.tokenguard.domain.OwnAllowance;
import dev.tokenguard.domain.Schedule;
import dev.tokenguard.service.BalanceChange;
import dev.tokenguard.service.ItemResult;
import dev.tokenguard.service.Listed;
import dev.tokenguard.service.Outcome;
import dev.tokenguard.v1.AccountStatus;
import dev.tokenguard.v1.AddMemberResponse;
import dev.tokenguard.v1.AdjustBalanceResponse;
import dev.tokenguard.v1.Allowance;
import dev.tokenguard.v1.BatchResult;
import dev.tokenguard.v1.CreateAccountResponse;
import dev.tokenguard.v1.CreateGrantResponse;
import dev.tokenguard.v1.DeleteAccountResponse;
import dev.tokenguard.v1.GrantState;
import dev.tokenguard.v1.ListAccountsResponse;
import dev.tokenguard.v1.ListGrantsResponse;
import dev.tokenguard.v1.ListMembersResponse;
import dev.tokenguard.v1.RemoveMemberResponse;
import dev.tokenguard.v1.RevokeGrantResponse;
import dev.tokenguard.v1.UpdateAccountResponse;
import dev.tokenguard.v1.UpdateMemberResponse;
import java.time.Instant;
import java.util.List;

/** From accounts, members and grants to protos. Thread-safe. */
final class AdminResponseMapper {

  private final ResponseMapper responses;

  AdminResponseMapper(ResponseMapper responses) {
    this.responses = responses;
  }

  CreateAccountResponse created(Outcome<Account> changed) {
    return CreateAccountResponse.newBuilder()
        .setAccount(account(changed.value()))
        .setReplayed(changed.replayed())
        .setReplicationPending(changed.replicationPending())
        .build();
  }

  UpdateAccountResponse updated(Outcome<Account> changed) {
    return UpdateAccountResponse.newBuilder()
        .setAccount(account(changed.value()))
        .setReplayed(changed.replayed())
        .setReplicationPending(changed.replicationPending())
        .build();
  }

  DeleteAccountResponse deleted(Outcome<Long> changed) {
    return DeleteAccountResponse.newBuilder()
        .setRefundedReservations(changed.value())
        .setReplayed(changed.replayed())
        .setReplicationPending(changed.replicationPending())
        .build();
  }

  ListAccountsResponse accounts(Listed<Account> page) {
    return ListAccountsResponse.newBuilder()
        .addAllAccounts(page.items().stream().map(this::account).toList())
        .setNextPageToken(page.nextToken())
        .build();
  }

  dev.tokenguard.v1.Account account(Account account) {
    return fields(account.fields())
        .setAccountId(account.id())
        .setCreateTime(Times.timestamp(account.opened()))
        .setPayerId(account.payer())
        .setMemberCount(account.members())
        .setOpenReservations(account.openReservations())
        .addAllBalances(responses.balances(account.balances()))
        .setVersion(account.version())
        .setRevision(account.revision())
        .build();
  }

  /** What operators set of an account, without its id. */
  static dev.tokenguard.v1.Account.Builder fields(AccountFields fields) {
    dev.tokenguard.v1.Account.Builder proto =
        dev.tokenguard.v1.Account.newBuilder()
            .setDisplayName(fields.displayName())
            .setDescription(fields.description())
            .setPlan(fields.plan())
            .setStatus(
                fields.suspended()
                    ? AccountStatus.ACCOUNT_STATUS_SUSPENDED
                    : AccountStatus.ACCOUNT_STATUS_ACTIVE)
            .setMembersOnly(fields.membersOnly())
            .setTimeZone(fields.zone())
            .setLocale(fields.locale())
            .addAllAllowances(
                fields.allowances().stream().map(AdminResponseMapper::allowance).toList());
    Instant expires = fields.expires();
    if (expires != null) {
      proto.setExpireTime(Times.timestamp(expires));
    }
    if (!fields.grace().isZero()) {
      proto.setGracePeriod(Times.duration(fields.grace()));
    }
    return proto;
  }

  private static Allowance allowance(OwnAllowance own) {
    return Allowance.newBuilder()
        .setTokenType(own.tokenType())
        .setAmount(own.amount())
        .setResets(own.resets().map(Schedule::toString).orElse(""))
        .setRolloverMax(own.rolloverMax())
        .setCarryDebt(own.carryDebt())
        .build();
  }

  static List<BatchResult> results(List<ItemResult> results) {
    return results.stream().map(AdminResponseMapper::result).toList();
  }

  private static BatchResult result(ItemResult result) {
    BatchResult.Builder proto =
        BatchResult.newBuilder()
            .setAccountId(result.account())
            .setMemberId(result.member())
            .setReplayed(result.replayed())
            .setReplicationPending(result.replicationPending());
    Throwable error = result.error();
    if (error != null) {
      proto.setError(StatusMapper.itemError(error));
    }
    return proto.build();
  }

  AddMemberResponse added(Outcome<Member> changed) {
    return AddMemberResponse.newBuilder()
        .setMember(member(changed.value()))
        .setReplayed(changed.replayed())
        .setReplicationPending(changed.replicationPending())
        .build();
  }

  UpdateMemberResponse capped(Outcome<Member> changed) {
    return UpdateMemberResponse.newBuilder()
        .setMember(member(changed.value()))
        .setReplayed(changed.replayed())
        .setReplicationPending(changed.replicationPending())
        .build();
  }

  static RemoveMemberResponse removed(Outcome<String> changed) {
    return RemoveMemberResponse.newBuilder()
        .setReplayed(changed.replayed())
        .setReplicationPending(changed.replicationPending())
        .build();
  }

  ListMembersResponse members(Listed<Member> page) {
    return ListMembersResponse.newBuilder()
        .addAllMembers(page.items().stream().map(AdminResponseMapper::member).toList())
        .setNextPageToken(page.nextToken())
        .build();
  }

  static dev.tokenguard.v1.Member member(Member member) {
    return dev.tokenguard.v1.Member.newBuilder()
        .setAccountId(member.account())
        .setMemberId(member.id())
        .putAllCaps(member.caps().byType())
        .addAllBalances(member.balances().stream().map(ResponseMapper::memberBalance).toList())
        .setAdded(member.added())
        .build();
  }

  CreateGrantResponse granted(BalanceChange<Grant> granted) {
    return CreateGrantResponse.newBuilder()
        .setGrant(grant(granted.value()))
        .setBalance(responses.balance(granted.balance()))
        .setRevision(granted.revision())
        .setReplayed(granted.replayed())
        .setReplicationPending(granted.replicationPending())
        .build();
  }

  ListGrantsResponse grants(List<Grant> grants) {
    return ListGrantsResponse.newBuilder()
        .addAllGrants(grants.stream().map(AdminResponseMapper::grant).toList())
        .build();
  }

  RevokeGrantResponse revoked(BalanceChange<Long> revoked) {
    return RevokeGrantResponse.newBuilder()
        .setRevoked(revoked.value())
        .setBalance(responses.balance(revoked.balance()))
        .setRevision(revoked.revision())
        .setReplayed(revoked.replayed())
        .setReplicationPending(revoked.replicationPending())
        .build();
  }

  AdjustBalanceResponse adjusted(BalanceChange<Long> adjusted) {
    return AdjustBalanceResponse.newBuilder()
        .setBalance(responses.balance(adjusted.balance()))
        .setRevision(adjusted.revision())
        .setReplayed(adjusted.replayed())
        .setReplicationPending(adjusted.replicationPending())
        .build();
  }

  /** One that counted at once says nothing of its start. */
  private static dev.tokenguard.v1.Grant grant(Grant grant) {
    dev.tokenguard.v1.Grant.Builder proto =
        dev.tokenguard.v1.Grant.newBuilder()
            .setGrantId(grant.id())
            .setAccountId(grant.account())
            .setTokenType(grant.tokenType())
            .setAmount(grant.amount())
            .setRemaining(grant.remaining())
            .setHeld(grant.held())
            .setReason(grant.reason())
            .setNote(grant.note())
            .setActor(grant.actor())
            .setPriority(grant.priority())
            .setCreateTime(Times.timestamp(grant.created()))
            .setState(
                grant.scheduled()
                    ? GrantState.GRANT_STATE_SCHEDULED
                    : GrantState.GRANT_STATE_ACTIVE);
    if (grant.starts().isAfter(grant.created())) {
      proto.setStartTime(Times.timestamp(grant.starts()));
    }
    Instant expires = grant.expires();
    if (expires != null) {
      proto.setExpireTime(Times.timestamp(expires));
    }
    return proto.build();
  }
}
