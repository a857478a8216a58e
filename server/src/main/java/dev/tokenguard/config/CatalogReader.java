package dev.tokenguard.config;

import dev.tokenguard.domain.Amounts;
import dev.tokenguard.domain.Catalog;
import dev.tokenguard.domain.Feature;
import dev.tokenguard.domain.Plan;
import dev.tokenguard.domain.TokenType;
import java.util.Collections;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.regex.Pattern;

/**
 * Reads the parts of a catalog. Goes on after a problem, so that all are told; what comes out is a
 * catalog only if there was none.
 */
final class CatalogReader {
  /** Each token type may be a pocket of every account. */
  private static final int MAX_TOKEN_TYPES = 64;

  private static final int MAX_NAMES = 1000;

  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_.-]{0,63}");

  private final YamlSection root;
  private final Optional<YamlSection> tokenTypes;
  private final Optional<YamlSection> features;
  private final PolicyDefaults policies;

  CatalogReader(YamlSection root) {
    this.root = root;
    this.tokenTypes = root.section("token_types");
    this.features = root.section("features");
    this.policies = PolicyDefaults.ofCatalog(root.section("policies"));
  }

  Catalog read() {
    root.allow(Set.of("token_types", "features", "plans", "default_plan", "policies"));
    Optional<YamlSection> plans = root.section("plans");
    requireNames("features", features);
    requireNames("plans", plans);
    PlanReader planReader = new PlanReader(keys(tokenTypes), keys(features), policies);
    SortedMap<String, Plan> plansByName = each(plans, MAX_NAMES, planReader::read);
    return new Catalog(
        each(tokenTypes, MAX_TOKEN_TYPES, this::tokenType),
        each(features, MAX_NAMES, this::feature),
        plansByName,
        defaultPlan(keys(plans), plansByName));
  }

  private void requireNames(String key, Optional<YamlSection> section) {
    // A section of another type has been told of already.
    if (!root.keys().contains(key) || (section.isPresent() && section.get().keys().isEmpty())) {
      root.keyProblem(key, "none (expected: at least one)");
    }
  }

  private Optional<Plan> defaultPlan(Set<String> known, Map<String, Plan> plans) {
    Optional<String> name = root.text("default_plan");
    if (name.isPresent() && !known.contains(name.get())) {
      root.problem(
          "default_plan",
          "unknown plan '" + YamlSection.shown(name.get()) + "'" + Names.hint(name.get(), known));
    }
    return name.map(plans::get);
  }

  private TokenType tokenType(String name, YamlSection section) {
    section.allow(Set.of("title", "low_percent"));
    return new TokenType(
        name,
        title(name, section),
        section.number("low_percent", 0, 100).map(Math::toIntExact).orElse(policies.lowPercent()));
  }

  private Feature feature(String name, YamlSection section) {
    section.allow(Set.of("title", "cost"));
    Map<String, Long> cost = new HashMap<>();
    Set<String> known = keys(tokenTypes);
    section
        .section("cost")
        .ifPresent(
            costs -> {
              for (String type : costs.keys()) {
                if (!known.contains(type)) {
                  costs.keyProblem(type, "unknown token type" + Names.hint(type, known));
                }
                // A cost of nothing is no cost: a feature without any is free.
                costs
                    .number(type, 0, Amounts.MAX)
                    .filter(amount -> amount > 0)
                    .ifPresent(amount -> cost.put(type, amount));
              }
            });
    return new Feature(name, title(name, section), Amounts.of(cost));
  }

  /** Each entry of a section whose name is in order and that is a section itself. */
  private static <T> SortedMap<String, T> each(
      Optional<YamlSection> parent, int max, BiFunction<String, YamlSection, T> read) {
    SortedMap<String, T> entries = new TreeMap<>();
    if (parent.isPresent() && parent.get().keys().size() > max) {
      parent.get().problem(parent.get().keys().size() + " names (expected: at most " + max + ")");
    }
    for (String name : keys(parent)) {
      if (!NAME.matcher(name).matches()) {
        parent
            .get()
            .keyProblem(
                name,
                "not a name (expected: 1 to 64 of a-z, 0-9, '_', '.' and '-', a letter first)");
      }
      parent.get().section(name).ifPresent(section -> entries.put(name, read.apply(name, section)));
    }
    return Collections.unmodifiableSortedMap(entries);
  }

  private static Set<String> keys(Optional<YamlSection> section) {
    return section.map(YamlSection::keys).orElse(Collections.emptySet());
  }

  /** The title of a part of the catalog; its name in words if it has none. */
  static String title(String name, YamlSection section) {
    return section
        .text("title")
        .orElseGet(
            () -> {
              String words = name.replace('_', ' ').replace('-', ' ');
              return words.isEmpty()
                  ? words
                  : words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
            });
  }
}
