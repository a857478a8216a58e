package dev.tokenguard.service;

import dev.tokenguard.domain.AccountAudit;
import dev.tokenguard.domain.Catalog;
import dev.tokenguard.domain.CatalogStatus;
import dev.tokenguard.domain.DueAccount;
import dev.tokenguard.domain.Estimate;
import dev.tokenguard.domain.ResetRun;
import dev.tokenguard.domain.SweepStatus;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** What operators ask of upkeep; as {@link AccountService}. */
public final class UpkeepService {

  private final Upkeep upkeep;
  private final Estimates estimates;
  private final Supplier<CatalogStatus> catalog;
  private final Limits limits;
  private final BalanceWatcher watcher;

  /**
   * A service on those who do the work.
   *
   * @param catalog the catalog in force, with what became of its file
   * @param watcher is told which accounts have changed
   */
  public UpkeepService(
      Upkeep upkeep,
      Estimates estimates,
      Supplier<CatalogStatus> catalog,
      Limits limits,
      BalanceWatcher watcher) {
    this.upkeep = upkeep;
    this.estimates = estimates;
    this.catalog = catalog;
    this.limits = limits;
    this.watcher = watcher;
  }

  /** Accounts of which a reset is due, with the token of the next page. */
  public CompletionStage<Listed<DueAccount>> due(UpkeepRequest.ListDue request) {
    return Stages.of(
        () -> {
          RequestChecks checks = checks();
          ListChecks lists = new ListChecks(checks).name("plan", request.plan());
          int size = lists.pageSize(request.pageSize());
          String list = Fingerprint.of("due").text(request.plan()).text(request.prefix()).end();
          String after = PageToken.position(list, request.pageToken(), checks);
          checks.optionalId("id_prefix", request.prefix()).throwIfWrong();
          return upkeep
              .due(
                  after,
                  request.prefix(),
                  size,
                  AdminLimits.MAX_ACCOUNTS_LOOKED_AT,
                  on(request.plan()))
              .thenApply(page -> Listed.of(list, page));
        });
  }

  /** Resets what is due; {@code next} is the token of the next page. */
  public CompletionStage<ResetRun> resetDue(UpkeepRequest.ResetDue request) {
    return Stages.of(
        () -> {
          RequestChecks checks = checks();
          ListChecks lists = new ListChecks(checks).name("plan", request.plan());
          int look =
              lists.count(
                  "page_size",
                  request.pageSize(),
                  AdminLimits.DEFAULT_RESET_PAGE,
                  AdminLimits.MAX_ACCOUNTS_LOOKED_AT);
          String list = Fingerprint.of("reset_due").text(request.plan()).end();
          String after = PageToken.position(list, request.pageToken(), checks);
          accounts(request.accounts(), checks);
          if (!request.accounts().isEmpty() && !request.pageToken().isEmpty()) {
            checks.malformed("page_token", "cannot be combined with account_ids");
          }
          checks.throwIfWrong();
          return upkeep
              .resetDue(request.accounts(), after, look, on(request.plan()))
              .thenApply(
                  run -> {
                    request.accounts().forEach(watcher::changed);
                    String next = run.next();
                    return new ResetRun(
                        run.lookedAt(),
                        run.reset(),
                        run.errors(),
                        next == null ? null : PageToken.of(list, next));
                  });
        });
  }

  private static void accounts(List<String> accounts, RequestChecks checks) {
    if (accounts.size() > AdminLimits.MAX_BATCH) {
      checks.malformed(
          "account_ids",
          accounts.size() + " accounts (expected: at most " + AdminLimits.MAX_BATCH + ")");
      return;
    }
    for (int i = 0; i < accounts.size(); i++) {
      checks.id("account_ids[" + i + "]", accounts.get(i));
    }
  }

  private static Predicate<String> on(String plan) {
    return each -> plan.isEmpty() || plan.equals(each);
  }

  /** Adds up an account, and compares. */
  public CompletionStage<AccountAudit> audit(String account) {
    return Stages.of(
        () -> {
          checks().id("account_id", account).throwIfWrong();
          return upkeep.audit(account);
        });
  }

  /** How the background walk is doing. */
  public CompletionStage<SweepStatus> sweep() {
    return upkeep.status();
  }

  /** What features really use. */
  public CompletionStage<List<Estimate>> estimates(UpkeepRequest.ListEstimates request) {
    return Stages.of(
        () -> {
          RequestChecks checks = checks();
          ListChecks lists = new ListChecks(checks).name("feature", request.feature());
          int days =
              lists.count(
                  "days",
                  request.days(),
                  AdminLimits.DEFAULT_USAGE_DAYS,
                  AdminLimits.MAX_ESTIMATE_DAYS);
          checks.throwIfWrong();
          return estimates.of(request.feature(), days);
        });
  }

  /** The catalog in force. */
  public CatalogStatus catalog() {
    return catalog.get();
  }

  private RequestChecks checks() {
    Catalog names = catalog.get().catalog();
    return new RequestChecks(names, limits);
  }
}
