package dev.tokenguard.service;

import dev.tokenguard.domain.AccountFields;
import dev.tokenguard.domain.AccountFields.Field;
import dev.tokenguard.domain.Amounts;
import dev.tokenguard.domain.OwnAllowance;
import dev.tokenguard.domain.Plan;
import dev.tokenguard.domain.Schedule;
import dev.tokenguard.domain.ScheduleText;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.IllformedLocaleException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong with the fields of an account. Adds to the {@link RequestChecks} of the request;
 * what the methods return is of use only if nothing was wrong.
 */
final class AccountChecks {

  /** The longest BCP 47 tag of any use. */
  private static final int MAX_LOCALE = 64;

  /** Paths of an update mask at most: more than there are fields, and few enough to tell of. */
  private static final int MAX_PATHS = 32;

  /** By their names in the contract. */
  private static final Map<String, Field> FIELDS = fields();

  private final RequestChecks checks;
  private final AccountRequest.Fields asked;

  AccountChecks(RequestChecks checks, AccountRequest.Fields asked) {
    this.checks = checks;
    this.asked = asked;
  }

  private static Map<String, Field> fields() {
    Map<String, Field> fields = new TreeMap<>();
    for (Field field : Field.values()) {
      fields.put(field.name().toLowerCase(Locale.ROOT), field);
    }
    return fields;
  }

  /** Which fields an update changes. */
  static Set<Field> mask(RequestChecks checks, List<String> paths) {
    EnumSet<Field> fields = EnumSet.noneOf(Field.class);
    if (paths.isEmpty()) {
      checks.malformed("update_mask", "is required (expected: one or more of " + names() + ")");
    }
    if (paths.size() > MAX_PATHS) {
      checks.malformed(
          "update_mask", paths.size() + " paths (expected: at most " + MAX_PATHS + ")");
      return fields;
    }
    for (String path : paths) {
      Field field = FIELDS.get(path);
      if (field != null) {
        fields.add(field);
      } else {
        checks.malformed(
            "update_mask",
            Wording.unknown("field", path, FIELDS.keySet(), "") + " (expected: " + names() + ")");
      }
    }
    return fields;
  }

  private static String names() {
    return String.join(", ", FIELDS.keySet());
  }

  /** The fields as they are to be; of an update, those that do not change are empty. */
  AccountFields fields(Set<Field> changed) {
    String status =
        new ListChecks(checks)
            .oneOf("account.status", asked.status(), List.of("ACTIVE", "SUSPENDED"));
    return new AccountFields(
        text("display_name", asked.displayName(), AdminLimits.MAX_DISPLAY_NAME_BYTES),
        text("description", asked.description(), AdminLimits.MAX_DESCRIPTION_BYTES),
        changed.contains(Field.PLAN) ? plan() : "",
        "SUSPENDED".equals(status),
        expires(),
        grace(),
        asked.membersOnly(),
        zone(),
        locale(),
        allowances());
  }

  private String text(String field, String text, int maxBytes) {
    checks.text("account." + field, text, maxBytes);
    return text;
  }

  private String plan() {
    if (!asked.plan().isEmpty()) {
      if (!checks.catalog().plans().containsKey(asked.plan())) {
        checks.malformed(
            "account.plan",
            Wording.unknown("plan", asked.plan(), checks.catalog().plans().keySet()));
      }
      return asked.plan();
    }
    Optional<Plan> defaultPlan = checks.catalog().defaultPlan();
    if (defaultPlan.isEmpty()) {
      checks.malformed("account.plan", "is required, as the catalog has no default plan");
    }
    return defaultPlan.map(Plan::name).orElse("");
  }

  private @Nullable Instant expires() {
    Instant expires = asked.expires();
    return expires == null ? null : time(checks, "account.expire_time", expires);
  }

  /** A time that proto and store can tell, as exact as the store is. */
  static Instant time(RequestChecks checks, String field, Instant time) {
    if (time.isBefore(AdminLimits.FIRST_TIME) || time.isAfter(AdminLimits.LAST_TIME)) {
      checks.malformed(field, "is not between the years 1970 and 9999");
      return AdminLimits.FIRST_TIME;
    }
    return time.truncatedTo(ChronoUnit.MILLIS);
  }

  private Duration grace() {
    Duration grace = asked.grace();
    if (grace == null) {
      return Duration.ZERO;
    }
    if (grace.isNegative()
        || grace.compareTo(AdminLimits.MAX_GRACE) > 0
        || grace.getNano() % 1_000_000 != 0) {
      checks.malformed(
          "account.grace_period",
          Wording.seconds(grace)
              + " (expected: 0 to "
              + AdminLimits.MAX_GRACE.toDays()
              + " days, in whole milliseconds)");
    }
    return grace;
  }

  private String zone() {
    Set<String> known = ZoneId.getAvailableZoneIds();
    if (!asked.zone().isEmpty() && !known.contains(asked.zone())) {
      checks.malformed(
          "account.time_zone",
          Wording.unknown("time zone", asked.zone(), known, " (expected: one as Asia/Bangkok)"));
    }
    return asked.zone();
  }

  private String locale() {
    String tag = asked.locale();
    try {
      if (tag.isEmpty()) {
        return tag;
      }
      if (tag.length() <= MAX_LOCALE) {
        new Locale.Builder().setLanguageTag(tag);
        return tag;
      }
    } catch (IllformedLocaleException e) {
      // Told below.
    }
    checks.malformed(
        "account.locale", Wording.quoted(tag) + " (expected: a BCP 47 tag, as th or fa-IR)");
    return "";
  }

  private List<OwnAllowance> allowances() {
    List<AccountRequest.Allowance> all = asked.allowances();
    if (all.size() > Limits.MAX_TOKEN_TYPES) {
      checks.malformed(
          "account.allowances",
          all.size() + " allowances (expected: at most " + Limits.MAX_TOKEN_TYPES + ")");
      return List.of();
    }
    List<OwnAllowance> own = new ArrayList<>();
    Set<String> types = new HashSet<>();
    for (int i = 0; i < all.size(); i++) {
      String path = "account.allowances[" + i + "].";
      AccountRequest.Allowance each = all.get(i);
      checks.tokenType(path + "token_type", each.tokenType());
      if (!types.add(each.tokenType())) {
        checks.malformed(
            path + "token_type", Wording.quoted(each.tokenType()) + " has an allowance before it");
      }
      own.add(allowance(path, each));
    }
    return own;
  }

  private OwnAllowance allowance(String path, AccountRequest.Allowance asked) {
    checks.amount(path + "amount", asked.amount(), 0);
    checks.amount(path + "rollover_max", asked.rolloverMax(), 0);
    if (asked.amount() >= 0
        && asked.amount() <= Amounts.MAX
        && asked.rolloverMax() > Amounts.MAX - asked.amount()) {
      checks.malformed(
          path + "rollover_max", asked.rolloverMax() + " and the amount exceed " + Amounts.MAX);
    }
    Optional<Schedule> resets = resets(path, asked.resets());
    if (asked.rolloverMax() > 0 && resets.isPresent() && resets.get() instanceof Schedule.Never) {
      checks.malformed(
          path + "rollover_max",
          asked.rolloverMax() + " (expected: none, as the allowance never resets)");
    }
    return new OwnAllowance(
        asked.tokenType(), asked.amount(), resets, asked.rolloverMax(), asked.carryDebt());
  }

  private Optional<Schedule> resets(String path, String text) {
    try {
      return text.isEmpty() ? Optional.empty() : Optional.of(ScheduleText.parse(text));
    } catch (IllegalArgumentException e) {
      checks.malformed(path + "resets", String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }
}
