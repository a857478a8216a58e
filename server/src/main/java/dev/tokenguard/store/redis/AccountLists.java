package dev.tokenguard.store.redis;

import dev.tokenguard.domain.Account;
import dev.tokenguard.store.Page;
import io.lettuce.core.KeyValue;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;

/** Accounts in order of id, read as they are stored. Thread-safe. */
final class AccountLists {
  /** Accounts read in one go. */
  private static final int CHUNK = 1000;

  private final ScriptRunner runner;
  private final Keys keys;
  private final AccountIndex index;
  private final StoredAccounts accounts;
  private final CallFaults faults;

  AccountLists(
      ScriptRunner runner,
      Keys keys,
      AccountIndex index,
      StoredAccounts accounts,
      CallFaults faults) {
    this.faults = faults;
    this.runner = runner;
    this.keys = keys;
    this.index = index;
    this.accounts = accounts;
  }

  /** A page; see {@link dev.tokenguard.store.AccountStore#list}. */
  CompletionStage<Page<Account>> list(
      String after, String prefix, int size, int look, Predicate<Account> filter) {
    return more(after, prefix, size, look, filter, new ArrayList<>());
  }

  private CompletionStage<Page<Account>> more(
      String after,
      String prefix,
      int size,
      int look,
      Predicate<Account> filter,
      List<Account> found) {
    int chunk = Math.min(CHUNK, look);
    return index
        .page(after, prefix, chunk)
        .thenCompose(
            ids ->
                stored(ids)
                    .thenCompose(
                        values -> {
                          String last = after;
                          for (int i = 0; i < ids.size() && found.size() < size; i++) {
                            last = ids.get(i);
                            add(last, values.get(i), filter, found);
                          }
                          boolean end =
                              ids.size() < chunk
                                  && (ids.isEmpty() || last.equals(ids.get(ids.size() - 1)));
                          if (end || found.size() >= size || look <= chunk) {
                            return CompletableFuture.completedStage(
                                new Page<>(found, end ? null : last));
                          }
                          return more(last, prefix, size, look - chunk, filter, found);
                        }));
  }

  /** Those of some accounts that are there, in order of id. */
  CompletionStage<Page<Account>> these(List<String> ids, Predicate<Account> filter) {
    List<String> sorted = ids.stream().sorted().toList();
    return stored(sorted)
        .thenApply(
            values -> {
              List<Account> found = new ArrayList<>();
              for (int i = 0; i < sorted.size(); i++) {
                add(sorted.get(i), values.get(i), filter, found);
              }
              return new Page<>(found, null);
            });
  }

  private CompletionStage<List<KeyValue<byte[], byte[]>>> stored(List<String> ids) {
    if (ids.isEmpty()) {
      return CompletableFuture.completedStage(List.of());
    }
    byte[][] names = new byte[ids.size()][];
    for (int i = 0; i < names.length; i++) {
      names[i] = keys.account(ids.get(i));
    }
    return runner.read(commands -> commands.mget(names));
  }

  /**
   * One that is gone is passed over, and so is one that is damaged, after it was logged and
   * counted.
   */
  private void add(
      String id, KeyValue<byte[], byte[]> stored, Predicate<Account> filter, List<Account> found) {
    if (!stored.hasValue()) {
      return;
    }
    try {
      Account account = accounts.account(id, stored.getValue());
      if (filter.test(account)) {
        found.add(account);
      }
    } catch (RuntimeException e) {
      faults.unreadable(id, e);
    }
  }
}
