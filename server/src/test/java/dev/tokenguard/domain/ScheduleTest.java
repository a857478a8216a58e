package dev.tokenguard.domain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Periods in the zones and on the days where calendars are odd. */
class ScheduleTest {
  private static final Instant OPENED = Instant.parse("2010-01-31T10:20:30.400Z");

  private static final List<Schedule> REPEATING =
      List.of(
          new Schedule.Daily(),
          new Schedule.Weekly(),
          new Schedule.Monthly(),
          new Schedule.EveryDays(1),
          new Schedule.EveryDays(30),
          new Schedule.Every(Duration.ofHours(6)),
          new Schedule.Every(Duration.ofMinutes(100)));

  private static final List<String> ZONES =
      List.of(
          "UTC",
          "+05:45",
          "Asia/Bangkok",
          "Asia/Tehran",
          "Asia/Beirut",
          "Africa/Cairo",
          "America/Santiago",
          "America/New_York",
          "America/Havana",
          "America/St_Johns",
          "Antarctica/Casey",
          "Pacific/Apia");

  /** Every expected moment is written out, and was computed with another calendar than Java's. */
  @ParameterizedTest(name = "{0} {1} {2}")
  @CsvSource({
    // No daylight saving, and the edges of a day.
    "daily,   Asia/Bangkok,     2024-05-01T16:59:59.999Z, 2024-04-30T17:00:00Z,"
        + " 2024-05-01T17:00:00Z",
    "daily,   Asia/Bangkok,     2024-05-01T17:00:00Z,     2024-05-01T17:00:00Z,"
        + " 2024-05-02T17:00:00Z",
    "daily,   UTC,              2024-02-29T12:00:00Z,     2024-02-29T00:00:00Z,"
        + " 2024-03-01T00:00:00Z",
    // 23 hours, 25 hours.
    "daily,   America/New_York, 2024-03-10T12:00:00Z,     2024-03-10T05:00:00Z,"
        + " 2024-03-11T04:00:00Z",
    "daily,   America/New_York, 2024-11-03T12:00:00Z,     2024-11-03T04:00:00Z,"
        + " 2024-11-04T05:00:00Z",
    "daily,   America/Santiago, 2024-04-07T03:30:00Z,     2024-04-06T03:00:00Z,"
        + " 2024-04-07T04:00:00Z",
    "daily,   Asia/Beirut,      2022-10-29T21:30:00Z,     2022-10-28T21:00:00Z,"
        + " 2022-10-29T22:00:00Z",
    "daily,   Asia/Tehran,      2021-09-21T20:00:00Z,     2021-09-20T19:30:00Z,"
        + " 2021-09-21T20:30:00Z",
    // Midnight does not exist: the day begins at one o'clock.
    "daily,   America/Santiago, 2024-09-08T03:59:59.999Z, 2024-09-07T04:00:00Z,"
        + " 2024-09-08T04:00:00Z",
    "daily,   America/Santiago, 2024-09-08T04:00:00Z,     2024-09-08T04:00:00Z,"
        + " 2024-09-09T03:00:00Z",
    "daily,   Asia/Beirut,      2022-03-26T22:00:00Z,     2022-03-26T22:00:00Z,"
        + " 2022-03-27T21:00:00Z",
    "daily,   Africa/Cairo,     2023-04-27T22:00:00Z,     2023-04-27T22:00:00Z,"
        + " 2023-04-28T21:00:00Z",
    "daily,   Africa/Cairo,     2024-04-25T22:00:00Z,     2024-04-25T22:00:00Z,"
        + " 2024-04-26T21:00:00Z",
    "daily,   Asia/Tehran,      2021-03-21T20:30:00Z,     2021-03-21T20:30:00Z,"
        + " 2021-03-22T19:30:00Z",
    // Midnight comes twice: the first one counts.
    "daily,   America/Havana,   2024-11-03T04:30:00Z,     2024-11-03T04:00:00Z,"
        + " 2024-11-04T05:00:00Z",
    "daily,   America/Havana,   2024-11-03T05:30:00Z,     2024-11-03T04:00:00Z,"
        + " 2024-11-04T05:00:00Z",
    // One minute of the day, then the last hour of the day before once more, then the day again.
    "daily,   America/St_Johns, 2010-11-07T02:29:59.999Z, 2010-11-06T02:30:00Z,"
        + " 2010-11-07T02:30:00Z",
    "daily,   America/St_Johns, 2010-11-07T02:30:30Z,     2010-11-07T02:30:00Z,"
        + " 2010-11-08T03:30:00Z",
    "daily,   America/St_Johns, 2010-11-07T03:00:00Z,     2010-11-07T02:30:00Z,"
        + " 2010-11-08T03:30:00Z",
    "daily,   America/St_Johns, 2010-11-07T03:30:00Z,     2010-11-07T02:30:00Z,"
        + " 2010-11-08T03:30:00Z",
    // No 30 December 2011 at all.
    "daily,   Pacific/Apia,     2011-12-30T09:59:59.999Z, 2011-12-29T10:00:00Z,"
        + " 2011-12-30T10:00:00Z",
    "daily,   Pacific/Apia,     2011-12-30T10:00:00Z,     2011-12-30T10:00:00Z,"
        + " 2011-12-31T10:00:00Z",
    // Weeks begin on Monday, which may have no midnight and seven days that are not 168 hours.
    "weekly,  UTC,              2024-01-01T00:00:00Z,     2024-01-01T00:00:00Z,"
        + " 2024-01-08T00:00:00Z",
    "weekly,  UTC,              2023-12-31T23:59:59.999Z, 2023-12-25T00:00:00Z,"
        + " 2024-01-01T00:00:00Z",
    "weekly,  Asia/Tehran,      2021-03-22T12:00:00Z,     2021-03-21T20:30:00Z,"
        + " 2021-03-28T19:30:00Z",
    "weekly,  America/New_York, 2024-03-10T12:00:00Z,     2024-03-04T05:00:00Z,"
        + " 2024-03-11T04:00:00Z",
    "weekly,  Pacific/Apia,     2011-12-31T12:00:00Z,     2011-12-26T10:00:00Z,"
        + " 2012-01-01T10:00:00Z",
    "weekly,  UTC,              1970-01-01T00:00:00Z,     1969-12-29T00:00:00Z,"
        + " 1970-01-05T00:00:00Z",
    "weekly,  UTC,              1969-12-28T23:59:59.999Z, 1969-12-22T00:00:00Z,"
        + " 1969-12-29T00:00:00Z",
    // Months of 28, 29, 30 and 31 days, and the year's end.
    "monthly, UTC,              2024-02-29T23:59:59.999Z, 2024-02-01T00:00:00Z,"
        + " 2024-03-01T00:00:00Z",
    "monthly, UTC,              2023-02-28T23:59:59.999Z, 2023-02-01T00:00:00Z,"
        + " 2023-03-01T00:00:00Z",
    "monthly, UTC,              2100-02-28T12:00:00Z,     2100-02-01T00:00:00Z,"
        + " 2100-03-01T00:00:00Z",
    "monthly, Asia/Bangkok,     2024-12-31T17:00:00Z,     2024-12-31T17:00:00Z,"
        + " 2025-01-31T17:00:00Z",
    "monthly, America/New_York, 2024-11-30T12:00:00Z,     2024-11-01T04:00:00Z,"
        + " 2024-12-01T05:00:00Z",
    "monthly, UTC,              1969-12-31T23:59:59.999Z, 1969-12-01T00:00:00Z,"
        + " 1970-01-01T00:00:00Z",
    "daily,   UTC,              1969-12-31T23:59:59.999Z, 1969-12-31T00:00:00Z,"
        + " 1970-01-01T00:00:00Z",
    // Counted from 31 January 2010, 10:20:30.4 UTC.
    "2 days,  UTC,              2010-02-01T23:59:59.999Z, 2010-01-31T00:00:00Z,"
        + " 2010-02-02T00:00:00Z",
    "2 days,  UTC,              2010-01-30T23:59:59.999Z, 2010-01-29T00:00:00Z,"
        + " 2010-01-31T00:00:00Z",
    "30 days, Asia/Bangkok,     2010-03-01T16:59:59.999Z, 2010-01-30T17:00:00Z,"
        + " 2010-03-01T17:00:00Z",
    "30 days, America/New_York, 2010-03-31T12:00:00Z,     2010-03-02T05:00:00Z,"
        + " 2010-04-01T04:00:00Z",
    "PT6H,    America/New_York, 2010-03-14T10:20:30.399Z, 2010-03-14T04:20:30.400Z,"
        + " 2010-03-14T10:20:30.400Z",
    "PT6H,    America/New_York, 2010-01-31T10:20:30.399Z, 2010-01-31T04:20:30.400Z,"
        + " 2010-01-31T10:20:30.400Z",
    "never,   Asia/Bangkok,     2024-05-01T00:00:00Z,     1970-01-01T00:00:00Z,"
        + " +287396-10-12T08:59:00.991Z",
  })
  void periodAt(String schedule, String zone, Instant now, Instant start, Instant end) {
    Periods periods = schedule(schedule).periodsAround(now, ZoneId.of(zone), OPENED);

    assertEquals(start, Instant.ofEpochMilli(periods.start()));
    assertEquals(end, Instant.ofEpochMilli(periods.end()));
  }

  private static Schedule schedule(String text) {
    return switch (text) {
      case "never" -> new Schedule.Never();
      case "daily" -> new Schedule.Daily();
      case "weekly" -> new Schedule.Weekly();
      case "monthly" -> new Schedule.Monthly();
      case "2 days" -> new Schedule.EveryDays(2);
      case "30 days" -> new Schedule.EveryDays(30);
      default -> new Schedule.Every(Duration.parse(text));
    };
  }

  static Stream<ZoneId> zones() {
    return ZONES.stream().map(ZoneId::of);
  }

  /** Hour by hour, and around every change of the clocks: periods adjoin and are counted on. */
  @ParameterizedTest
  @MethodSource("zones")
  void periodsFollowOneAnother(ZoneId zone) {
    for (long[] moments :
        List.of(moments(zone, 1970, 1970), moments(zone, 2010, 2011), moments(zone, 2023, 2024))) {
      for (Schedule schedule : REPEATING) {
        assertPeriodsFollow(schedule, zone, moments);
      }
    }
  }

  private static void assertPeriodsFollow(Schedule schedule, ZoneId zone, long[] moments) {
    Periods before = null;
    for (long now : moments) {
      Periods periods = schedule.periodsAround(Instant.ofEpochMilli(now), zone, OPENED);
      assertTrue(
          periods.start() <= now && now < periods.end(),
          () -> schedule + " at " + Instant.ofEpochMilli(now) + ": " + periods);
      if (before != null && now < before.end()) {
        assertEquals(before, periods);
      } else if (before != null) {
        assertFollows(before, periods);
      }
      before = periods;
    }
  }

  private static void assertFollows(Periods before, Periods periods) {
    assertEquals(before.index() + 1, periods.index(), () -> before + " then " + periods);
    assertEquals(before.end(), periods.start(), () -> before + " then " + periods);
    assertEquals(before.start(), periods.previousStart(), () -> before + " then " + periods);
    assertEquals(before.nextEnd(), periods.end(), () -> before + " then " + periods);
    assertTrue(periods.end() < periods.nextEnd(), periods::toString);
  }

  /** Each hour of these years, and the moments around each change of the clocks in them. */
  private static long[] moments(ZoneId zone, int firstYear, int lastYear) {
    Instant from = LocalDate.of(firstYear, 1, 1).atStartOfDay(ZoneOffset.UTC).toInstant();
    Instant to = LocalDate.of(lastYear + 1, 1, 1).atStartOfDay(ZoneOffset.UTC).toInstant();
    LongStream hours =
        LongStream.iterate(
            from.toEpochMilli(), now -> now < to.toEpochMilli(), now -> now + 3_600_000);
    LongStream changes =
        Stream.iterate(
                zone.getRules().nextTransition(from),
                change -> change != null && change.getInstant().isBefore(to),
                change -> zone.getRules().nextTransition(change.getInstant()))
            .mapToLong(change -> change.getInstant().toEpochMilli())
            .flatMap(
                change ->
                    LongStream.rangeClosed(-90, 90)
                        .map(minutes -> change + minutes * 60_000)
                        .flatMap(moment -> LongStream.of(moment - 1, moment)));
    return LongStream.concat(hours, changes).sorted().distinct().toArray();
  }

  @Test
  void aSkippedDayIsNoPeriod() {
    ZoneId apia = ZoneId.of("Pacific/Apia");
    Periods periods =
        new Schedule.Daily().periodsAround(Instant.parse("2011-12-30T09:00:00Z"), apia, OPENED);

    assertEquals(Instant.parse("2011-12-31T10:00:00Z"), Instant.ofEpochMilli(periods.nextEnd()));
  }

  @Test
  void signaturesTellSchedulesAndZonesApart() {
    List<Long> signatures =
        zones()
            .flatMap(zone -> REPEATING.stream().map(schedule -> schedule.signature(zone)))
            .toList();

    assertEquals(signatures.size(), signatures.stream().distinct().count());
    assertTrue(signatures.stream().allMatch(each -> each >= 0 && each < 1L << 32));
    assertNotEquals(
        new Schedule.EveryDays(1).signature(ZoneOffset.UTC),
        new Schedule.Daily().signature(ZoneOffset.UTC));
  }

  @Test
  void onlyCountedPeriodsDependOnTheOpening() {
    Instant now = Instant.parse("2024-05-05T05:05:05Z");

    for (Schedule schedule : REPEATING) {
      boolean same =
          schedule
              .periodsAround(now, ZoneOffset.UTC, OPENED)
              .equals(schedule.periodsAround(now, ZoneOffset.UTC, now));
      assertEquals(schedule.anchoredAtOpening(), !same, schedule::toString);
    }
    assertFalse(new Schedule.Never().anchoredAtOpening());
  }
}
