package dev.tokenguard.store.redis;

import static dev.tokenguard.store.redis.OperatorCall.ascii;

import dev.tokenguard.domain.Account;
import dev.tokenguard.domain.AccountChange;
import dev.tokenguard.domain.AccountFields;
import dev.tokenguard.domain.Amounts;
import dev.tokenguard.domain.Catalog;
import dev.tokenguard.domain.Fault;
import dev.tokenguard.domain.FaultException;
import dev.tokenguard.domain.Member;
import dev.tokenguard.domain.Plan;
import dev.tokenguard.store.AccountStore;
import dev.tokenguard.store.ChangeRequest;
import dev.tokenguard.store.Changed;
import dev.tokenguard.store.Page;
import dev.tokenguard.store.StoreListener;
import dev.tokenguard.store.redis.PlannedCall.Answer;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Accounts and their members in Redis. Thread-safe; never blocks. */
final class RedisAccountStore implements AccountStore {
  /** The store's clock, as the version of an account that differs from those nobody created. */
  private static final long VERSION_BY_TIME = 0;

  /** Each that fails is one in which another operator's succeeded. */
  private static final int UPDATE_TRIES = 200;

  private final Rules rules;
  private final Opening opening;
  private final OperatorCall operator;
  private final AccountIndex index;
  private final AccountLists lists;
  private final Deletions deletions;
  private final Memberships members;
  private final StoredAccounts accounts;
  private final Supplier<Catalog> catalog;
  private final Requests requests;

  RedisAccountStore(
      PlannedCall calls,
      Rules rules,
      Opening opening,
      ScriptRunner runner,
      Keys keys,
      AccountIndex index,
      RedisTokenStore.Limits limits,
      Supplier<Catalog> catalog,
      StoreListener listener,
      StoreClock clock) {
    this.rules = rules;
    this.opening = opening;
    this.requests = new Requests(runner, keys);
    this.index = index;
    this.catalog = catalog;
    this.operator = new OperatorCall(calls, limits.requestMemory(), listener);
    this.accounts = new StoredAccounts(rules::planOf);
    this.lists = new AccountLists(runner, keys, index, accounts, new CallFaults(listener));
    this.members = new Memberships(calls, rules, operator, runner, keys, clock);
    this.deletions = new Deletions(operator, runner, keys, index, members, limits, clock);
  }

  @Override
  public CompletionStage<Changed<Account>> create(
      String account, AccountFields fields, ChangeRequest request) {
    boolean plain =
        Standing.isPlain(fields, catalog.get().defaultPlan().map(Plan::name).orElse(""));
    Profile wanted =
        new Profile(
            fields.plan(),
            plain ? 1 : -1, // the version of no account: one that is there must not be taken for it
            0,
            fields.zone(),
            fields.locale(),
            fields.allowances(),
            "",
            0);
    return opening
        .open(
            account,
            wanted,
            operator.arguments(request, Standing.packed(fields, plain ? 1 : VERSION_BY_TIME)),
            answer -> created(account, request, answer))
        .thenCompose(
            outcome ->
                switch (outcome.creation) {
                  case OPENED ->
                      index
                          .add(List.of(account))
                          .thenApply(
                              added ->
                                  new Changed<>(accounts.account(account, outcome.stored), false));
                  case REPLAYED -> get(account).thenApply(now -> new Changed<>(now, true));
                  case NAMELESS ->
                      update(account, fields, EnumSet.allOf(AccountFields.Field.class), 0, request)
                          .thenCompose(
                              updated -> index.add(List.of(account)).thenApply(added -> updated));
                  case THERE -> createdBefore(account, request);
                });
  }

  /** What came of the attempt to open an account. */
  private enum Creation {
    OPENED,
    REPLAYED,
    /** It is there only to tell who pays for it. */
    NAMELESS,
    /** It is there, with another profile. */
    THERE
  }

  /**
   * The same, with the account as it is stored if it was opened.
   *
   * @param stored no bytes if it was not
   */
  private record Created(Creation creation, byte[] stored) {
    Created(Creation creation) {
      this(creation, new byte[0]);
    }
  }

  private static Created created(String account, ChangeRequest request, Answer answer) {
    ReplyReader reply = answer.reply();
    return switch (reply.code()) {
      case OK ->
          reply.replayed()
              ? new Created(Creation.REPLAYED)
              : new Created(Creation.OPENED, reply.stored());
      case EXISTS -> throw exists(account);
      case PROFILE ->
          new Created(reply.profile().plan().isEmpty() ? Creation.NAMELESS : Creation.THERE);
      default -> throw OperatorCall.fault(account, request, reply);
    };
  }

  /** It may be there by this very request. */
  private CompletionStage<Changed<Account>> createdBefore(String account, ChangeRequest request) {
    return requests
        .doneBefore(account, request)
        .thenCompose(
            before -> {
              if (!before) {
                throw exists(account);
              }
              return get(account).thenApply(now -> new Changed<>(now, true));
            });
  }

  private static FaultException exists(String account) {
    return FaultException.of(
        Fault.ACCOUNT_EXISTS, "there is an account " + account + " already: update it instead");
  }

  @Override
  public CompletionStage<Account> get(String account) {
    return operator.look(account, answer -> accounts.account(account, answer.reply().stored()));
  }

  @Override
  public CompletionStage<Page<Account>> list(
      String after, String prefix, int size, int look, Predicate<Account> filter) {
    return lists.list(after, prefix, size, look, filter);
  }

  @Override
  public CompletionStage<Page<Account>> listOf(String member, Predicate<Account> filter) {
    return members.accountsOf(member).thenCompose(of -> lists.these(of, filter));
  }

  @Override
  public CompletionStage<Changed<Account>> update(
      String account,
      AccountFields fields,
      Set<AccountFields.Field> changed,
      long version,
      ChangeRequest request) {
    return update(account, fields, changed, version, request, UPDATE_TRIES)
        .thenCompose(
            updated ->
                get(account)
                    .thenApply(
                        after -> new Changed<>(after, updated.isEmpty(), updated.orElse(null))));
  }

  /**
   * Changes an account that is as it was read: what is replaced is known then, and half of a field
   * that another operator changes meanwhile is not written back.
   *
   * @return empty if it had been done before
   */
  private CompletionStage<Optional<AccountChange>> update(
      String account,
      AccountFields fields,
      Set<AccountFields.Field> changed,
      long version,
      ChangeRequest request,
      int tries) {
    return get(account)
        .thenCompose(
            before -> {
              AccountChange change =
                  new AccountChange(before.fields(), before.fields().with(fields, changed));
              long read = version == 0 ? before.version() : version;
              return operator.change(
                  Script.UPDATE,
                  account,
                  request,
                  answer -> {
                    if (answer.reply().code() != ReplyCode.OK) {
                      throw OperatorCall.fault(account, request, answer.reply());
                    }
                    rules.forget(account);
                    return answer.reply().replayed()
                        ? Optional.<AccountChange>empty()
                        : Optional.of(change);
                  },
                  ascii(read),
                  Standing.changes(before.fields(), fields, changed));
            })
        .exceptionallyCompose(
            thrown ->
                version == 0 && tries > 1 && RedisFaults.of(thrown).fault() == Fault.STALE_VERSION
                    ? update(account, fields, changed, version, request, tries - 1)
                    : CompletableFuture.failedFuture(thrown));
  }

  @Override
  public CompletionStage<Changed<Long>> delete(
      String account, boolean force, long version, ChangeRequest request) {
    return deletions
        .delete(account, force, version, request)
        .thenApply(
            done -> {
              rules.forget(account);
              return done;
            });
  }

  @Override
  public CompletionStage<Changed<Member>> addMember(
      String account,
      String member,
      Amounts caps,
      boolean paysForItself,
      boolean move,
      ChangeRequest request) {
    return members.add(account, member, caps, paysForItself, move, request);
  }

  @Override
  public CompletionStage<Member> getMember(String account, String member) {
    return members.get(account, member);
  }

  @Override
  public CompletionStage<Page<Member>> listMembers(
      String account, String cursor, int size, boolean counted) {
    return members.list(account, cursor, size, counted);
  }

  @Override
  public CompletionStage<Changed<Member>> capMember(
      String account, String member, Amounts caps, ChangeRequest request) {
    return members.cap(account, member, caps, request);
  }

  @Override
  public CompletionStage<Changed<String>> removeMember(
      String account, String member, ChangeRequest request) {
    return members
        .remove(account, member, request)
        .thenApply(replayed -> new Changed<>(member, replayed));
  }
}
