package dev.tokenguard.store.redis;

import dev.tokenguard.domain.Catalog;
import dev.tokenguard.domain.SharedSecret;
import dev.tokenguard.store.AccountIds;
import dev.tokenguard.store.AccountStore;
import dev.tokenguard.store.ActivityStore;
import dev.tokenguard.store.AdminEventStore;
import dev.tokenguard.store.EstimateStore;
import dev.tokenguard.store.GrantStore;
import dev.tokenguard.store.HistoryStore;
import dev.tokenguard.store.ScriptTracer;
import dev.tokenguard.store.StoreListener;
import dev.tokenguard.store.UpkeepStore;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Every store in Redis, over one connection. */
public final class RedisStores {
  /** In which layout accounts are stored; servers of one layout can share a Redis. */
  public static final long LAYOUT = Layout.KNOWN;

  private final RedisTokenStore tokens;
  private final AccountStore accounts;
  private final RedisGrantStore grants;
  private final ScriptRunner runner;
  private final Keys keys;
  private final AccountIndex index;
  private final RedisTokenStore.Limits limits;
  private final Supplier<Catalog> catalog;
  private final StoreListener listener;
  private final StoreClock clock;
  private final CallFaults faults;

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
    this(link, namespace, limits, catalog, listener, ScriptTracer.NONE, clock);
  }

  /** The same, with scripts that are traced. */
  public RedisStores(
      RedisLink link,
      String namespace,
      RedisTokenStore.Limits limits,
      Supplier<Catalog> catalog,
      StoreListener listener,
      ScriptTracer tracer,
      StoreClock clock) {
    this.runner = new ScriptRunner(link, listener, tracer);
    this.keys = new Keys(namespace);
    this.index = new AccountIndex(runner, keys);
    this.limits = limits;
    this.catalog = catalog;
    this.listener = listener;
    this.clock = clock;
    this.faults = new CallFaults(listener);
    Rules rules = new Rules(limits, catalog, listener, clock);
    PlannedCall calls =
        new PlannedCall(
            runner,
            keys,
            rules,
            clock,
            faults,
            limits.memory(),
            limits.recentDenials() > 0,
            opened -> index.add(List.of(opened)));
    Opening opening = new Opening(runner, keys, rules, clock, faults);
    this.tokens = new RedisTokenStore(calls, limits.recentDenials());
    this.accounts =
        new ReplicatedAccounts(
            new RedisAccountStore(
                calls, rules, opening, runner, keys, index, limits, catalog, listener, clock),
            runner,
            keys);
    this.grants = new RedisGrantStore(calls, runner, keys, limits, listener);
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

  /** What happened to accounts. */
  public HistoryStore history() {
    return new RedisHistoryStore(runner, keys, catalog, listener, clock);
  }

  /**
   * What looks after accounts. It has a memory of profiles of its own: a walk over all accounts
   * would drive out of the other one what calls need.
   *
   * @param ledgerAge how long a ledger keeps an entry
   */
  public UpkeepStore upkeep(Duration ledgerAge) {
    PlannedCall calls =
        new PlannedCall(
            runner,
            keys,
            new Rules(limits, catalog, listener, clock),
            clock,
            faults,
            limits.memory(),
            limits.recentDenials() > 0,
            opened -> {});
    return new RedisUpkeepStore(calls, runner, keys, ledgerAge, catalog, clock);
  }

  /** Where estimates are counted. */
  public EstimateStore estimates() {
    return new RedisEstimateStore(runner, keys);
  }

  /** Where activity is counted. */
  public ActivityStore activity() {
    return new RedisActivityStore(runner, keys);
  }

  /** What display tokens are signed with. */
  public SharedSecret displaySecret() {
    return new RedisSharedSecret(runner, keys.displaySecret());
  }

  /**
   * What operators did.
   *
   * @param changes events of changes kept at most
   * @param attempts events of attempts that changed nothing, at most
   * @param age of an event at most
   */
  public AdminEventStore adminEvents(int changes, int attempts, Duration age) {
    return new RedisAdminEventStore(
        runner, keys, new RedisAdminEventStore.Limits(changes, attempts, age), listener, clock);
  }

  /** Ids of all accounts. */
  public AccountIds accountIds() {
    return new AccountIds() {
      @Override
      public CompletionStage<List<String>> page(String after, String prefix, int size) {
        return index.page(after, prefix, size);
      }

      @Override
      public CompletionStage<?> add(Collection<String> accounts) {
        return index.add(accounts);
      }
    };
  }
}
