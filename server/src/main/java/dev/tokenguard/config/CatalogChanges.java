package dev.tokenguard.config;

import dev.tokenguard.domain.Allowance;
import dev.tokenguard.domain.Amounts;
import dev.tokenguard.domain.Catalog;
import dev.tokenguard.domain.Feature;
import dev.tokenguard.domain.Plan;
import dev.tokenguard.domain.TokenType;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What is different in a new catalog, for those who read the log: "plan pro: lead_generation 50 ->
 * 60; feature x added, costs 2 image". Immutable.
 */
final class CatalogChanges {
  private final boolean none;
  private final List<String> words = new ArrayList<>();
  private final Set<String> removedPlans;
  private final Set<String> removedTokenTypes;

  private CatalogChanges(Catalog before, Catalog after) {
    none = before.equals(after);
    removedPlans = missing(before.plans().keySet(), after.plans().keySet());
    removedTokenTypes = missing(before.tokenTypes().keySet(), after.tokenTypes().keySet());
    // First what concerns most accounts: a long list is cut at its end.
    new Parts()
        .change("default plan", defaultPlan(before), defaultPlan(after), String::valueOf)
        .addTo(words, "");
    compare("plan", before.plans(), after.plans(), CatalogChanges::plan, CatalogChanges::plan);
    compare(
        "feature",
        before.features(),
        after.features(),
        feature -> cost(feature.cost()),
        CatalogChanges::feature);
    compare(
        "token type",
        before.tokenTypes(),
        after.tokenTypes(),
        type -> "",
        CatalogChanges::tokenType);
  }

  static CatalogChanges between(Catalog before, Catalog after) {
    return new CatalogChanges(before, after);
  }

  /** Whether both catalogs say the same. */
  boolean isEmpty() {
    return none;
  }

  /** Plans that the new catalog does not have. */
  Set<String> removedPlans() {
    return removedPlans;
  }

  /** Token types that the new catalog does not have. */
  Set<String> removedTokenTypes() {
    return removedTokenTypes;
  }

  /**
   * The changes in one line; those that do not fit are counted.
   *
   * @param max about as many characters at most
   */
  String inWords(int max) {
    if (words.isEmpty()) {
      return "nothing";
    }
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < words.size(); i++) {
      String next = (i == 0 ? "" : "; ") + words.get(i);
      if (line.length() + next.length() > max) {
        if (i > 0) {
          return line.append("; and ").append(words.size() - i).append(" more").toString();
        }
        next = next.substring(0, max) + "...";
      }
      line.append(next);
    }
    return line.toString();
  }

  private <T> void compare(
      String kind,
      Map<String, T> before,
      Map<String, T> after,
      Function<T, String> inFull,
      Differences<T> differences) {
    for (String name : both(before.keySet(), after.keySet())) {
      T old = before.get(name);
      T now = after.get(name);
      if (old == null && now != null) {
        String full = inFull.apply(now);
        words.add(kind + " " + name + " added" + (full.isEmpty() ? "" : ", " + full));
      } else if (old != null && now == null) {
        words.add(kind + " " + name + " removed");
      } else if (old != null && now != null) {
        differences.between(old, now).addTo(words, kind + " " + name + ": ");
      }
    }
  }

  /** Tells two versions of one thing apart. */
  private interface Differences<T> {
    Parts between(T before, T after);
  }

  private static Parts plan(Plan before, Plan after) {
    Parts parts = new Parts();
    for (String type : both(before.allowances().keySet(), after.allowances().keySet())) {
      Allowance old = before.allowances().get(type);
      Allowance now = after.allowances().get(type);
      if (old == null && now != null) {
        parts.add(type + " added, " + allowance(now));
      } else if (now == null) {
        parts.add(type + " removed");
      } else if (old != null) {
        allowance(old, now, parts);
      }
    }
    return parts
        .change("features", before.features(), after.features(), CatalogChanges::features)
        .change("zone", before.zone(), after.zone(), CatalogChanges::zone)
        .change(
            "overage",
            before.policies().overage(),
            after.policies().overage(),
            CatalogChanges::word)
        .change(
            "late_commit",
            before.policies().lateCommit(),
            after.policies().lateCommit(),
            CatalogChanges::word)
        .change("title", before.title(), after.title(), CatalogChanges::quoted);
  }

  private static void allowance(Allowance before, Allowance after, Parts parts) {
    String type = before.tokenType();
    parts
        .change(type, before.amount(), after.amount(), String::valueOf)
        .change(type + " resets", before.resets(), after.resets(), String::valueOf)
        .change(type + " rollover_max", before.rolloverMax(), after.rolloverMax(), String::valueOf)
        .change(type + " carry_debt", before.carryDebt(), after.carryDebt(), String::valueOf);
  }

  private static Parts feature(Feature before, Feature after) {
    return new Parts()
        .change("", before.cost(), after.cost(), CatalogChanges::cost)
        .change("title", before.title(), after.title(), CatalogChanges::quoted);
  }

  private static Parts tokenType(TokenType before, TokenType after) {
    return new Parts()
        .change("low_percent", before.lowPercent(), after.lowPercent(), String::valueOf)
        .change("title", before.title(), after.title(), CatalogChanges::quoted);
  }

  private static String plan(Plan plan) {
    return plan.allowances().isEmpty()
        ? "no tokens"
        : plan.allowances().values().stream()
            .map(each -> each.tokenType() + " " + allowance(each))
            .collect(Collectors.joining(", "));
  }

  private static String allowance(Allowance allowance) {
    return allowance.amount() + " " + allowance.resets();
  }

  private static String cost(Amounts cost) {
    return cost.isEmpty()
        ? "free"
        : "costs "
            + cost.byType().entrySet().stream()
                .map(each -> each.getValue() + " " + each.getKey())
                .collect(Collectors.joining(" and "));
  }

  private static String defaultPlan(Catalog catalog) {
    return catalog.defaultPlan().map(Plan::name).orElse("none");
  }

  private static String features(Optional<Set<String>> features) {
    return features.map(names -> new TreeSet<>(names).toString()).orElse("all");
  }

  private static String zone(Optional<ZoneId> zone) {
    return zone.map(ZoneId::getId).orElse("none");
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private static String quoted(String text) {
    return '"' + text + '"';
  }

  private static Set<String> missing(Set<String> before, Set<String> after) {
    Set<String> missing = new TreeSet<>(before);
    missing.removeAll(after);
    return Collections.unmodifiableSet(missing);
  }

  private static Set<String> both(Set<String> one, Set<String> other) {
    Set<String> both = new TreeSet<>(one);
    both.addAll(other);
    return both;
  }

  /** What is different in one thing. */
  private static final class Parts {
    private final List<String> list = new ArrayList<>();

    void add(String part) {
      list.add(part);
    }

    <T> Parts change(String what, T before, T after, Function<? super T, String> inWords) {
      if (!before.equals(after)) {
        String name = what.isEmpty() ? "" : what + " ";
        list.add(name + inWords.apply(before) + " -> " + inWords.apply(after));
      }
      return this;
    }

    void addTo(List<String> words, String prefix) {
      if (!list.isEmpty()) {
        words.add(prefix + String.join(", ", list));
      }
    }
  }
}
