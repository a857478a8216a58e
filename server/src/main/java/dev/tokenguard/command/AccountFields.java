package dev.tokenguard.command;

import dev.tokenguard.v1.Account;
import dev.tokenguard.v1.Allowance;
import java.time.ZoneId;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What operators set of an account. */
final class AccountFields {
  @Option(names = "--name", paramLabel = "TEXT", description = "Its name for people.")
  private @Nullable String name;

  @Option(names = "--description", paramLabel = "TEXT", description = "What it is for.")
  private @Nullable String description;

  @Option(
      names = "--plan",
      paramLabel = "PLAN",
      description = "A plan of the catalog; without one its default plan.")
  private @Nullable String plan;

  @Option(
      names = "--expires",
      paramLabel = "TIME",
      converter = Moment.Converter.class,
      description = "When the subscription ends: 2026-12-31 (its first moment), or a time.")
  private @Nullable Moment expires;

  @Option(
      names = "--grace",
      paramLabel = "TIME",
      converter = Span.Converter.class,
      description = "How long after its end it may still spend: 3d.")
  private @Nullable Span grace;

  @Option(
      names = "--members-only",
      negatable = true,
      fallbackValue = "true",
      description = "Whether only members that were added may spend.")
  private @Nullable Boolean membersOnly;

  @Option(
      names = "--zone",
      paramLabel = "ZONE",
      description = "Time zone whose midnights reset it: Asia/Bangkok. Empty: the plan's.")
  private @Nullable String zone;

  @Option(
      names = "--locale",
      paramLabel = "LANGUAGE",
      description = "Language of its denials: th. Empty: none.")
  private @Nullable String locale;

  @Option(
      names = "--allowance",
      paramLabel = AllowanceText.SYNTAX,
      converter = AllowanceText.Converter.class,
      description = {
        "An allowance of its own in place of the plan's; again for each token type. RESETS is never,"
            + " daily, weekly, monthly, 'every 30 days' or 'every PT6H'."
      })
  private List<Allowance> allowances = List.of();

  /** Sets the fields that were given, and returns their names as an update mask has them. */
  Set<String> into(Account.Builder account, ZoneId local) {
    Set<String> mask = new LinkedHashSet<>();
    set(mask, "display_name", name, account::setDisplayName);
    set(mask, "description", description, account::setDescription);
    set(mask, "plan", plan, account::setPlan);
    set(mask, "expire_time", expires, moment -> account.setExpireTime(moment.in(local)));
    set(mask, "grace_period", grace, span -> account.setGracePeriod(span.toProto()));
    set(mask, "members_only", membersOnly, account::setMembersOnly);
    set(mask, "time_zone", zone, account::setTimeZone);
    set(mask, "locale", locale, account::setLocale);
    if (!allowances.isEmpty()) {
      mask.add("allowances");
      account.addAllAllowances(allowances);
    }
    return mask;
  }

  private static <T> void set(
      Set<String> mask, String field, @Nullable T value, Consumer<T> setter) {
    if (value != null) {
      mask.add(field);
      setter.accept(value);
    }
  }
}
