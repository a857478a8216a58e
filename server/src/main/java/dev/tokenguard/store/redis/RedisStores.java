package dev.tokenguard.store.redis;

import dev.tokenguard.domain.Catalog;
import dev.tokenguard.store.AccountStore;
import dev.tokenguard.store.GrantStore;
import dev.tokenguard.store.StoreListener;
import java.util.List;
import java.util.function.Supplier;

/** Every store in Redis, over one connection. */
public final class RedisStores {
  private final RedisTokenStore tokens;
  private final RedisAccountStore accounts;
  private final RedisGrantStore grants;

  /**
   * Stores over a connection.
   *
   * @param catalog the catalog in force
   * @param clock what the time is
   */
  public RedisStores(
      RedisLink link,
      String namespace,
      RedisTokenStore.Limits limits,
      Supplier<Catalog> catalog,
      StoreListener listener,
      StoreClock clock) {
    ScriptRunner runner = new ScriptRunner(link, listener);
    Keys keys = new Keys(namespace);
    AccountIndex index = new AccountIndex(runner, keys);
    PlannedCall calls =
        new PlannedCall(
            runner, keys, limits, catalog, listener, clock, opened -> index.add(List.of(opened)));
    this.tokens = new RedisTokenStore(calls);
    this.accounts = new RedisAccountStore(calls, runner, keys, index, limits, catalog, clock);
    this.grants = new RedisGrantStore(calls, runner, keys, limits);
  }

  /** What generation services use. */
  public RedisTokenStore tokens() {
    return tokens;
  }

  /** Accounts and their members. */
  public AccountStore accounts() {
    return accounts;
  }

  /** What operators give and take. */
  public GrantStore grants() {
    return grants;
  }
}
