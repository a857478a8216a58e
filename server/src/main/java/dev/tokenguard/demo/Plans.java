package dev.tokenguard.demo;

import dev.tokenguard.domain.Allowance;
import dev.tokenguard.domain.Plan;
import dev.tokenguard.domain.Schedule;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.stream.Collectors;

/** Plans in words. */
final class Plans {
  private Plans() {}

  /** What an account on it gets, token type by token type. */
  static String describe(Plan plan) {
    return plan.allowances().values().stream()
        .map(each -> describe(each, plan.zone().orElse(ZoneOffset.UTC)))
        .collect(Collectors.joining(", "));
  }

  private static String describe(Allowance allowance, ZoneId zone) {
    String resets =
        allowance.resets() instanceof Schedule.Every every
            ? "every " + every.length().toSeconds() + " seconds"
            : allowance.resets() + " (" + zone + ")";
    return "%s %s tokens, reset %s".formatted(allowance.amount(), allowance.tokenType(), resets);
  }
}
