package dev.tokenguard.testing;

import dev.tokenguard.domain.Catalog;
import dev.tokenguard.domain.CatalogStatus;
import dev.tokenguard.domain.ServerInfo;
import dev.tokenguard.service.AccountService;
import dev.tokenguard.service.ActivityService;
import dev.tokenguard.service.AdminEventListener;
import dev.tokenguard.service.AdminEvents;
import dev.tokenguard.service.AdminServices;
import dev.tokenguard.service.BalanceWatcher;
import dev.tokenguard.service.ExportService;
import dev.tokenguard.service.GrantService;
import dev.tokenguard.service.GuardListener;
import dev.tokenguard.service.GuardService;
import dev.tokenguard.service.HistoryService;
import dev.tokenguard.service.Limits;
import dev.tokenguard.service.MemberService;
import dev.tokenguard.service.ServerService;
import dev.tokenguard.service.UpkeepService;
import dev.tokenguard.service.UsageService;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/** The services of operators on scripted stores. */
public final class AdminFixture {

  /** Accounts, grants, history. */
  public final ScriptedAdminStore store = new ScriptedAdminStore();

  /** Upkeep and estimates. */
  public final ScriptedUpkeep upkeep = new ScriptedUpkeep();

  /** What operators did. */
  public final AdminEventsInMemory events = new AdminEventsInMemory();

  /** The server's clock, at {@link Samples#NOW}. */
  public final ManualClock clock = new ManualClock(Samples.NOW);

  /** What the listener heard. */
  public final List<String> heard = new CopyOnWriteArrayList<>();

  /** The catalog in force. */
  public volatile Catalog catalog = Samples.CATALOG;

  /** Log levels. */
  public final ScriptedLogLevels levels = new ScriptedLogLevels();

  /** The services. */
  public final AdminServices services;

  /** Services on a guard and a watcher. */
  public AdminFixture(GuardService guard, BalanceWatcher watcher, Limits limits) {
    GuardListener listener =
        new GuardListener() {
          @Override
          public void opened() {
            heard.add("opened");
          }

          @Override
          public void granted(String tokenType, long amount) {
            heard.add("granted " + amount + " " + tokenType);
          }
        };
    services =
        new AdminServices(
            new AccountService(store, () -> catalog, limits, listener, watcher),
            new MemberService(store, () -> catalog, limits, watcher),
            new GrantService(store, () -> catalog, limits, clock, listener, watcher),
            new HistoryService(store, () -> catalog, limits),
            new UsageService(store, store, () -> catalog, limits, clock),
            new ExportService(store, store, () -> catalog, limits, clock),
            new UpkeepService(
                upkeep,
                upkeep,
                () ->
                    new CatalogStatus(
                        catalog,
                        1,
                        "",
                        Samples.NOW,
                        true,
                        Optional.of(
                            new CatalogStatus.Rejection(Samples.NOW, "line 3: no such plan"))),
                limits,
                watcher),
            new ActivityService(
                (resolution, from, until) -> CompletableFuture.completedFuture(List.of()),
                () -> catalog,
                limits,
                clock),
            new AdminEvents(events, () -> catalog, limits, AdminEventListener.NONE),
            new ServerService(
                () -> new ServerInfo("1.2.3", "17", "Redis 7", 2, Samples.NOW, List.of()), levels),
            guard);
  }
}
