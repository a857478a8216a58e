package dev.tokenguard.grpc;

import dev.tokenguard.domain.AccountAudit;
import dev.tokenguard.domain.Allowance;
import dev.tokenguard.domain.Catalog;
import dev.tokenguard.domain.CatalogStatus;
import dev.tokenguard.domain.DueAccount;
import dev.tokenguard.domain.Estimate;
import dev.tokenguard.domain.Feature;
import dev.tokenguard.domain.Plan;
import dev.tokenguard.domain.ResetRun;
import dev.tokenguard.domain.SweepStatus;
import dev.tokenguard.domain.TokenType;
import dev.tokenguard.service.ItemResult;
import dev.tokenguard.service.Listed;
import dev.tokenguard.v1.AuditAccountResponse;
import dev.tokenguard.v1.CatalogFeature;
import dev.tokenguard.v1.CatalogPlan;
import dev.tokenguard.v1.CatalogRejection;
import dev.tokenguard.v1.CatalogTokenType;
import dev.tokenguard.v1.GetCatalogResponse;
import dev.tokenguard.v1.GetEstimatesResponse;
import dev.tokenguard.v1.GetSweepResponse;
import dev.tokenguard.v1.ListDueAccountsResponse;
import dev.tokenguard.v1.ResetDueAccountsResponse;
import dev.tokenguard.v1.TypeAudit;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** From upkeep and the catalog to protos. */
final class UpkeepResponseMapper {

  private UpkeepResponseMapper() {}

  static ListDueAccountsResponse due(Listed<DueAccount> page) {
    return ListDueAccountsResponse.newBuilder()
        .addAllAccounts(page.items().stream().map(UpkeepResponseMapper::due).toList())
        .setNextPageToken(page.nextToken())
        .build();
  }

  private static dev.tokenguard.v1.DueAccount due(DueAccount due) {
    return dev.tokenguard.v1.DueAccount.newBuilder()
        .setAccountId(due.account())
        .setPlan(due.plan())
        .addAllTokenTypes(due.tokenTypes())
        .setDueTime(Times.timestamp(due.since()))
        .build();
  }

  static ResetDueAccountsResponse reset(ResetRun run) {
    List<ItemResult> errors =
        new TreeMap<>(run.errors())
            .entrySet().stream()
                .map(error -> new ItemResult(error.getKey(), "", error.getValue(), false))
                .toList();
    String next = run.next();
    return ResetDueAccountsResponse.newBuilder()
        .setLookedAt(run.lookedAt())
        .setReset(run.reset())
        .addAllErrors(AdminResponseMapper.results(errors))
        .setNextPageToken(next == null ? "" : next)
        .build();
  }

  static AuditAccountResponse audit(AccountAudit audit) {
    return AuditAccountResponse.newBuilder()
        .addAllTypes(audit.types().stream().map(UpkeepResponseMapper::type).toList())
        .setBalanced(audit.balanced())
        .addAllFindings(audit.findings())
        .setLedgerEntries(audit.ledgerEntries())
        .setOpenReservations(audit.openReservations())
        .setRevision(audit.revision())
        .build();
  }

  private static TypeAudit type(AccountAudit.TypeAudit type) {
    return TypeAudit.newBuilder()
        .setTokenType(type.tokenType())
        .setGranted(type.granted())
        .setConsumed(type.consumed())
        .setLapsed(type.lapsed())
        .setHeld(type.held())
        .setFree(type.free())
        .setLedgerBalance(type.ledgerBalance())
        .setReservationsHeld(type.reservationsHeld())
        .setDrift(type.drift())
        .setLedgerDrift(type.ledgerDrift())
        .setHeldDrift(type.heldDrift())
        .build();
  }

  static GetSweepResponse sweep(SweepStatus status) {
    GetSweepResponse.Builder proto =
        GetSweepResponse.newBuilder()
            .setHolder(status.holder())
            .setLastWalkSeconds(status.took().toNanos() / 1e9)
            .setAccounts(status.accounts())
            .setTouched(status.touched())
            .setDrifted(status.drifted())
            .addAllDriftedAccountIds(status.driftedAccounts());
    Instant lastWalk = status.lastWalk();
    if (lastWalk != null) {
      proto.setLastWalkTime(Times.timestamp(lastWalk));
    }
    return proto.build();
  }

  static GetEstimatesResponse estimates(List<Estimate> estimates, Catalog catalog) {
    return GetEstimatesResponse.newBuilder()
        .addAllEstimates(estimates.stream().map(each -> estimate(each, catalog)).toList())
        .build();
  }

  private static dev.tokenguard.v1.Estimate estimate(Estimate estimate, Catalog catalog) {
    Feature feature = catalog.features().get(estimate.feature());
    return dev.tokenguard.v1.Estimate.newBuilder()
        .setFeature(estimate.feature())
        .setTokenType(estimate.tokenType())
        .setCount(estimate.count())
        .setMeanEstimated(estimate.meanEstimated())
        .setMeanActual(estimate.meanActual())
        .setP50Actual(estimate.p50())
        .setP95Actual(estimate.p95())
        .setMaxActual(estimate.max())
        .setOverrunRatio(estimate.overrunRatio())
        .setCatalogCost(feature == null ? 0 : feature.cost().of(estimate.tokenType()))
        .build();
  }

  static GetCatalogResponse catalog(CatalogStatus inForce) {
    Catalog catalog = inForce.catalog();
    GetCatalogResponse.Builder proto =
        GetCatalogResponse.newBuilder()
            .addAllTokenTypes(
                catalog.tokenTypes().values().stream().map(UpkeepResponseMapper::type).toList())
            .addAllFeatures(
                catalog.features().values().stream().map(UpkeepResponseMapper::feature).toList())
            .addAllPlans(catalog.plans().values().stream().map(UpkeepResponseMapper::plan).toList())
            .setDefaultPlan(catalog.defaultPlan().map(Plan::name).orElse(""))
            .setLoadTime(Times.timestamp(inForce.loadedAt()))
            .setRevision(inForce.revision())
            .setSha256(inForce.sha256());
    CatalogStatus.Rejection rejection = inForce.lastRejection().orElse(null);
    if (inForce.refused() && rejection != null) {
      proto.setRejection(
          CatalogRejection.newBuilder()
              .setTime(Times.timestamp(rejection.at()))
              .setError(rejection.error()));
    }
    return proto.build();
  }

  private static CatalogTokenType type(TokenType type) {
    return CatalogTokenType.newBuilder()
        .setName(type.name())
        .setTitle(type.title())
        .setLowPercent(type.lowPercent())
        .build();
  }

  private static CatalogFeature feature(Feature feature) {
    return CatalogFeature.newBuilder()
        .setName(feature.name())
        .setTitle(feature.title())
        .putAllCost(feature.cost().byType())
        .build();
  }

  private static CatalogPlan plan(Plan plan) {
    return CatalogPlan.newBuilder()
        .setName(plan.name())
        .setTitle(plan.title())
        .setTimeZone(plan.zone().map(ZoneId::getId).orElse(""))
        .addAllAllowances(
            plan.allowances().values().stream().map(UpkeepResponseMapper::allowance).toList())
        .addAllFeatures(new TreeSet<>(plan.features().orElse(Set.of())))
        .setAllFeatures(plan.features().isEmpty())
        .setOverage(plan.policies().overage().name().toLowerCase(Locale.ROOT))
        .setLateCommit(plan.policies().lateCommit().name().toLowerCase(Locale.ROOT))
        .build();
  }

  private static dev.tokenguard.v1.Allowance allowance(Allowance allowance) {
    return dev.tokenguard.v1.Allowance.newBuilder()
        .setTokenType(allowance.tokenType())
        .setAmount(allowance.amount())
        .setResets(allowance.resets().toString())
        .setRolloverMax(allowance.rolloverMax())
        .setCarryDebt(allowance.carryDebt())
        .build();
  }
}
