package dev.tokenguard.service;

import dev.tokenguard.domain.Account;
import dev.tokenguard.domain.AccountFields;
import dev.tokenguard.domain.AccountFields.Field;
import dev.tokenguard.domain.Balance;
import dev.tokenguard.domain.Catalog;
import dev.tokenguard.domain.Fault;
import dev.tokenguard.domain.FaultException;
import dev.tokenguard.domain.TokenType;
import dev.tokenguard.store.AccountStore;
import dev.tokenguard.store.ChangeRequest;
import dev.tokenguard.store.Page;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What operators do with accounts. As {@link GuardService}: thread-safe, never blocks; bad input
 * fails at once, and the store hears nothing of it.
 */
public final class AccountService {

  private final AccountStore store;
  private final Supplier<Catalog> catalog;
  private final Limits limits;
  private final GuardListener listener;
  private final BalanceWatcher watcher;

  /**
   * A service on a store.
   *
   * @param catalog the catalog in force, asked once for each request
   * @param listener hears of accounts that were opened
   * @param watcher is told which accounts have changed
   */
  public AccountService(
      AccountStore store,
      Supplier<Catalog> catalog,
      Limits limits,
      GuardListener listener,
      BalanceWatcher watcher) {
    this.store = store;
    this.catalog = catalog;
    this.limits = limits;
    this.listener = listener;
    this.watcher = watcher;
  }

  /** Opens an account. */
  public CompletionStage<Outcome<Account>> create(AccountRequest.Create request) {
    return create(request, "");
  }

  private CompletionStage<Outcome<Account>> create(AccountRequest.Create request, String path) {
    return Stages.of(
        () -> {
          RequestChecks checks = new RequestChecks(catalog.get(), limits, path);
          checks.id("account.account_id", request.account());
          AccountFields fields =
              new AccountChecks(checks, request.fields()).fields(EnumSet.allOf(Field.class));
          checks.optionalId("request_id", request.requestId()).throwIfWrong();
          Fingerprint fingerprint = Fingerprint.of("create_account");
          return store
              .create(
                  request.account(),
                  fields,
                  new ChangeRequest(request.requestId(), add(request.fields(), fingerprint).end()))
              .thenApply(
                  created -> {
                    if (!created.replayed()) {
                      listener.opened();
                      watcher.changed(request.account());
                    }
                    return Outcome.of(created);
                  });
        });
  }

  /** Opens many accounts. */
  public CompletionStage<List<ItemResult>> createAll(List<AccountRequest.Create> requests) {
    return Batch.of(
        requests,
        (request, path) ->
            create(request, path)
                .handle(
                    (created, thrown) ->
                        new ItemResult(
                            request.account(),
                            "",
                            thrown,
                            thrown == null && created.replayed(),
                            thrown == null && created.replicationPending())));
  }

  /** An account as it is now. */
  public CompletionStage<Account> get(String account) {
    return Stages.of(
        () -> {
          checks().id("account_id", account).throwIfWrong();
          return store.get(account);
        });
  }

  /** Accounts in order of id; with the token of the next page. */
  public CompletionStage<Listed<Account>> list(AccountRequest.ListAll request) {
    return Stages.of(
        () -> {
          Catalog names = catalog.get();
          RequestChecks checks = new RequestChecks(names, limits);
          ListChecks lists = new ListChecks(checks);
          int size = lists.pageSize(request.pageSize());
          String list = listOf(request);
          String after = PageToken.position(list, request.pageToken(), checks);
          checks
              .optionalId("id_prefix", request.prefix())
              .optionalId("member_of", request.memberOf());
          if (!request.prefix().isEmpty() && !request.memberOf().isEmpty()) {
            checks.malformed("member_of", "cannot be combined with id_prefix");
          }
          lists.name("plan", request.plan());
          String status = lists.oneOf("status", request.status(), List.of("ACTIVE", "SUSPENDED"));
          checks.throwIfWrong();
          Predicate<Account> filter = filter(request, status, names);
          CompletionStage<Page<Account>> page =
              request.memberOf().isEmpty()
                  ? store.list(
                      after, request.prefix(), size, AdminLimits.MAX_ACCOUNTS_LOOKED_AT, filter)
                  : store
                      .listOf(request.memberOf(), filter)
                      .thenApply(all -> cut(all.items(), after, size));
          return page.thenApply(found -> Listed.of(list, found));
        });
  }

  /** What tells one list from another: all filters, and not the size of a page. */
  private static String listOf(AccountRequest.ListAll request) {
    return Fingerprint.of("accounts")
        .text(request.prefix())
        .text(request.plan())
        .text(request.status())
        .flag(request.low())
        .text(request.memberOf())
        .end();
  }

  private static Predicate<Account> filter(
      AccountRequest.ListAll request, @Nullable String status, Catalog names) {
    return account ->
        (request.plan().isEmpty() || request.plan().equals(account.fields().plan()))
            && (status == null || account.fields().suspended() == status.equals("SUSPENDED"))
            && (!request.low() || isLow(account, names));
  }

  private static boolean isLow(Account account, Catalog names) {
    for (Balance balance : account.balances()) {
      TokenType type = names.tokenTypes().get(balance.tokenType());
      if (balance.isBelow(type == null ? TokenType.DEFAULT_LOW_PERCENT : type.lowPercent())) {
        return true;
      }
    }
    return false;
  }

  /** A user belongs to few accounts: the store tells all of them, and pages are made here. */
  private static Page<Account> cut(List<Account> all, String after, int size) {
    List<Account> rest =
        all.stream().filter(account -> account.id().compareTo(after) > 0).limit(size + 1L).toList();
    return rest.size() <= size
        ? new Page<>(rest, null)
        : new Page<>(rest.subList(0, size), rest.get(size - 1).id());
  }

  /** Changes some fields of an account. */
  public CompletionStage<Outcome<Account>> update(AccountRequest.Update request) {
    return Stages.of(
        () -> {
          RequestChecks checks = checks();
          checks.id("account.account_id", request.account());
          Set<Field> changed = AccountChecks.mask(checks, request.mask());
          AccountRequest.Fields asked = request.fields().only(changed);
          AccountFields fields = new AccountChecks(checks, asked).fields(changed);
          version(checks, "account.version", request.version());
          checks.optionalId("request_id", request.requestId()).throwIfWrong();
          Fingerprint fingerprint =
              Fingerprint.of("update_account")
                  .texts(changed.stream().map(Enum::name).sorted().toList())
                  .number(request.version());
          return store
              .update(
                  request.account(),
                  fields,
                  changed,
                  request.version(),
                  new ChangeRequest(request.requestId(), add(asked, fingerprint).end()))
              .thenApply(
                  updated -> {
                    watcher.changed(request.account());
                    return Outcome.of(updated);
                  });
        });
  }

  /**
   * Deletes an account.
   *
   * @return reservations that were returned first
   */
  public CompletionStage<Outcome<Long>> delete(AccountRequest.Delete request) {
    return Stages.of(
        () -> {
          RequestChecks checks = checks();
          checks.id("account_id", request.account());
          version(checks, "version", request.version());
          checks.optionalId("request_id", request.requestId()).throwIfWrong();
          String fingerprint =
              Fingerprint.of("delete_account")
                  .flag(request.force())
                  .flag(request.allowMissing())
                  .number(request.version())
                  .end();
          return store
              .delete(
                  request.account(),
                  request.force(),
                  request.version(),
                  new ChangeRequest(request.requestId(), fingerprint))
              .thenApply(
                  deleted -> {
                    watcher.changed(request.account());
                    return Outcome.of(deleted);
                  })
              .exceptionallyCompose(thrown -> missing(thrown, request.allowMissing()));
        });
  }

  private static CompletionStage<Outcome<Long>> missing(Throwable thrown, boolean allowed) {
    return allowed && isMissing(thrown)
        ? CompletableFuture.completedFuture(new Outcome<>(0L, true))
        : CompletableFuture.failedFuture(thrown);
  }

  /** Whether a stage failed because there is no such account. */
  static boolean isMissing(Throwable thrown) {
    FaultException fault = Faults.of(thrown);
    return fault.fault() == Fault.ACCOUNT_NOT_FOUND;
  }

  private RequestChecks checks() {
    return new RequestChecks(catalog.get(), limits);
  }

  private static void version(RequestChecks checks, String field, long version) {
    if (version < 0) {
      checks.malformed(field, version + " (expected: at least 0)");
    }
  }

  private static Fingerprint add(AccountRequest.Fields fields, Fingerprint fingerprint) {
    fingerprint
        .text(fields.displayName())
        .text(fields.description())
        .text(fields.plan())
        .text(fields.status())
        .time(fields.expires())
        .time(fields.grace())
        .flag(fields.membersOnly())
        .text(fields.zone())
        .text(fields.locale())
        .number(fields.allowances().size());
    for (AccountRequest.Allowance each : fields.allowances()) {
      fingerprint
          .text(each.tokenType())
          .number(each.amount())
          .text(each.resets())
          .number(each.rolloverMax())
          .flag(each.carryDebt());
    }
    return fingerprint;
  }
}
