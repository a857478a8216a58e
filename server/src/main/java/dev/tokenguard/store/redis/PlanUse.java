package dev.tokenguard.store.redis;

import dev.tokenguard.domain.Allowance;
import dev.tokenguard.domain.Catalog;
import dev.tokenguard.domain.CatalogUse.Counts;
import dev.tokenguard.domain.Plan;
import dev.tokenguard.store.Page;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Counts the accounts that use plans and token types, by a walk over all of them. Thread-safe. */
final class PlanUse {
  private static final int AT_ONCE = 1000;

  private final AccountScan accounts;
  private final Supplier<Catalog> catalog;

  PlanUse(AccountScan accounts, Supplier<Catalog> catalog) {
    this.accounts = accounts;
    this.catalog = catalog;
  }

  /** As {@code CatalogUse.accountsUsing}. */
  CompletionStage<Counts> count(Set<String> plans, Set<String> tokenTypes) {
    Count count = new Count(plans, tokenTypes, catalog.get());
    accounts
        .now()
        .whenComplete(
            (now, thrown) -> {
              if (thrown != null) {
                count.outcome.completeExceptionally(thrown);
              } else {
                step(count, "", now);
              }
            });
    return count.outcome;
  }

  private void step(Count count, String cursor, long now) {
    accounts
        .scan(cursor, AT_ONCE)
        .whenComplete(
            (page, thrown) -> {
              if (thrown != null) {
                count.outcome.completeExceptionally(thrown);
                return;
              }
              for (AccountScan.Found each : page.items()) {
                if (each.value().isForeign()) { // it may use what is asked about
                  count.outcome.completeExceptionally(Layout.unknown(each.value().layout()));
                  return;
                }
              }
              count.add(page, now);
              String next = page.next();
              if (next == null) {
                count.outcome.complete(new Counts(count.byPlan, count.byType));
              } else {
                step(count, next, now);
              }
            });
  }

  /** One count; its pages follow each other. */
  private static final class Count {
    private final Set<String> plans;
    private final Set<String> types;
    private final Catalog catalog;
    private final Map<String, Long> byPlan = new HashMap<>();
    private final Map<String, Long> byType = new HashMap<>();
    private final CompletableFuture<Counts> outcome = new CompletableFuture<>();

    Count(Set<String> plans, Set<String> types, Catalog catalog) {
      this.plans = plans;
      this.types = types;
      this.catalog = catalog;
    }

    void add(Page<AccountScan.Found> page, long now) {
      for (AccountScan.Found each : page.items()) {
        AccountValue value = each.value();
        if (plans.contains(value.profile().plan())) {
          byPlan.merge(value.profile().plan(), 1L, Long::sum);
        }
        for (String type : types) {
          if (uses(value, type, now)) {
            byType.merge(type, 1L, Long::sum);
          }
        }
      }
    }

    private boolean uses(AccountValue account, String type, long now) {
      Allowance gives = gives(account.profile(), type);
      AccountValue.TypeValue value = account.types().get(type);
      if (value == null) { // it was not touched since its plan has the type
        return gives != null && gives.amount() > 0;
      }
      return value.held() > 0
          || value.debt() > 0
          || value.pockets().stream().anyMatch(pocket -> isLeft(pocket, gives, now));
    }

    /** What is free, or owed by an allowance; what has ended counts as what it will be. */
    private static boolean isLeft(AccountValue.Pocket pocket, @Nullable Allowance gives, long now) {
      boolean over = pocket.until() <= now;
      if (pocket.grant()) {
        return !over && pocket.free() > 0;
      }
      return gives != null && (over ? gives.amount() > 0 : pocket.free() != 0);
    }

    private @Nullable Allowance gives(Profile profile, String type) {
      Plan plan = catalog.plans().get(profile.plan());
      return plan == null ? null : plan.with(profile.allowances()).allowances().get(type);
    }
  }
}
