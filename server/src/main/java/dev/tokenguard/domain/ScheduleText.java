package dev.tokenguard.domain;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Period;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Schedules as the catalog writes them: {@code never}, {@code daily}, {@code weekly}, {@code
 * monthly}, {@code every 30 days}, {@code every PT6H}.
 */
public final class ScheduleText {
  /** The forms there are. */
  public static final String EXPECTED =
      "(expected: never, daily, weekly, monthly, 'every 30 days' or 'every PT6H')";

  /** Ten years, leap days included. */
  private static final int MAX_DAYS = 3653;

  private static final Duration MIN = Duration.ofSeconds(1);
  private static final Duration MAX = Duration.ofDays(MAX_DAYS);

  private static final int MAX_SHOWN = 60;

  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

  private static final Pattern WORDS =
      Pattern.compile("(\\d{1,9})\\s+(second|minute|hour|day|week|month|year)s?");

  private ScheduleText() {}

  /**
   * The schedule of a text.
   *
   * @throws IllegalArgumentException telling what is wrong and what is expected
   */
  public static Schedule parse(String text) {
    return switch (text) {
      case "never" -> new Schedule.Never();
      case "daily" -> new Schedule.Daily();
      case "weekly" -> new Schedule.Weekly();
      case "monthly" -> new Schedule.Monthly();
      case "hourly" -> throw wrong(text, "(write 'every PT1H')");
      case "yearly", "annually" -> throw wrong(text, "(write 'every 365 days' or monthly)");
      default -> {
        if (!text.startsWith("every ")) {
          throw wrong(text, EXPECTED);
        }
        yield every(text, text.substring("every ".length()).strip());
      }
    };
  }

  private static Schedule every(String text, String length) {
    Matcher words = WORDS.matcher(length.toLowerCase(Locale.ROOT));
    if (words.matches()) {
      long count = Long.parseLong(words.group(1));
      return switch (words.group(2)) {
        case "second" -> time(text, Duration.ofSeconds(count));
        case "minute" -> time(text, Duration.ofMinutes(count));
        case "hour" -> time(text, Duration.ofHours(count));
        case "day" -> days(text, count);
        case "week" -> days(text, 7 * count);
        default -> throw months(text);
      };
    }
    try {
      // Days, weeks, months and years: the calendar's.
      Period period = Period.parse(length);
      if (period.toTotalMonths() != 0) {
        throw months(text);
      }
      return days(text, period.get(ChronoUnit.DAYS));
    } catch (DateTimeException e) {
      // Hours and less: not a period of the calendar.
    }
    try {
      Duration duration = Duration.parse(length);
      if (!length.toUpperCase(Locale.ROOT).startsWith("PT")) {
        throw wrong(
            text, "(days and hours in one: a day is not always 24 hours; write hours, 'PT36H')");
      }
      return time(text, duration);
    } catch (DateTimeException e) {
      throw wrong(text, EXPECTED);
    }
  }

  private static Schedule days(String text, long days) {
    if (days < 1 || days > MAX_DAYS) {
      throw wrong(text, "(expected: 1 to " + MAX_DAYS + " days)");
    }
    return new Schedule.EveryDays((int) days);
  }

  private static Schedule time(String text, Duration length) {
    if (length.compareTo(MIN) < 0
        || length.compareTo(MAX) > 0
        || length.toNanosPart() % 1_000_000 != 0) {
      throw wrong(text, "(expected: 1 second to 10 years, in whole milliseconds)");
    }
    return new Schedule.Every(length);
  }

  private static IllegalArgumentException months(String text) {
    return wrong(text, "(months and years differ in length; write monthly, or a number of days)");
  }

  private static IllegalArgumentException wrong(String text, String hint) {
    return new IllegalArgumentException(shown(text) + " " + hint);
  }

  /** A text as a message shows it: one line, not too long. */
  private static String shown(String text) {
    String line = CONTROL.matcher(text).replaceAll(" ");
    return line.length() <= MAX_SHOWN ? line : line.substring(0, MAX_SHOWN) + "...";
  }
}
