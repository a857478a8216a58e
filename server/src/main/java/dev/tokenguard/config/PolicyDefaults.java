package dev.tokenguard.config;

import dev.tokenguard.domain.Policies;
import dev.tokenguard.domain.Policies.LateCommit;
import dev.tokenguard.domain.Policies.Overage;
import dev.tokenguard.domain.TokenType;
import java.util.Optional;
import java.util.Set;

/**
 * What holds where a part of the catalog says nothing else: the catalog's own {@code policies}
 * replace the built-in ones, and those of a plan replace both.
 *
 * @param policies what happens to commits that are not as they were held
 * @param carryDebt whether debt survives a reset
 * @param lowPercent a balance is low below this share of what was granted
 */
record PolicyDefaults(Policies policies, boolean carryDebt, int lowPercent) {
  private static final PolicyDefaults BUILT_IN =
      new PolicyDefaults(Policies.DEFAULT, false, TokenType.DEFAULT_LOW_PERCENT);

  /** The built-in ones, as the {@code policies} of the catalog change them. */
  static PolicyDefaults ofCatalog(Optional<YamlSection> section) {
    if (section.isEmpty()) {
      return BUILT_IN;
    }
    section.get().allow(Set.of("overage", "late_commit", "carry_debt", "low_percent"));
    return BUILT_IN.changed(section.get());
  }

  /** These, as the {@code policies} of a plan change them. */
  PolicyDefaults ofPlan(Optional<YamlSection> section) {
    if (section.isEmpty()) {
      return this;
    }
    section.get().allow(Set.of("overage", "late_commit", "carry_debt"));
    return changed(section.get());
  }

  private PolicyDefaults changed(YamlSection section) {
    return new PolicyDefaults(
        new Policies(
            section.choice("overage", Overage.class).orElse(policies.overage()),
            section.choice("late_commit", LateCommit.class).orElse(policies.lateCommit())),
        section.flag("carry_debt").orElse(carryDebt),
        section.number("low_percent", 0, 100).map(Math::toIntExact).orElse(lowPercent));
  }
}
