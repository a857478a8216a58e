package dev.tokenguard.domain;

import java.time.ZoneId;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What an account gets, and what it may use.
 *
 * @param name its name in the catalog
 * @param title its name for people
 * @param zone the time zone whose midnights reset its allowances, unless the account has its own;
 *     empty for UTC
 * @param allowances by token type
 * @param features the features it may use; empty when the plan names none, and then it may use
 *     every feature whose token types it has
 * @param policies what happens to commits that are late or of more than was held
 */
public record Plan(
    String name,
    String title,
    Optional<ZoneId> zone,
    SortedMap<String, Allowance> allowances,
    Optional<Set<String>> features,
    Policies policies) {

  /** The plan as it is for an account with allowances of its own. */
  public Plan with(List<OwnAllowance> own) {
    if (own.isEmpty()) {
      return this;
    }
    TreeMap<String, Allowance> replaced = new TreeMap<>(allowances);
    for (OwnAllowance each : own) {
      replaced.put(each.tokenType(), each.on(this));
    }
    return new Plan(
        name, title, zone, Collections.unmodifiableSortedMap(replaced), features, policies);
  }

  /** Whether the plan lets its accounts use a feature, as far as its list of features goes. */
  public boolean lists(String feature) {
    return features.isEmpty() || features.get().contains(feature);
  }
}
