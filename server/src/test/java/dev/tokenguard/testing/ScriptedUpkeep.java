package dev.tokenguard.testing;

import dev.tokenguard.domain.AccountAudit;
import dev.tokenguard.domain.DueAccount;
import dev.tokenguard.domain.Estimate;
import dev.tokenguard.domain.Fault;
import dev.tokenguard.domain.FaultException;
import dev.tokenguard.domain.ResetRun;
import dev.tokenguard.domain.SweepStatus;
import dev.tokenguard.service.Estimates;
import dev.tokenguard.service.Upkeep;
import dev.tokenguard.store.Page;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/** Upkeep that answers the same always, and remembers what it was asked. */
public final class ScriptedUpkeep implements Upkeep, Estimates {

  /** Every request, in order: a name, then its arguments. */
  public final List<List<Object>> asked = new CopyOnWriteArrayList<>();

  private <T> CompletionStage<T> answer(T value, Object... question) {
    asked.add(List.of(question));
    return CompletableFuture.completedFuture(value);
  }

  @Override
  public CompletionStage<Page<DueAccount>> due(
      String after, String prefix, int size, int look, Predicate<String> plan) {
    return answer(
        new Page<>(
            List.of(new DueAccount("a", "free", List.of("image", "website"), Samples.NOW)), "a"),
        "due",
        after,
        prefix,
        size,
        look,
        plan.test("free"),
        plan.test("pro"));
  }

  @Override
  public CompletionStage<ResetRun> resetDue(
      List<String> accounts, String after, int look, Predicate<String> plan) {
    return answer(
        new ResetRun(
            10, 3, Map.of("bad", FaultException.of(Fault.ACCOUNT_CORRUPT, "unreadable")), "z"),
        "resetDue",
        accounts,
        after,
        look,
        plan.test("free"),
        plan.test("pro"));
  }

  @Override
  public CompletionStage<AccountAudit> audit(String account) {
    return answer(
        new AccountAudit(
            account,
            List.of(new AccountAudit.TypeAudit("website", 10, 3, 1, 2, 3, 5, 1)),
            List.of("website: off by one"),
            12,
            1,
            99),
        "audit",
        account);
  }

  @Override
  public CompletionStage<SweepStatus> status() {
    return answer(
        new SweepStatus("host-1", Samples.NOW, Duration.ofMillis(1500), 9, 8, 1, List.of("a")),
        "status");
  }

  @Override
  public CompletionStage<List<Estimate>> of(String feature, int days) {
    return answer(
        List.of(
            new Estimate("create_website", "website", 4, 1.5, 1.25, 1, 2, 3, 0.25),
            new Estimate("gone", "website", 1, 1, 1, 1, 1, 1, 0)),
        "estimates",
        feature,
        days);
  }
}
