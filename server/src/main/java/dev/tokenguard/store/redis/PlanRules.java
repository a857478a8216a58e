package dev.tokenguard.store.redis;

import dev.tokenguard.domain.Allowance;
import dev.tokenguard.domain.Catalog;
import dev.tokenguard.domain.Periods;
import dev.tokenguard.domain.Plan;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What a plan says of each token type, packed as {@code RULE} of {@code layout.lua}: computed once
 * per plan, zone and period rather than once per call. Thread-safe.
 */
final class PlanRules {
  private volatile Cache cache;

  PlanRules(Catalog catalog) {
    this.cache = new Cache(catalog);
  }

  /** The rules of a plan around {@code now}, for an account that was opened at {@code opened}. */
  @SuppressWarnings(
      "ReferenceEquality") // a catalog that was loaded anew, whether it differs or not
  byte[] of(Catalog inForce, Plan plan, String zone, long opened, long now) {
    Cache current = cache;
    if (inForce != current.catalog) {
      current = new Cache(inForce);
      cache = current;
    }
    if (isAnchored(plan)) { // one for each account: made anew, a few microseconds
      return compute(plan, zone, opened, now).packed;
    }
    String key = plan.name() + '@' + zone;
    Rules rules = current.rules.get(key);
    if (rules == null || now < rules.from || now >= rules.until) {
      rules = compute(plan, zone, opened, now);
      current.rules.put(key, rules);
    }
    return rules.packed;
  }

  /** Whether a plan's periods are counted from the opening of the account. */
  static boolean isAnchored(Plan plan) {
    for (Allowance allowance : plan.allowances().values()) {
      if (allowance.resets().anchoredAtOpening()) {
        return true;
      }
    }
    return false;
  }

  private static Rules compute(Plan plan, String zone, long opened, long now) {
    ZoneId zoneId = zone.isEmpty() ? plan.zone().orElse(ZoneOffset.UTC) : ZoneId.of(zone);
    long[] bounds = {Long.MIN_VALUE, Long.MAX_VALUE};
    byte[] packed =
        Packer.pack(
            out -> {
              out.packMapHeader(plan.allowances().size());
              for (Allowance allowance : plan.allowances().values()) {
                Periods periods =
                    allowance
                        .resets()
                        .periodsAround(
                            Instant.ofEpochMilli(now), zoneId, Instant.ofEpochMilli(opened));
                bounds[0] = Math.max(bounds[0], periods.start());
                bounds[1] = Math.min(bounds[1], periods.end());
                byte[] rule = rule(allowance, periods, allowance.resets().signature(zoneId));
                out.packString(allowance.tokenType())
                    .packRawStringHeader(rule.length)
                    .writePayload(rule);
              }
            });
    return new Rules(packed, bounds[0], bounds[1]);
  }

  private static byte[] rule(Allowance allowance, Periods periods, long signature) {
    return Packer.numbers(
        allowance.amount(),
        allowance.rolloverMax(),
        allowance.carryDebt() ? 1 : 0,
        signature,
        periods.index(),
        periods.previousStart(),
        periods.start(),
        periods.end(),
        periods.nextEnd());
  }

  /**
   * Rules of one catalog: a call that still has the old one must not leave its rules in the new.
   */
  private record Cache(Catalog catalog, Map<String, Rules> rules) {
    Cache(Catalog catalog) {
      this(catalog, new ConcurrentHashMap<>());
    }
  }

  /** Packed rules, good from {@code from} until {@code until}. */
  private record Rules(byte[] packed, long from, long until) {}
}
