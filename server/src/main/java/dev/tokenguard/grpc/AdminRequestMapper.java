package dev.tokenguard.grpc;

import com.google.protobuf.Internal.EnumLite;
import dev.tokenguard.service.AccountRequest;
import dev.tokenguard.service.GrantRequest;
import dev.tokenguard.service.MemberRequest;
import dev.tokenguard.service.UpkeepRequest;
import dev.tokenguard.v1.Account;
import dev.tokenguard.v1.AccountStatus;
import dev.tokenguard.v1.AddMemberRequest;
import dev.tokenguard.v1.AdjustBalanceRequest;
import dev.tokenguard.v1.Allowance;
import dev.tokenguard.v1.CreateAccountRequest;
import dev.tokenguard.v1.CreateGrantRequest;
import dev.tokenguard.v1.DeleteAccountRequest;
import dev.tokenguard.v1.GetEstimatesRequest;
import dev.tokenguard.v1.ListAccountsRequest;
import dev.tokenguard.v1.ListDueAccountsRequest;
import dev.tokenguard.v1.ListMembersRequest;
import dev.tokenguard.v1.RemoveMemberRequest;
import dev.tokenguard.v1.ResetDueAccountsRequest;
import dev.tokenguard.v1.RevokeGrantRequest;
import dev.tokenguard.v1.UpdateAccountRequest;
import dev.tokenguard.v1.UpdateMemberRequest;
import org.jspecify.annotations.Nullable;

/** From protos to what operators ask; checks nothing. */
final class AdminRequestMapper {

  private AdminRequestMapper() {}

  static AccountRequest.Create create(CreateAccountRequest request) {
    return new AccountRequest.Create(
        request.getAccount().getAccountId(), fields(request.getAccount()), request.getRequestId());
  }

  static AccountRequest.Update update(UpdateAccountRequest request) {
    return new AccountRequest.Update(
        request.getAccount().getAccountId(),
        fields(request.getAccount()),
        request.getUpdateMask().getPathsList(),
        request.getAccount().getVersion(),
        request.getRequestId());
  }

  static AccountRequest.Delete delete(DeleteAccountRequest request) {
    return new AccountRequest.Delete(
        request.getAccountId(),
        request.getForce(),
        request.getAllowMissing(),
        request.getVersion(),
        request.getRequestId());
  }

  static AccountRequest.ListAll list(ListAccountsRequest request) {
    return new AccountRequest.ListAll(
        request.getPageSize(),
        request.getPageToken(),
        request.getIdPrefix(),
        request.getPlan(),
        status(request.getStatusValue()),
        request.getLow(),
        request.getMemberOf());
  }

  private static AccountRequest.Fields fields(Account account) {
    return new AccountRequest.Fields(
        account.getDisplayName(),
        account.getDescription(),
        account.getPlan(),
        status(account.getStatusValue()),
        account.hasExpireTime() ? Times.instant(account.getExpireTime()) : null,
        account.hasGracePeriod() ? Times.duration(account.getGracePeriod()) : null,
        account.getMembersOnly(),
        account.getTimeZone(),
        account.getLocale(),
        account.getAllowancesList().stream().map(AdminRequestMapper::allowance).toList());
  }

  private static AccountRequest.Allowance allowance(Allowance allowance) {
    return new AccountRequest.Allowance(
        allowance.getTokenType(),
        allowance.getAmount(),
        allowance.getResets(),
        allowance.getRolloverMax(),
        allowance.getCarryDebt());
  }

  private static String status(int number) {
    return name("ACCOUNT_STATUS_", number, AccountStatus.forNumber(number));
  }

  /**
   * The name of an enum's value without its prefix: empty for UNSPECIFIED, and the number of one
   * that this version of the contract does not know, which no check lets through.
   */
  static <E extends Enum<E> & EnumLite> String name(String prefix, int number, @Nullable E value) {
    if (value == null) {
      return String.valueOf(number);
    }
    return number == 0 ? "" : value.name().substring(prefix.length());
  }

  static MemberRequest.Add add(AddMemberRequest request) {
    return new MemberRequest.Add(
        request.getAccountId(),
        request.getMemberId(),
        request.getCapsMap(),
        request.getPaysForItself(),
        request.getMove(),
        request.getRequestId());
  }

  static MemberRequest.Cap cap(UpdateMemberRequest request) {
    return new MemberRequest.Cap(
        request.getAccountId(),
        request.getMemberId(),
        request.getCapsMap(),
        request.getRequestId());
  }

  static MemberRequest.Remove remove(RemoveMemberRequest request) {
    return new MemberRequest.Remove(
        request.getAccountId(), request.getMemberId(), request.getRequestId());
  }

  static MemberRequest.ListAll list(ListMembersRequest request) {
    return new MemberRequest.ListAll(
        request.getAccountId(),
        request.getPageSize(),
        request.getPageToken(),
        request.getShowCounted());
  }

  static GrantRequest.Create grant(CreateGrantRequest request) {
    return new GrantRequest.Create(
        request.getAccountId(),
        request.getTokenType(),
        request.getAmount(),
        request.getReason(),
        request.getNote(),
        request.getActor(),
        request.hasPriority() ? request.getPriority() : null,
        request.hasStartTime() ? Times.instant(request.getStartTime()) : null,
        request.hasExpireTime() ? Times.instant(request.getExpireTime()) : null,
        request.getRequestId());
  }

  static GrantRequest.Revoke revoke(RevokeGrantRequest request) {
    return new GrantRequest.Revoke(
        request.getAccountId(),
        request.getGrantId(),
        request.getNote(),
        request.getActor(),
        request.getRequestId());
  }

  static GrantRequest.Adjust adjust(AdjustBalanceRequest request) {
    return new GrantRequest.Adjust(
        request.getAccountId(),
        request.getTokenType(),
        request.getAmount(),
        request.getReason(),
        request.getNote(),
        request.getActor(),
        request.getAllowDebt(),
        request.getRequestId());
  }

  static UpkeepRequest.ListDue due(ListDueAccountsRequest request) {
    return new UpkeepRequest.ListDue(
        request.getPageSize(), request.getPageToken(), request.getPlan(), request.getIdPrefix());
  }

  static UpkeepRequest.ResetDue resetDue(ResetDueAccountsRequest request) {
    return new UpkeepRequest.ResetDue(
        request.getAccountIdsList(),
        request.getPageSize(),
        request.getPageToken(),
        request.getPlan());
  }

  static UpkeepRequest.ListEstimates estimates(GetEstimatesRequest request) {
    return new UpkeepRequest.ListEstimates(request.getFeature(), request.getDays());
  }
}
