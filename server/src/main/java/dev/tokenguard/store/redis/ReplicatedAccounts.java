package dev.tokenguard.store.redis;

import dev.tokenguard.domain.Account;
import dev.tokenguard.domain.AccountFields;
import dev.tokenguard.domain.Amounts;
import dev.tokenguard.domain.Member;
import dev.tokenguard.store.AccountStore;
import dev.tokenguard.store.ChangeRequest;
import dev.tokenguard.store.Changed;
import dev.tokenguard.store.Page;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Accounts, whose changes take several steps: after the last one replicas are asked whether they
 * have all of it. Thread-safe.
 */
final class ReplicatedAccounts implements AccountStore {
  private final AccountStore accounts;
  private final ScriptRunner runner;
  private final Keys keys;

  ReplicatedAccounts(AccountStore accounts, ScriptRunner runner, Keys keys) {
    this.accounts = accounts;
    this.runner = runner;
    this.keys = keys;
  }

  private <T> CompletionStage<Changed<T>> replicated(
      CompletionStage<Changed<T>> change, String account, @Nullable String member) {
    return change.thenCompose(
        changed ->
            pending(account)
                .thenCombine(
                    member == null ? CompletableFuture.completedFuture(false) : pending(member),
                    (pending, ofMember) -> changed.withReplicationPending(pending || ofMember)));
  }

  private CompletionStage<Boolean> pending(String account) {
    return runner.replicationPending(keys.account(account));
  }

  @Override
  public CompletionStage<Changed<Account>> create(
      String account, AccountFields fields, ChangeRequest request) {
    return replicated(accounts.create(account, fields, request), account, null);
  }

  @Override
  public CompletionStage<Changed<Account>> update(
      String account,
      AccountFields fields,
      Set<AccountFields.Field> changed,
      long version,
      ChangeRequest request) {
    return replicated(accounts.update(account, fields, changed, version, request), account, null);
  }

  @Override
  public CompletionStage<Changed<Long>> delete(
      String account, boolean force, long version, ChangeRequest request) {
    return replicated(accounts.delete(account, force, version, request), account, null);
  }

  @Override
  public CompletionStage<Changed<Member>> addMember(
      String account,
      String member,
      Amounts caps,
      boolean paysForItself,
      boolean move,
      ChangeRequest request) {
    return replicated(
        accounts.addMember(account, member, caps, paysForItself, move, request), account, member);
  }

  @Override
  public CompletionStage<Changed<Member>> capMember(
      String account, String member, Amounts caps, ChangeRequest request) {
    return replicated(accounts.capMember(account, member, caps, request), account, null);
  }

  @Override
  public CompletionStage<Changed<String>> removeMember(
      String account, String member, ChangeRequest request) {
    return replicated(accounts.removeMember(account, member, request), account, member);
  }

  @Override
  public CompletionStage<Account> get(String account) {
    return accounts.get(account);
  }

  @Override
  public CompletionStage<Page<Account>> list(
      String after, String prefix, int size, int look, Predicate<Account> filter) {
    return accounts.list(after, prefix, size, look, filter);
  }

  @Override
  public CompletionStage<Page<Account>> listOf(String member, Predicate<Account> filter) {
    return accounts.listOf(member, filter);
  }

  @Override
  public CompletionStage<Member> getMember(String account, String member) {
    return accounts.getMember(account, member);
  }

  @Override
  public CompletionStage<Page<Member>> listMembers(
      String account, String cursor, int size, boolean counted) {
    return accounts.listMembers(account, cursor, size, counted);
  }
}
