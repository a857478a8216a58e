package dev.tokenguard.domain;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The days of a time zone in the order in which they pass there, numbered without gaps.
 *
 * <p>Two things that calendars do make this more than {@link LocalDate#toEpochDay()}. A place that
 * changes sides of the date line skips a day altogether (Apia had no 30 December 2011), and a day
 * that nobody lived through may not be a period. And where clocks are set back over midnight, a day
 * begins, stops and begins again (St. John's, 7 November 2010, one minute past midnight); here a
 * day that has begun goes on, so that time never goes back to an earlier period.
 *
 * <p>Thread-safe.
 */
final class Days {
  /** Days skipped in a zone as epoch days, in order; most zones skip none. */
  private static final Map<ZoneId, long[]> SKIPPED = new ConcurrentHashMap<>();

  private Days() {}

  /** The number of the day that runs at this moment. */
  static long numberAt(Instant now, ZoneId zone) {
    long number = number(LocalDate.ofInstant(now, zone), zone);
    long millis = now.toEpochMilli();
    while (start(number + 1, zone) <= millis) {
      number++;
    }
    return number;
  }

  /** The number of a day; that of the day after it if it is skipped. */
  static long number(LocalDate day, ZoneId zone) {
    long epochDay = day.toEpochDay();
    long number = epochDay;
    for (long skipped : skipped(zone)) {
      if (skipped >= epochDay) {
        break;
      }
      number--;
    }
    return number;
  }

  /** The day of a number. */
  static LocalDate day(long number, ZoneId zone) {
    long epochDay = number;
    for (long skipped : skipped(zone)) {
      if (skipped > epochDay) {
        break;
      }
      epochDay++;
    }
    return LocalDate.ofEpochDay(epochDay);
  }

  /** When the day of this number begins, in milliseconds since the epoch. */
  static long start(long number, ZoneId zone) {
    return start(day(number, zone), zone);
  }

  /** When a day begins: its first valid moment, in milliseconds since the epoch. */
  static long start(LocalDate day, ZoneId zone) {
    return day.atStartOfDay(zone).toInstant().toEpochMilli();
  }

  private static long[] skipped(ZoneId zone) {
    // Fixed offsets are as many as there are seconds in a day: they skip nothing and fill no cache.
    return zone.getRules().isFixedOffset()
        ? new long[0]
        : SKIPPED.computeIfAbsent(zone, Days::findSkipped);
  }

  private static long[] findSkipped(ZoneId zone) {
    return zone.getRules().getTransitions().stream()
        .filter(ZoneOffsetTransition::isGap)
        .flatMap(
            gap ->
                gap.getDateTimeBefore()
                    .toLocalDate()
                    .datesUntil(gap.getDateTimeAfter().toLocalDate())
                    .filter(day -> !day.atStartOfDay().isBefore(gap.getDateTimeBefore())))
        .mapToLong(LocalDate::toEpochDay)
        .toArray();
  }
}
