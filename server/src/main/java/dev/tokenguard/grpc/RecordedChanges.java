package dev.tokenguard.grpc;

import com.google.protobuf.Message;
import dev.tokenguard.domain.Account;
import dev.tokenguard.domain.AccountChange;
import dev.tokenguard.domain.AdminEvent;
import dev.tokenguard.domain.AdminEvent.Result;
import dev.tokenguard.domain.Balance;
import dev.tokenguard.domain.Grant;
import dev.tokenguard.domain.LoggerLevel;
import dev.tokenguard.domain.Member;
import dev.tokenguard.domain.ResetRun;
import dev.tokenguard.domain.Settlement;
import dev.tokenguard.service.AdminEvents;
import dev.tokenguard.service.AdminServices;
import dev.tokenguard.service.BalanceChange;
import dev.tokenguard.service.ItemResult;
import dev.tokenguard.service.MemberRequest;
import dev.tokenguard.service.Outcome;
import dev.tokenguard.v1.AddMemberRequest;
import dev.tokenguard.v1.AdjustBalanceRequest;
import dev.tokenguard.v1.BatchAddMembersRequest;
import dev.tokenguard.v1.BatchCreateAccountsRequest;
import dev.tokenguard.v1.BatchCreateGrantsRequest;
import dev.tokenguard.v1.BatchRemoveMembersRequest;
import dev.tokenguard.v1.CreateAccountRequest;
import dev.tokenguard.v1.CreateGrantRequest;
import dev.tokenguard.v1.DeleteAccountRequest;
import dev.tokenguard.v1.RefundReservationRequest;
import dev.tokenguard.v1.RemoveMemberRequest;
import dev.tokenguard.v1.ResetDueAccountsRequest;
import dev.tokenguard.v1.RevokeGrantRequest;
import dev.tokenguard.v1.SetLogLevelRequest;
import dev.tokenguard.v1.TokenAdminServiceGrpc;
import dev.tokenguard.v1.UpdateAccountRequest;
import dev.tokenguard.v1.UpdateMemberRequest;
import io.grpc.MethodDescriptor;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What operators change, each with its event: every RPC that changes something goes through here.
 * To be made for each call, by the thread that brings it: that knows who calls.
 */
final class RecordedChanges {
  /** Items of a batch, or accounts of a reset, at most: what is refused as a whole is one event. */
  private static final int MAX_ITEMS = 1000;

  /** RPCs whose names begin so change nothing; a test holds all others against what is here. */
  private static final List<String> READING = List.of("Get", "List", "Audit", "Export");

  private final AdminServices services;

  /** Whether an RPC changes something. */
  static boolean isChange(MethodDescriptor<?, ?> rpc) {
    return TokenAdminServiceGrpc.SERVICE_NAME.equals(rpc.getServiceName())
        && READING.stream().noneMatch(String.valueOf(rpc.getBareMethodName())::startsWith);
  }

  RecordedChanges(AdminServices services) {
    this.services = services;
  }

  CompletionStage<Outcome<Account>> createAccount(CreateAccountRequest request) {
    return one(
        request,
        () -> services.accounts().create(AdminRequestMapper.create(request)),
        Outcome::replayed,
        created -> Result.done("", EventFields.account(created.value().fields())));
  }

  CompletionStage<List<ItemResult>> createAccounts(BatchCreateAccountsRequest request) {
    List<CreateAccountRequest> items = request.getRequestsList();
    return batch(
        request,
        items,
        () -> services.accounts().createAll(map(items, AdminRequestMapper::create)),
        item -> Result.done("", EventFields.account(item.getAccount())));
  }

  CompletionStage<Outcome<Account>> updateAccount(UpdateAccountRequest request) {
    return one(
        request,
        () -> services.accounts().update(AdminRequestMapper.update(request)),
        Outcome::replayed,
        updated -> {
          AccountChange change = updated.change();
          return change == null ? Result.done("", "") : EventFields.changed(change);
        });
  }

  CompletionStage<Outcome<Long>> deleteAccount(DeleteAccountRequest request) {
    Before<Account> before = new Before<>();
    return one(
        request,
        () ->
            before
                .read(services.accounts().get(request.getAccountId()))
                .thenCompose(
                    read -> services.accounts().delete(AdminRequestMapper.delete(request))),
        Outcome::replayed,
        deleted ->
            Result.done(before.value.map(was -> EventFields.account(was.fields())).orElse(""), ""));
  }

  CompletionStage<Outcome<Member>> addMember(AddMemberRequest request) {
    return member(
        request,
        new MemberRequest.Of(request.getAccountId(), request.getMemberId()),
        () -> services.members().add(AdminRequestMapper.add(request)),
        Outcome::replayed,
        added -> EventFields.caps(added.value().caps().byType()));
  }

  CompletionStage<List<ItemResult>> addMembers(BatchAddMembersRequest request) {
    List<AddMemberRequest> items = request.getRequestsList();
    return membersBatch(
        request,
        items,
        map(items, each -> new MemberRequest.Of(each.getAccountId(), each.getMemberId())),
        () -> services.members().addAll(map(items, AdminRequestMapper::add)),
        item -> EventFields.caps(item.getCapsMap()));
  }

  CompletionStage<Outcome<Member>> updateMember(UpdateMemberRequest request) {
    return member(
        request,
        new MemberRequest.Of(request.getAccountId(), request.getMemberId()),
        () -> services.members().cap(AdminRequestMapper.cap(request)),
        Outcome::replayed,
        capped -> EventFields.caps(capped.value().caps().byType()));
  }

  CompletionStage<Outcome<String>> removeMember(RemoveMemberRequest request) {
    return member(
        request,
        new MemberRequest.Of(request.getAccountId(), request.getMemberId()),
        () -> services.members().remove(AdminRequestMapper.remove(request)),
        Outcome::replayed,
        removed -> "");
  }

  CompletionStage<List<ItemResult>> removeMembers(BatchRemoveMembersRequest request) {
    List<RemoveMemberRequest> items = request.getRequestsList();
    return membersBatch(
        request,
        items,
        map(items, each -> new MemberRequest.Of(each.getAccountId(), each.getMemberId())),
        () -> services.members().removeAll(map(items, AdminRequestMapper::remove)),
        item -> "");
  }

  CompletionStage<BalanceChange<Grant>> createGrant(CreateGrantRequest request) {
    return one(
        request,
        () -> services.grants().create(AdminRequestMapper.grant(request)),
        BalanceChange::replayed,
        granted ->
            granted(granted.balance(), granted.value().scheduled() ? 0 : granted.value().amount()));
  }

  CompletionStage<List<ItemResult>> createGrants(BatchCreateGrantsRequest request) {
    List<CreateGrantRequest> items = request.getRequestsList();
    return batch(
        request,
        items,
        () -> services.grants().createAll(map(items, AdminRequestMapper::grant)),
        item -> Result.done("", ""));
  }

  CompletionStage<BalanceChange<Long>> revokeGrant(RevokeGrantRequest request) {
    return one(
        request,
        () -> services.grants().revoke(AdminRequestMapper.revoke(request)),
        BalanceChange::replayed,
        revoked -> granted(revoked.balance(), -revoked.value()));
  }

  CompletionStage<BalanceChange<Long>> adjustBalance(AdjustBalanceRequest request) {
    return one(
        request,
        () -> services.grants().adjust(AdminRequestMapper.adjust(request)),
        BalanceChange::replayed,
        adjusted -> granted(adjusted.balance(), adjusted.value()));
  }

  /** The script made the whole difference: so what was before needs not be read. */
  private static Result granted(Balance balance, long more) {
    return Result.done(
        EventFields.balance(balance.tokenType(), balance.free() - more),
        EventFields.balance(balance.tokenType(), balance.free()));
  }

  CompletionStage<Settlement> refundReservation(RefundReservationRequest request) {
    return one(
        request,
        () -> services.guard().refund(HistoryRequestMapper.refund(request)),
        Settlement::replayed,
        EventFields::refunded);
  }

  CompletionStage<ResetRun> resetDueAccounts(ResetDueAccountsRequest request) {
    List<String> accounts = request.getAccountIdsList();
    Supplier<CompletionStage<ResetRun>> reset =
        () -> services.upkeep().resetDue(AdminRequestMapper.resetDue(request));
    if (accounts.isEmpty() || accounts.size() > MAX_ITEMS) {
      return one(request, reset, run -> false, EventFields::reset);
    }
    return services
        .events()
        .record(
            map(accounts, account -> EventDraft.ofAccount(request, account)),
            reset,
            (run, place) -> {
              Throwable error = run.errors().get(accounts.get(place));
              return error == null ? Result.done("", "") : AdminEvents.failed(error);
            });
  }

  CompletionStage<LoggerLevel> setLogLevel(SetLogLevelRequest request) {
    return services
        .events()
        .note(
            EventDraft.of(request),
            () -> services.server().setLevel(ServerMapper.level(request)),
            level -> Result.done("", EventJson.of(ServerMapper.changed(level).getLogLevel())));
  }

  /** A change of one thing. */
  private <T> CompletionStage<T> one(
      Message request,
      Supplier<CompletionStage<T>> change,
      Function<T, Boolean> replayed,
      Function<T, Result> result) {
    return services
        .events()
        .record(
            List.of(EventDraft.of(request)),
            change,
            (answer, place) -> replayed.apply(answer) ? Result.REPLAYED : result.apply(answer));
  }

  /** A change of one member, of which the account's side is read first. */
  private <T> CompletionStage<T> member(
      Message request,
      MemberRequest.Of member,
      Supplier<CompletionStage<T>> change,
      Function<T, Boolean> replayed,
      Function<T, String> after) {
    Before<Member> before = new Before<>();
    return one(
        request,
        () ->
            before
                .read(services.members().get(member.account(), member.member()))
                .thenCompose(read -> change.get()),
        replayed,
        changed -> Result.done(EventFields.member(before.value), after.apply(changed)));
  }

  /** A change of many things, each with its event. */
  private <Q extends Message> CompletionStage<List<ItemResult>> batch(
      Message request,
      List<Q> items,
      Supplier<CompletionStage<List<ItemResult>>> change,
      Function<Q, Result> result) {
    return batch(request, items, change, (item, place) -> result.apply(item));
  }

  private <Q extends Message> CompletionStage<List<ItemResult>> batch(
      Message request,
      List<Q> items,
      Supplier<CompletionStage<List<ItemResult>>> change,
      BiFunction<Q, Integer, Result> result) {
    String rpc = EventDraft.rpc(request);
    boolean whole = items.isEmpty() || items.size() > MAX_ITEMS;
    List<AdminEvent> events =
        whole
            ? List.of(EventDraft.of(rpc, request.getDefaultInstanceForType()))
            : map(items, item -> EventDraft.of(rpc, item));
    return services
        .events()
        .record(
            events,
            change,
            (results, place) -> {
              ItemResult item = results.get(place);
              Throwable error = item.error();
              if (error != null) {
                return AdminEvents.failed(error);
              }
              return item.replayed() ? Result.REPLAYED : result.apply(items.get(place), place);
            });
  }

  private <Q extends Message> CompletionStage<List<ItemResult>> membersBatch(
      Message request,
      List<Q> items,
      List<MemberRequest.Of> members,
      Supplier<CompletionStage<List<ItemResult>>> change,
      Function<Q, String> after) {
    Before<List<Optional<Member>>> before = new Before<>();
    return batch(
        request,
        items,
        () ->
            items.size() > MAX_ITEMS
                ? change.get()
                : before.read(services.members().look(members)).thenCompose(read -> change.get()),
        (item, place) ->
            Result.done(
                EventFields.member(before.value.flatMap(all -> all.get(place))),
                after.apply(item)));
  }

  private static <T, R> List<R> map(List<T> requests, Function<T, R> mapper) {
    return requests.stream().map(mapper).toList();
  }

  /**
   * What was there just before a change; empty if it cannot be read, which the change will tell.
   */
  private static final class Before<T> {
    private volatile Optional<T> value = Optional.empty();

    CompletionStage<Boolean> read(CompletionStage<T> reading) {
      return reading.handle(
          (read, thrown) -> {
            value = Optional.ofNullable(read);
            return thrown == null;
          });
    }
  }
}
