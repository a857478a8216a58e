package dev.tokenguard.store.redis;

import static dev.tokenguard.store.redis.Ask.ask;
import static dev.tokenguard.store.redis.Catalogs.daily;
import static dev.tokenguard.store.redis.Catalogs.inZone;
import static dev.tokenguard.store.redis.Catalogs.plan;
import static dev.tokenguard.store.redis.Catalogs.resets;
import static dev.tokenguard.store.redis.StoreTester.allowed;
import static dev.tokenguard.store.redis.StoreTester.denied;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.domain.Decision;
import dev.tokenguard.domain.Plan;
import dev.tokenguard.domain.Reservation;
import dev.tokenguard.domain.Schedule;
import dev.tokenguard.store.redis.AccountFixture.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Resets at the midnights of time zones, on days on which clocks change; and clocks that are wrong.
 * The instants are written out, so that the calendar under test does not check itself.
 */
class MidnightTest {
  @RegisterExtension final StoreTester store = new StoreTester(plan("free", daily("website", 5)));

  private void startAt(String time) {
    store.clock.set(time);
    store.clock.skew(Duration.ZERO);
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({
    "UTC, 2026-03-02T00:00:00Z, 2026-03-03T00:00:00Z",
    "Asia/Bangkok, 2026-03-01T17:00:00Z, 2026-03-02T17:00:00Z",
    "Asia/Tehran, 2022-03-20T20:30:00Z, 2022-03-21T20:30:00Z",
    // Summer time began at midnight of 22 March: that midnight did not exist.
    "Asia/Tehran, 2022-03-21T20:30:00Z, 2022-03-22T19:30:00Z",
    "Asia/Tehran, 2022-09-20T19:30:00Z, 2022-09-21T20:30:00Z",
    // 23 and 25 hours
    "America/New_York, 2026-03-08T05:00:00Z, 2026-03-09T04:00:00Z",
    "America/New_York, 2026-11-01T04:00:00Z, 2026-11-02T05:00:00Z",
    // No midnight on the first day of summer; a day of 25 hours at its end
    "America/Santiago, 2026-09-05T04:00:00Z, 2026-09-06T04:00:00Z",
    "America/Santiago, 2026-09-06T04:00:00Z, 2026-09-07T03:00:00Z",
    "America/Santiago, 2026-04-04T03:00:00Z, 2026-04-05T04:00:00Z",
    "Africa/Cairo, 2026-04-23T22:00:00Z, 2026-04-24T21:00:00Z",
    "Africa/Cairo, 2026-10-28T21:00:00Z, 2026-10-29T22:00:00Z",
    "Asia/Beirut, 2026-03-28T22:00:00Z, 2026-03-29T21:00:00Z",
    "Asia/Beirut, 2026-10-23T21:00:00Z, 2026-10-24T22:00:00Z",
    // Apia had no 30 December 2011
    "Pacific/Apia, 2011-12-29T10:00:00Z, 2011-12-30T10:00:00Z",
    "Pacific/Apia, 2011-12-30T10:00:00Z, 2011-12-31T10:00:00Z",
  })
  void dayBeginsAtTheInstantAndNotBefore(String zone, String start, String end) {
    Plan plan = inZone(zone, plan("free", daily("website", 5)));
    store.catalog(plan);
    Instant begin = Instant.parse(start);
    Instant next = Instant.parse(end);
    startAt(begin.minusMillis(1).toString());
    store.consume("yesterday", 5);
    assertEquals(begin, store.balance("website").resetAt());
    store.clock.set(begin);
    allowed(store.consume("today", 4));
    assertEquals(next, store.balance("website").resetAt());
    store.clock.set(next.minusMillis(1));
    store.assertWebsites(1, 0, 4);
    denied(store.reserve("more", 2));
    store.clock.set(next);
    store.assertWebsites(5, 0, 0);
    assertEquals(15, store.balance("website").lifetime().granted());
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({
    "monthly, UTC, 2028-02-29T23:59:59.999Z, 2028-03-01T00:00:00Z, 2028-04-01T00:00:00Z",
    "monthly, UTC, 2027-02-28T23:59:59.999Z, 2027-03-01T00:00:00Z, 2027-04-01T00:00:00Z",
    "monthly, Asia/Bangkok, 2026-12-31T16:59:59.999Z, 2026-12-31T17:00:00Z, 2027-01-31T17:00:00Z",
    "monthly, America/New_York, 2026-03-31T03:59:59.999Z, 2026-04-01T04:00:00Z,"
        + " 2026-05-01T04:00:00Z",
    "weekly, UTC, 2026-03-08T23:59:59.999Z, 2026-03-09T00:00:00Z, 2026-03-16T00:00:00Z",
    "weekly, America/New_York, 2026-03-09T03:59:59.999Z, 2026-03-09T04:00:00Z,"
        + " 2026-03-16T04:00:00Z",
    "daily, UTC, 2028-02-28T23:59:59.999Z, 2028-02-29T00:00:00Z, 2028-03-01T00:00:00Z",
  })
  void weeksAndMonths(String schedule, String zone, String before, String start, String end) {
    Schedule resets =
        switch (schedule) {
          case "monthly" -> new Schedule.Monthly();
          case "weekly" -> new Schedule.Weekly();
          default -> new Schedule.Daily();
        };
    store.catalog(inZone(zone, plan("free", resets("website", 5, resets))));
    startAt(before);
    store.consume("before", 5);
    Instant begin = Instant.parse(start);
    assertEquals(begin, store.balance("website").resetAt());
    store.clock.set(begin.minusMillis(1));
    store.assertWebsites(0, 0, 5);
    store.clock.set(begin);
    store.assertWebsites(5, 0, 0);
    assertEquals(Instant.parse(end), store.balance("website").resetAt());
  }

  @Test
  void everyThreeDaysFromTheOpening() {
    store.catalog(
        inZone("America/New_York", plan("free", resets("website", 5, new Schedule.EveryDays(3)))));
    startAt("2026-03-07T20:00:00Z"); // the 7th there; clocks change on the 8th
    store.consume("a", 5);
    assertEquals(Instant.parse("2026-03-10T04:00:00Z"), store.balance("website").resetAt());
    store.clock.set("2026-03-10T03:59:59.999Z");
    store.assertWebsites(0, 0, 5);
    store.clock.set("2026-03-10T04:00:00Z");
    store.assertWebsites(5, 0, 0);
    assertEquals(Instant.parse("2026-03-13T04:00:00Z"), store.balance("website").resetAt());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"PT1H", "PT-1H", "PT24H", "PT-24H", "PT48H", "PT-48H", "PT8760H", "PT-8760H"})
  void serverClockThatIsOffChangesNothing(String skew) {
    store.clock.skew(Duration.parse(skew));
    store.consume("a", 4);
    store.clock.skew(Duration.parse(skew));
    store.assertWebsites(1, 0, 4);
    Instant midnight = Instant.parse("2026-03-03T00:00:00Z");
    for (Instant time : List.of(midnight.minusMillis(1), midnight)) {
      store.clock.set(time);
      store.clock.skew(Duration.parse(skew));
      Decision decision = store.check(ask("", 1));
      assertEquals(
          time.isBefore(midnight) ? 1 : 5,
          StoreTester.balance(decision.account(), "website").free());
    }
    assertEquals(midnight.plus(Duration.ofDays(1)), store.balance("website").resetAt());
    assertEquals(10, store.balance("website").lifetime().granted());
  }

  @Test
  void twoServersWhoseClocksDifferAgree() {
    store.consume("a", 4);
    SimulatedClock fast = new SimulatedClock(store.clock.time());
    RedisTokenStore right = store.store();
    RedisTokenStore wrong = store.newStore(store.redis().link(), fast);
    for (int hour = 1; hour <= 48; hour++) {
      store.clock.advance(Duration.ofHours(1));
      fast.set(store.clock.time());
      fast.skew(Duration.ofHours(hour % 2 == 0 ? 23 : -23));
      store.use(hour % 3 == 0 ? right : wrong);
      store.account();
    }
    assertEquals(2, store.stored().ledger(Kind.RESET).size());
    store.assertWebsites(5, 0, 0);
  }

  @Test
  void clockThatStepsBackNeverBringsAPeriodBack() {
    store.consume("a", 5);
    store.clock.set("2026-03-03T00:00:00Z");
    allowed(store.consume("b", 3));
    for (String back :
        List.of(
            "2026-03-02T23:59:59.999Z",
            "2026-03-02T12:00:00Z",
            "2026-03-01T12:00:00Z",
            "2025-03-01T12:00:00Z")) {
      store.clock.set(back);
      store.assertWebsites(2, 0, 3);
      denied(store.reserve("no", 3));
      store.clock.set("2026-03-03T00:00:01Z");
      store.assertWebsites(2, 0, 3);
    }
    store.clock.set("2026-03-04T00:00:00Z");
    store.assertWebsites(5, 0, 0);
    assertEquals(15, store.balance("website").lifetime().granted());
  }

  @Test
  void withTheClockOfRedisItself() {
    store.use(store.newStore(store.redis().link(), new StoreClock()));
    Reservation made = allowed(store.reserve(ask("job", 1).ttl(Duration.ofHours(1))));
    assertEquals(made.createdAt().plus(Duration.ofHours(1)), made.expiresAt());
    Duration apart = Duration.between(made.createdAt(), Instant.now()).abs();
    assertTrue(apart.toMinutes() < 1, () -> "Redis and this JVM are on one machine: " + apart);
    store.commit("job");
  }

  @Test
  void serverWhoseClockIsAYearOffLearnsTheClockOfRedisItself() {
    StoreClock off =
        new StoreClock() {
          private volatile long wrong = Duration.ofDays(366).toMillis();

          @Override
          long now() {
            return super.now() + wrong;
          }

          @Override
          void learn(long redisNow) {
            wrong = 0;
            super.learn(redisNow);
          }
        };
    store.use(store.newStore(store.redis().link(), off));
    allowed(store.reserve("job", 1));
    store.refund("job");
  }
}
