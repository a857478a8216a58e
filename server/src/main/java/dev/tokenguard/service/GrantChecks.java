package dev.tokenguard.service;

import dev.tokenguard.domain.Grant;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** What is wrong with a grant. Adds to the {@link RequestChecks} of the request. */
final class GrantChecks {

  private final RequestChecks checks;

  GrantChecks(RequestChecks checks) {
    this.checks = checks;
  }

  /** Why, in one word. */
  GrantChecks reason(String word) {
    if (word.isEmpty()) {
      checks.malformed("reason", "is required");
    } else if (word.length() > AdminLimits.MAX_WORD) {
      checks.malformed(
          "reason", word.length() + " characters (expected: at most " + AdminLimits.MAX_WORD + ")");
    } else if (!word.chars().allMatch(GrantChecks::isOfAWord)) {
      checks.malformed(
          "reason", Wording.quoted(word) + " (expected: ASCII letters, digits, _ and -)");
    }
    return this;
  }

  private static boolean isOfAWord(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '_'
        || c == '-';
  }

  /** For people, and who did it. */
  GrantChecks history(String note, String actor) {
    checks.text("note", note, AdminLimits.MAX_NOTE_BYTES).optionalId("actor", actor);
    return this;
  }

  int priority(@Nullable Integer priority) {
    if (priority == null) {
      return Grant.DEFAULT_PRIORITY;
    }
    if (priority < -AdminLimits.MAX_PRIORITY || priority > AdminLimits.MAX_PRIORITY) {
      checks.malformed(
          "priority",
          priority
              + " (expected: -"
              + AdminLimits.MAX_PRIORITY
              + " to "
              + AdminLimits.MAX_PRIORITY
              + ")");
    }
    return priority;
  }

  /** From when on it counts; null for at once, which is also what a time in the past means. */
  @Nullable Instant starts(@Nullable Instant starts, Instant now) {
    if (starts == null || !starts.isAfter(now)) {
      return null;
    }
    if (Duration.between(now, starts).compareTo(AdminLimits.MAX_AHEAD) > 0) {
      checks.malformed(
          "start_time", "is too far ahead (expected: at most " + days() + " days from now)");
    }
    return AccountChecks.time(checks, "start_time", starts);
  }

  private static long days() {
    return AdminLimits.MAX_AHEAD.toDays();
  }

  /**
   * When what is left lapses; null for never. Whether that is over, the store decides: a grant that
   * is repeated may have ended meanwhile.
   */
  @Nullable Instant expires(@Nullable Instant expires, @Nullable Instant starts) {
    if (expires == null) {
      return null;
    }
    if (starts != null && !expires.truncatedTo(ChronoUnit.MILLIS).isAfter(starts)) {
      checks.malformed("expire_time", "is not after start_time");
    }
    return AccountChecks.time(checks, "expire_time", expires);
  }
}
