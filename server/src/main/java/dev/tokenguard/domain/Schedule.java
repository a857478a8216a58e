package dev.tokenguard.domain;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.zip.CRC32;

/**
 * When an allowance resets. A calendar matter: a day begins at {@link
 * LocalDate#atStartOfDay(ZoneId)}, which is the first valid moment of the day where midnight does
 * not exist, and lasts 23, 24 or 25 hours; {@link Days} has the rarer cases. Immutable.
 */
public sealed interface Schedule {

  /** The period that contains {@code now}, with its neighbours. */
  Periods periodsAround(Instant now, ZoneId zone, Instant opened);

  /** Whether periods are counted from the opening of the account. */
  default boolean anchoredAtOpening() {
    return false;
  }

  /**
   * A number that differs between schedules and zones, by which the store notices that a plan's
   * schedule was changed in the middle of a period. From 0 to 2^32 - 1.
   */
  default long signature(ZoneId zone) {
    CRC32 crc = new CRC32();
    crc.update((this + "@" + zone.getId()).getBytes(UTF_8));
    return crc.getValue();
  }

  /** Granted once. */
  record Never() implements Schedule {
    @Override
    public Periods periodsAround(Instant now, ZoneId zone, Instant opened) {
      return Periods.NEVER;
    }

    @Override
    public String toString() {
      return "never";
    }
  }

  /** At the start of every day. */
  record Daily() implements Schedule {
    @Override
    public Periods periodsAround(Instant now, ZoneId zone, Instant opened) {
      long day = Days.numberAt(now, zone);
      return ofDays(day, zone, day, 1);
    }

    @Override
    public String toString() {
      return "daily";
    }
  }

  /** At the start of every Monday. */
  record Weekly() implements Schedule {
    /** A Monday before the epoch, from which weeks are counted. */
    private static final LocalDate FIRST_MONDAY = LocalDate.of(1969, 12, 29);

    @Override
    public Periods periodsAround(Instant now, ZoneId zone, Instant opened) {
      LocalDate monday = dayAt(now, zone).with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
      return calendar(
          ChronoUnit.WEEKS.between(FIRST_MONDAY, monday),
          zone,
          monday.minusWeeks(1),
          monday,
          monday.plusWeeks(1),
          monday.plusWeeks(2));
    }

    @Override
    public String toString() {
      return "weekly";
    }
  }

  /** At the start of the first day of every month. */
  record Monthly() implements Schedule {
    @Override
    public Periods periodsAround(Instant now, ZoneId zone, Instant opened) {
      LocalDate first = dayAt(now, zone).withDayOfMonth(1);
      return calendar(
          first.getYear() * 12L + first.getMonthValue(),
          zone,
          first.minusMonths(1),
          first,
          first.plusMonths(1),
          first.plusMonths(2));
    }

    @Override
    public String toString() {
      return "monthly";
    }
  }

  /**
   * At the start of every N-th day, counted from the day on which the account was opened.
   *
   * @param days length of a period in calendar days, at least 1
   */
  record EveryDays(int days) implements Schedule {
    @Override
    public Periods periodsAround(Instant now, ZoneId zone, Instant opened) {
      long first = Days.numberAt(opened, zone);
      long index = Math.floorDiv(Days.numberAt(now, zone) - first, (long) days);
      return ofDays(index, zone, first + index * days, days);
    }

    @Override
    public boolean anchoredAtOpening() {
      return true;
    }

    @Override
    public String toString() {
      return "every " + days + " days";
    }
  }

  /**
   * Every so many seconds or hours from the moment at which the account was opened, whatever the
   * calendar says.
   *
   * @param length length of a period, at least one second, whole milliseconds
   */
  record Every(Duration length) implements Schedule {
    @Override
    public Periods periodsAround(Instant now, ZoneId zone, Instant opened) {
      long millis = length.toMillis();
      long index = Math.floorDiv(now.toEpochMilli() - opened.toEpochMilli(), millis);
      long start = opened.toEpochMilli() + index * millis;
      return new Periods(index, start - millis, start, start + millis, start + 2 * millis);
    }

    @Override
    public boolean anchoredAtOpening() {
      return true;
    }

    @Override
    public String toString() {
      return "every " + length;
    }
  }

  private static LocalDate dayAt(Instant now, ZoneId zone) {
    return Days.day(Days.numberAt(now, zone), zone);
  }

  private static Periods ofDays(long index, ZoneId zone, long start, long length) {
    return new Periods(
        index,
        Days.start(start - length, zone),
        Days.start(start, zone),
        Days.start(start + length, zone),
        Days.start(start + 2 * length, zone));
  }

  private static Periods calendar(
      long index,
      ZoneId zone,
      LocalDate previous,
      LocalDate start,
      LocalDate end,
      LocalDate nextEnd) {
    return new Periods(
        index,
        Days.start(previous, zone),
        Days.start(start, zone),
        Days.start(end, zone),
        Days.start(nextEnd, zone));
  }
}
