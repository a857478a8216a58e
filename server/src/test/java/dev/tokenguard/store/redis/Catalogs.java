package dev.tokenguard.store.redis;

import dev.tokenguard.domain.Allowance;
import dev.tokenguard.domain.Amounts;
import dev.tokenguard.domain.Catalog;
import dev.tokenguard.domain.Plan;
import dev.tokenguard.domain.Policies;
import dev.tokenguard.domain.Policies.LateCommit;
import dev.tokenguard.domain.Policies.Overage;
import dev.tokenguard.domain.Schedule;
import java.time.ZoneId;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Catalogs in few words. */
final class Catalogs {
  private Catalogs() {}

  static Catalog catalog(Plan defaultPlan, Plan... others) {
    return of(Optional.of(defaultPlan), others);
  }

  static Catalog withoutDefaultPlan(Plan... plans) {
    return of(Optional.empty(), plans);
  }

  private static Catalog of(Optional<Plan> defaultPlan, Plan... others) {
    TreeMap<String, Plan> plans = new TreeMap<>();
    defaultPlan.ifPresent(plan -> plans.put(plan.name(), plan));
    for (Plan plan : others) {
      plans.put(plan.name(), plan);
    }
    return new Catalog(new TreeMap<>(), new TreeMap<>(), plans, defaultPlan);
  }

  static Plan plan(String name, Allowance... allowances) {
    TreeMap<String, Allowance> byType = new TreeMap<>();
    for (Allowance allowance : allowances) {
      byType.put(allowance.tokenType(), allowance);
    }
    return new Plan(name, name, Optional.empty(), byType, Optional.empty(), Policies.DEFAULT);
  }

  static Plan inZone(String zone, Plan plan) {
    return new Plan(
        plan.name(),
        plan.title(),
        Optional.of(ZoneId.of(zone)),
        plan.allowances(),
        plan.features(),
        plan.policies());
  }

  static Plan onlyFeatures(Plan plan, String... features) {
    return new Plan(
        plan.name(),
        plan.title(),
        plan.zone(),
        plan.allowances(),
        Optional.of(Set.of(features)),
        plan.policies());
  }

  static Plan policies(Plan plan, Overage overage, LateCommit lateCommit) {
    return new Plan(
        plan.name(),
        plan.title(),
        plan.zone(),
        plan.allowances(),
        plan.features(),
        new Policies(overage, lateCommit));
  }

  static Allowance daily(String type, long amount) {
    return new Allowance(type, amount, new Schedule.Daily(), 0, false);
  }

  static Allowance once(String type, long amount) {
    return new Allowance(type, amount, new Schedule.Never(), 0, false);
  }

  static Allowance resets(String type, long amount, Schedule schedule) {
    return new Allowance(type, amount, schedule, 0, false);
  }

  static Allowance rollover(Allowance allowance, long max) {
    return new Allowance(
        allowance.tokenType(), allowance.amount(), allowance.resets(), max, allowance.carryDebt());
  }

  static Allowance carryingDebt(Allowance allowance) {
    return new Allowance(
        allowance.tokenType(),
        allowance.amount(),
        allowance.resets(),
        allowance.rolloverMax(),
        true);
  }

  static Amounts website(long amount) {
    return Amounts.of("website", amount);
  }

  static Amounts amounts(String type, long amount, String type2, long amount2) {
    return Amounts.of(Map.of(type, amount, type2, amount2));
  }
}
