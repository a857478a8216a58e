package dev.tokenguard.config;

import dev.tokenguard.domain.CatalogUse.Counts;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Why a catalog may not drop plans and token types, in words. */
final class Removals {
  private Removals() {}

  /** Everything that is still used, in a line each; empty if nothing is. */
  static String refusal(String file, CatalogChanges changes, Counts counts) {
    List<String> lines = new ArrayList<>();
    for (String plan : changes.removedPlans()) {
      long accounts = counts.byPlan().getOrDefault(plan, 0L);
      if (accounts > 0) {
        lines.add(
            "plan "
                + plan
                + " is used by "
                + number(accounts)
                + (accounts == 1 ? ": move it" : ": move them")
                + " to another plan first");
      }
    }
    for (String type : changes.removedTokenTypes()) {
      long accounts = counts.byTokenType().getOrDefault(type, 0L);
      if (accounts > 0) {
        lines.add(
            "token type "
                + type
                + " is left, held or owed in "
                + number(accounts)
                + ": keep it, in no plan, until they have none");
      }
    }
    return lines.stream()
        .map(line -> file + ": " + line + "; the catalog in force stays")
        .collect(Collectors.joining("\n"));
  }

  /** Nobody knows whether something is used. */
  static String notCounted(CatalogChanges changes, String why) {
    return "the accounts that use "
        + Stream.concat(
                changes.removedPlans().stream().map(plan -> "plan " + plan),
                changes.removedTokenTypes().stream().map(type -> "token type " + type))
            .collect(Collectors.joining(", "))
        + " cannot be counted ("
        + why
        + "); tried again soon, the catalog in force stays";
  }

  private static String number(long accounts) {
    return String.format(Locale.ROOT, "%,d", accounts) + (accounts == 1 ? " account" : " accounts");
  }
}
