package dev.tokenguard.config;

import dev.tokenguard.domain.Allowance;
import dev.tokenguard.domain.Amounts;
import dev.tokenguard.domain.Plan;
import dev.tokenguard.domain.Schedule;
import dev.tokenguard.domain.ScheduleText;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Reads a plan of the catalog.
 *
 * @param tokenTypes the names that allowances may use
 * @param features the names that a list of features may use
 * @param defaults what holds for plans that say nothing else
 */
record PlanReader(Set<String> tokenTypes, Set<String> features, PolicyDefaults defaults) {

  Plan read(String name, YamlSection section) {
    section.allow(Set.of("title", "zone", "features", "policies", "allowances"));
    PolicyDefaults policies = defaults.ofPlan(section.section("policies"));
    SortedMap<String, Allowance> allowances = new TreeMap<>();
    section
        .section("allowances")
        .ifPresent(
            types -> {
              for (String type : types.keys()) {
                if (!tokenTypes.contains(type)) {
                  types.keyProblem(type, "unknown token type" + Names.hint(type, tokenTypes));
                }
                types
                    .section(type)
                    .flatMap(allowance -> allowance(type, allowance, policies))
                    .ifPresent(allowance -> allowances.put(type, allowance));
              }
            });
    return new Plan(
        name,
        CatalogReader.title(name, section),
        zone(section),
        Collections.unmodifiableSortedMap(allowances),
        section.names("features", features).map(Set::copyOf),
        policies.policies());
  }

  private static Optional<ZoneId> zone(YamlSection section) {
    return section
        .text("zone")
        .flatMap(
            text -> {
              try {
                return Optional.of(ZoneId.of(text));
              } catch (DateTimeException e) {
                section.problem(
                    "zone",
                    "unknown time zone '"
                        + YamlSection.shown(text)
                        + "'"
                        + Names.hint(text, ZoneId.getAvailableZoneIds()));
                return Optional.empty();
              }
            });
  }

  private static Optional<Allowance> allowance(
      String type, YamlSection section, PolicyDefaults policies) {
    section.allow(Set.of("amount", "resets", "rollover_max", "carry_debt"));
    for (String required : new String[] {"amount", "resets"}) {
      if (!section.keys().contains(required)) {
        section.keyProblem(
            required,
            "missing"
                + (required.equals("amount")
                    ? " (expected: tokens a period)"
                    : " " + ScheduleText.EXPECTED));
      }
    }
    Optional<Long> amount = section.number("amount", 0, Amounts.MAX);
    Optional<Schedule> resets = section.text("resets").flatMap(text -> schedule(section, text));
    long rolloverMax = section.number("rollover_max", 0, Amounts.MAX).orElse(0L);
    boolean carryDebt = section.flag("carry_debt").orElse(policies.carryDebt());
    if (amount.isEmpty() || resets.isEmpty()) {
      return Optional.empty();
    }
    if (amount.get() > Amounts.MAX - rolloverMax) {
      section.problem(
          "rollover_max",
          rolloverMax
              + " (expected: with the amount of "
              + amount.get()
              + " at most "
              + Amounts.MAX
              + ")");
    }
    if (rolloverMax > 0 && resets.get() instanceof Schedule.Never) {
      section.problem(
          "rollover_max", rolloverMax + " (expected: none, as the allowance never resets)");
    }
    return Optional.of(new Allowance(type, amount.get(), resets.get(), rolloverMax, carryDebt));
  }

  private static Optional<Schedule> schedule(YamlSection section, String text) {
    try {
      return Optional.of(ScheduleText.parse(text));
    } catch (IllegalArgumentException e) {
      section.problem("resets", String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }
}
