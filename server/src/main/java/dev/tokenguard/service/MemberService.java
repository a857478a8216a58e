package dev.tokenguard.service;

import dev.tokenguard.domain.Amounts;
import dev.tokenguard.domain.Catalog;
import dev.tokenguard.domain.Member;
import dev.tokenguard.store.AccountStore;
import dev.tokenguard.store.ChangeRequest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** What operators do with members; as {@link AccountService}. */
public final class MemberService {

  private final AccountStore store;
  private final Supplier<Catalog> catalog;
  private final Limits limits;
  private final BalanceWatcher watcher;

  /**
   * A service on a store.
   *
   * @param catalog the catalog in force, asked once for each request
   * @param watcher is told which accounts have changed
   */
  public MemberService(
      AccountStore store, Supplier<Catalog> catalog, Limits limits, BalanceWatcher watcher) {
    this.store = store;
    this.catalog = catalog;
    this.limits = limits;
    this.watcher = watcher;
  }

  /** Adds a member, or replaces the caps of one. */
  public CompletionStage<Outcome<Member>> add(MemberRequest.Add request) {
    return add(request, "");
  }

  private CompletionStage<Outcome<Member>> add(MemberRequest.Add request, String path) {
    return Stages.of(
        () -> {
          RequestChecks checks = checks(request.account(), request.member(), path);
          if (!request.member().isEmpty() && request.member().equals(request.account())) {
            checks.malformed("member_id", "is the account itself");
          }
          Amounts caps = checks.amounts("caps", request.caps(), 0);
          checks.optionalId("request_id", request.requestId()).throwIfWrong();
          String fingerprint =
              fingerprint("add_member", request.member(), request.caps())
                  .flag(request.paysForItself())
                  .flag(request.move())
                  .end();
          return store
              .addMember(
                  request.account(),
                  request.member(),
                  caps,
                  request.paysForItself(),
                  request.move(),
                  new ChangeRequest(request.requestId(), fingerprint))
              .thenApply(
                  added -> {
                    changed(request.account(), request.member());
                    return Outcome.of(added);
                  });
        });
  }

  /** Adds many members. */
  public CompletionStage<List<ItemResult>> addAll(List<MemberRequest.Add> requests) {
    return Batch.of(
        requests,
        (request, path) ->
            add(request, path)
                .handle(
                    (added, thrown) ->
                        new ItemResult(
                            request.account(),
                            request.member(),
                            thrown,
                            thrown == null && added.replayed(),
                            thrown == null && added.replicationPending())));
  }

  /** A member with what it has used. */
  public CompletionStage<Member> get(String account, String member) {
    return Stages.of(
        () -> {
          checks(account, member, "").throwIfWrong();
          return store.getMember(account, member);
        });
  }

  /**
   * The members that requests are about, in their order, as they are now; empty for those that
   * there are not, and for those that cannot be read.
   */
  public CompletionStage<List<Optional<Member>>> look(List<MemberRequest.Of> which) {
    return Batch.each(
        which,
        (one, place) ->
            get(one.account(), one.member())
                .handle((member, thrown) -> Optional.ofNullable(member)));
  }

  /** Members in no particular order; with the token of the next page. */
  public CompletionStage<Listed<Member>> list(MemberRequest.ListAll request) {
    return Stages.of(
        () -> {
          RequestChecks checks = new RequestChecks(catalog.get(), limits);
          checks.id("account_id", request.account());
          int size = new ListChecks(checks).pageSize(request.pageSize());
          String list =
              Fingerprint.of("members").text(request.account()).flag(request.counted()).end();
          String cursor = PageToken.position(list, request.pageToken(), checks);
          checks.throwIfWrong();
          return store
              .listMembers(request.account(), cursor, size, request.counted())
              .thenApply(page -> Listed.of(list, page));
        });
  }

  /** Replaces the caps of a member. */
  public CompletionStage<Outcome<Member>> cap(MemberRequest.Cap request) {
    return Stages.of(
        () -> {
          RequestChecks checks = checks(request.account(), request.member(), "");
          Amounts caps = checks.amounts("caps", request.caps(), 0);
          checks.optionalId("request_id", request.requestId()).throwIfWrong();
          String fingerprint = fingerprint("update_member", request.member(), request.caps()).end();
          return store
              .capMember(
                  request.account(),
                  request.member(),
                  caps,
                  new ChangeRequest(request.requestId(), fingerprint))
              .thenApply(
                  capped -> {
                    changed(request.account(), request.member());
                    return Outcome.of(capped);
                  });
        });
  }

  /**
   * Removes a member.
   *
   * @return its id
   */
  public CompletionStage<Outcome<String>> remove(MemberRequest.Remove request) {
    return remove(request, "");
  }

  private CompletionStage<Outcome<String>> remove(MemberRequest.Remove request, String path) {
    return Stages.of(
        () -> {
          checks(request.account(), request.member(), path)
              .optionalId("request_id", request.requestId())
              .throwIfWrong();
          String fingerprint = fingerprint("remove_member", request.member(), Map.of()).end();
          return store
              .removeMember(
                  request.account(),
                  request.member(),
                  new ChangeRequest(request.requestId(), fingerprint))
              .thenApply(
                  removed -> {
                    changed(request.account(), request.member());
                    return Outcome.of(removed);
                  });
        });
  }

  /** Removes many members. */
  public CompletionStage<List<ItemResult>> removeAll(List<MemberRequest.Remove> requests) {
    return Batch.of(
        requests,
        (request, path) ->
            remove(request, path)
                .handle(
                    (removed, thrown) ->
                        new ItemResult(
                            request.account(),
                            request.member(),
                            thrown,
                            thrown == null && removed.replayed(),
                            thrown == null && removed.replicationPending())));
  }

  /** Who watches the member alone watches the account that pays: that may be another one now. */
  private void changed(String account, String member) {
    watcher.changed(account);
    watcher.changed(member);
  }

  private RequestChecks checks(String account, String member, String path) {
    return new RequestChecks(catalog.get(), limits, path)
        .id("account_id", account)
        .id("member_id", member);
  }

  private static Fingerprint fingerprint(String verb, String member, Map<String, Long> caps) {
    Fingerprint fingerprint = Fingerprint.of(verb).text(member).number(caps.size());
    new TreeMap<>(caps).forEach((type, cap) -> fingerprint.text(type).number(cap));
    return fingerprint;
  }
}
