package dev.tokenguard;

import dev.tokenguard.auth.DisplayTokens;
import dev.tokenguard.config.Settings;
import dev.tokenguard.domain.Catalog;
import dev.tokenguard.domain.CatalogStatus;
import dev.tokenguard.service.AccountService;
import dev.tokenguard.service.ActivityRecorder;
import dev.tokenguard.service.ActivityService;
import dev.tokenguard.service.AdminEvents;
import dev.tokenguard.service.AdminServices;
import dev.tokenguard.service.BalanceWatcher;
import dev.tokenguard.service.DisplayTokenService;
import dev.tokenguard.service.EstimateRecorder;
import dev.tokenguard.service.ExportService;
import dev.tokenguard.service.GrantService;
import dev.tokenguard.service.GuardListener;
import dev.tokenguard.service.GuardService;
import dev.tokenguard.service.HistoryService;
import dev.tokenguard.service.Limits;
import dev.tokenguard.service.MemberService;
import dev.tokenguard.service.Recorder;
import dev.tokenguard.service.ServerService;
import dev.tokenguard.service.StoreUpkeep;
import dev.tokenguard.service.Sweep;
import dev.tokenguard.service.SweepListener;
import dev.tokenguard.service.Tenant;
import dev.tokenguard.service.UpkeepService;
import dev.tokenguard.service.UsageService;
import dev.tokenguard.store.UpkeepStore;
import dev.tokenguard.store.redis.RedisStores;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** Everything between the wire and the stores of one namespace. */
final class Services implements AutoCloseable {
  private static final long FLUSH_SECONDS = 10;

  private final GuardService guard;
  private final AdminServices admin;
  private final BalanceWatcher watcher;
  private final String namespace;
  private final DisplayTokenService displays;
  private final List<Recorder> recorders;
  private final Sweep sweep;
  private final boolean sweeps;

  /**
   * Services on stores.
   *
   * @param namespace whose stores
   * @param displayTokens makes them
   * @param server what operators ask of the server itself
   * @param walks hears of the background walks over these accounts
   * @param name of this server among others, for people
   * @param timer for what is done from time to time
   */
  Services(
      Settings settings,
      String namespace,
      DisplayTokens displayTokens,
      RedisStores stores,
      UpkeepStore upkeep,
      Supplier<CatalogStatus> catalog,
      MetricsAdapter metrics,
      ServerService server,
      SweepListener walks,
      String name,
      Clock clock,
      ScheduledExecutorService timer) {
    Supplier<Catalog> inForce = () -> catalog.get().catalog();
    Limits limits =
        new Limits(
            settings.limits().maxAmount(),
            settings.reservations().defaultTtl(),
            settings.reservations().maxTtl());
    EstimateRecorder estimates = new EstimateRecorder(stores.estimates(), inForce, clock);
    ActivityRecorder activity = new ActivityRecorder(stores.activity(), clock);
    this.recorders = List.of(estimates, activity);
    GuardListener listener = GuardListener.both(metrics, GuardListener.both(estimates, activity));
    this.namespace = namespace;
    this.displays =
        new DisplayTokenService(
            (account, member, ttl) -> displayTokens.create(namespace, account, member, ttl),
            inForce,
            new Limits(
                limits.maxAmount(),
                settings.auth().displayTokens().ttl(),
                settings.auth().displayTokens().maxTtl()));
    this.watcher =
        new BalanceWatcher(
            stores.tokens(),
            metrics,
            timer,
            settings.watch().interval(),
            settings.watch().maxStreams());
    this.guard = new GuardService(stores.tokens(), inForce, limits, listener, watcher);
    this.admin =
        new AdminServices(
            new AccountService(stores.accounts(), inForce, limits, listener, watcher),
            new MemberService(stores.accounts(), inForce, limits, watcher),
            new GrantService(stores.grants(), inForce, limits, clock, listener, watcher),
            new HistoryService(stores.history(), inForce, limits),
            new UsageService(stores.accounts(), stores.history(), inForce, limits, clock),
            new ExportService(stores.accounts(), stores.history(), inForce, limits, clock),
            new UpkeepService(
                new StoreUpkeep(upkeep, stores.accountIds(), listener),
                estimates,
                catalog,
                limits,
                watcher),
            new ActivityService(activity, inForce, limits, clock),
            events(settings.adminEvents(), stores, inForce, limits, metrics),
            server,
            guard);
    this.sweeps = settings.sweep().enabled();
    this.sweep =
        new Sweep(
            upkeep,
            stores.accountIds(),
            listener,
            walks,
            new Sweep.Options(name, settings.sweep().accountsPerSecond(), settings.sweep().pause()),
            clock);
    recorders.forEach(
        each ->
            timer.scheduleWithFixedDelay(
                each::flush, FLUSH_SECONDS, FLUSH_SECONDS, TimeUnit.SECONDS));
  }

  private static AdminEvents events(
      Settings.AdminEvents kept,
      RedisStores stores,
      Supplier<Catalog> inForce,
      Limits limits,
      MetricsAdapter metrics) {
    return new AdminEvents(
        stores.adminEvents(kept.maxChanges(), kept.maxAttempts(), kept.maxAge()),
        inForce,
        limits,
        metrics);
  }

  /** What callers are served with. */
  Tenant tenant() {
    return new Tenant(namespace, guard, displays, admin, watcher);
  }

  /** Begins what is done in the background. */
  void start() {
    if (sweeps) {
      sweep.start();
    }
  }

  /** Ends it, and keeps what was counted since the last time. */
  @Override
  public void close() {
    sweep.close();
    try {
      CompletableFuture.allOf(
              recorders.stream()
                  .map(each -> each.flush().toCompletableFuture())
                  .toArray(CompletableFuture[]::new))
          .get(2, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException | RuntimeException e) {
      // Statistics: the store is away, and so are its last seconds.
    }
  }
}
