package dev.tokenguard.service;

import dev.tokenguard.domain.AccountAudit;
import dev.tokenguard.domain.AccountSnapshot;
import dev.tokenguard.domain.DueAccount;
import dev.tokenguard.domain.Fault;
import dev.tokenguard.domain.FaultException;
import dev.tokenguard.domain.ResetRun;
import dev.tokenguard.domain.SweepStatus;
import dev.tokenguard.store.AccountIds;
import dev.tokenguard.store.Page;
import dev.tokenguard.store.UpkeepStore;
import dev.tokenguard.store.UpkeepStore.Look;
import dev.tokenguard.store.UpkeepStore.Tidied;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Upkeep that operators ask for. Thread-safe; never blocks. */
public final class StoreUpkeep implements Upkeep {
  /** Accounts looked at in one step. */
  private static final int AT_ONCE = 500;

  private final UpkeepStore store;
  private final AccountIds ids;
  private final GuardListener listener;

  /**
   * Upkeep of the accounts in a store.
   *
   * @param listener hears what was due and done
   */
  public StoreUpkeep(UpkeepStore store, AccountIds ids, GuardListener listener) {
    this.store = store;
    this.ids = ids;
    this.listener = listener;
  }

  @Override
  public CompletionStage<Page<DueAccount>> due(
      String after, String prefix, int size, int look, Predicate<String> plan) {
    return due(after, prefix, size, look, plan, new ArrayList<>());
  }

  private CompletionStage<Page<DueAccount>> due(
      String after,
      String prefix,
      int size,
      int look,
      Predicate<String> plan,
      List<DueAccount> found) {
    int some = Math.min(look, AT_ONCE);
    return ids.page(after, prefix, some)
        .thenCompose(
            page ->
                store
                    .look(page)
                    .thenCompose(
                        looks -> {
                          for (Look each : looks) {
                            DueAccount due = each.reset();
                            if (due != null && plan.test(each.plan())) {
                              found.add(due);
                              if (found.size() == size) {
                                return pageOf(found, each.account());
                              }
                            }
                          }
                          if (page.size() < some) {
                            return pageOf(found, null);
                          }
                          String last = page.get(page.size() - 1);
                          return look <= some
                              ? pageOf(found, last)
                              : due(last, prefix, size, look - some, plan, found);
                        }));
  }

  private static CompletionStage<Page<DueAccount>> pageOf(
      List<DueAccount> found, @Nullable String next) {
    return CompletableFuture.completedFuture(new Page<>(List.copyOf(found), next));
  }

  @Override
  public CompletionStage<ResetRun> resetDue(
      List<String> accounts, String after, int look, Predicate<String> plan) {
    Run run = new Run();
    return accounts.isEmpty() ? resetNext(after, look, plan, run) : resetNamed(accounts, plan, run);
  }

  private CompletionStage<ResetRun> resetNamed(
      List<String> accounts, Predicate<String> plan, Run run) {
    List<String> some = accounts.subList(0, Math.min(AT_ONCE, accounts.size()));
    return store
        .look(some)
        .thenCompose(
            looks -> {
              Set<String> missing = new HashSet<>(some);
              looks.forEach(each -> missing.remove(each.account()));
              for (String each : missing) {
                run.errors.put(each, FaultException.noAccount(each));
              }
              run.lookedAt += missing.size();
              return reset(looks, plan, run);
            })
        .thenCompose(
            done ->
                some.size() < accounts.size()
                    ? resetNamed(accounts.subList(some.size(), accounts.size()), plan, run)
                    : CompletableFuture.completedFuture(run.result(null)));
  }

  private CompletionStage<ResetRun> resetNext(
      String after, int look, Predicate<String> plan, Run run) {
    int some = Math.min(look, AT_ONCE);
    return ids.page(after, "", some)
        .thenCompose(
            page ->
                store
                    .look(page)
                    .thenCompose(looks -> reset(looks, plan, run))
                    .thenCompose(
                        done -> {
                          if (page.size() < some) {
                            return CompletableFuture.completedFuture(run.result(null));
                          }
                          String last = page.get(page.size() - 1);
                          return look <= some
                              ? CompletableFuture.completedFuture(run.result(last))
                              : resetNext(last, look - some, plan, run);
                        }));
  }

  private CompletionStage<@Nullable Void> reset(List<Look> looks, Predicate<String> plan, Run run) {
    run.lookedAt += looks.size();
    List<String> due = new ArrayList<>();
    for (Look each : looks) {
      if (!each.sound()) {
        run.errors.put(
            each.account(),
            FaultException.of(
                Fault.ACCOUNT_CORRUPT,
                "account " + each.account() + " is damaged: audit it for what is off"));
      } else if (each.reset() != null && plan.test(each.plan())) {
        due.add(each.account());
      }
    }
    return InTurn.<String, @Nullable Tidied>each(
        due,
        store::tidy,
        tidied -> {
          if (tidied != null) {
            listener.looked(tidied.account());
            run.reset += wasReset(tidied.account()) ? 1 : 0;
          }
        },
        run.errors::put);
  }

  private static boolean wasReset(AccountSnapshot account) {
    return account.events().stream().anyMatch(event -> event.kind() == AccountSnapshot.Kind.RESET);
  }

  @Override
  public CompletionStage<AccountAudit> audit(String account) {
    return store.audit(account);
  }

  @Override
  public CompletionStage<SweepStatus> status() {
    return store.status();
  }

  /** What was done so far of one call, whose steps follow each other. */
  private static final class Run {
    private final Map<String, FaultException> errors = new TreeMap<>();
    private long lookedAt;
    private long reset;

    ResetRun result(@Nullable String next) {
      return new ResetRun(lookedAt, reset, errors, next);
    }
  }
}
