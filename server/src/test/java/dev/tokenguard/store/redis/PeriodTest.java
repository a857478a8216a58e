package dev.tokenguard.store.redis;

import static dev.tokenguard.store.redis.Ask.ask;
import static dev.tokenguard.store.redis.Catalogs.amounts;
import static dev.tokenguard.store.redis.Catalogs.daily;
import static dev.tokenguard.store.redis.Catalogs.once;
import static dev.tokenguard.store.redis.Catalogs.plan;
import static dev.tokenguard.store.redis.Catalogs.resets;
import static dev.tokenguard.store.redis.Catalogs.rollover;
import static dev.tokenguard.store.redis.Catalogs.website;
import static dev.tokenguard.store.redis.StoreTester.allowed;
import static dev.tokenguard.store.redis.StoreTester.denied;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.tokenguard.domain.AccountSnapshot;
import dev.tokenguard.domain.Amounts;
import dev.tokenguard.domain.Decision;
import dev.tokenguard.domain.Denial;
import dev.tokenguard.domain.Schedule;
import dev.tokenguard.domain.Settlement;
import dev.tokenguard.store.redis.AccountFixture.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Allowances reset lazily and once; holds belong to their period. */
class PeriodTest {
  private static final Duration DAY = Duration.ofDays(1);
  private static final Instant MIDNIGHT = Instant.parse("2026-03-03T00:00:00Z");

  @RegisterExtension final StoreTester store = new StoreTester(plan("free", daily("website", 5)));

  private static Ask longJob(String id, long websites) {
    return ask(id, websites).ttl(Duration.ofDays(20));
  }

  @Test
  void resetsAtMidnightAndNotBefore() {
    store.consume("job", 4);
    assertEquals(MIDNIGHT, store.balance("website").resetAt());
    store.clock.set(MIDNIGHT.minusMillis(1));
    store.assertWebsites(1, 0, 4);
    Denial denial = denied(store.reserve("more", 2));
    assertEquals(MIDNIGHT, denial.resetAt());
    store.clock.set(MIDNIGHT);
    AccountSnapshot after = store.account();
    assertEquals(
        List.of(
            new AccountSnapshot.Event(AccountSnapshot.Kind.LAPSED, "website", 1),
            new AccountSnapshot.Event(AccountSnapshot.Kind.RESET, "website", 5)),
        after.events());
    store.assertWebsites(5, 0, 0);
    assertEquals(MIDNIGHT.plus(DAY), store.balance("website").resetAt());
    assertEquals(10, store.balance("website").lifetime().granted());
    assertEquals(1, store.balance("website").lifetime().lapsed());
  }

  @Test
  void anAccountAsleepFor100DaysIsResetOnce() {
    store.consume("job", 5);
    store.clock.advance(DAY.multipliedBy(100));
    long revision = store.stored().revision;
    assertEquals(revision + 1, store.account().revision());
    assertEquals(1, store.stored().ledger(Kind.RESET).size());
    store.assertWebsites(5, 0, 0);
    assertEquals(10, store.balance("website").lifetime().granted());
    assertEquals(0, store.account().events().size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"reserve", "consume", "check", "commit", "refund", "extend", "balance"})
  void everyCallDoesWhatIsDue(String call) {
    store.reserve(longJob("job", 5));
    store.clock.advance(DAY);
    switch (call) {
      case "reserve" -> allowed(store.reserve("new", 5));
      case "consume" -> allowed(store.consume("new", 5));
      case "check" -> allowed(store.check(ask("new", 5)));
      case "commit" -> store.commit("job");
      case "refund" -> store.refund("job");
      case "extend" -> allowed(store.extend("job", DAY));
      default -> store.account();
    }
    assertEquals(1, store.stored().ledger(Kind.RESET).size());
  }

  @Test
  void refundAfterMidnightDoesNotInflateToday() {
    store.reserve(longJob("job", 3));
    store.clock.advance(DAY);
    store.assertWebsites(5, 0, 0);
    Settlement settlement = store.refund("job");
    assertEquals(website(3), settlement.returned());
    store.assertWebsites(5, 0, 0);
    assertEquals(5, store.balance("website").granted());
    assertEquals(5, store.balance("website").lifetime().lapsed());
  }

  @Test
  void refundThatIsTheFirstCallAfterMidnightDoesNotInflateToday() {
    store.reserve(longJob("job", 3));
    store.clock.advance(DAY);
    store.refund("job");
    store.assertWebsites(5, 0, 0);
  }

  @Test
  void commitAfterMidnightCountsYesterday() {
    store.reserve(longJob("job", 3));
    store.clock.advance(DAY);
    store.commit("job");
    store.assertWebsites(5, 0, 0);
    assertEquals(3, store.balance("website").lifetime().consumed());
    assertEquals(2, store.balance("website").lifetime().lapsed());
  }

  @Test
  void commitOfMoreAfterMidnightTakesTheRestFromToday() {
    store.reserve(longJob("job", 3));
    store.clock.advance(DAY);
    Settlement settlement = store.commit("job", 5);
    assertEquals(website(5), settlement.charged());
    store.assertWebsites(3, 0, 2);
  }

  @Test
  void raiseAfterMidnightIsTakenFromTodayAndReturnsThere() {
    store.reserve(longJob("job", 3));
    store.clock.advance(DAY);
    allowed(store.extend("job", DAY, website(7)));
    store.assertWebsites(1, 4, 0);
    assertEquals(website(7), allowed(store.reserve(longJob("job", 3))).amounts());
    store.refund("job");
    store.assertWebsites(5, 0, 0);
  }

  @Test
  void raiseAfterMidnightIsChargedYesterdayFirst() {
    store.reserve(longJob("job", 3));
    store.clock.advance(DAY);
    allowed(store.extend("job", DAY, website(7)));
    Settlement settlement = store.commit("job", 4);
    assertEquals(website(3), settlement.returned());
    store.assertWebsites(4, 0, 1);
  }

  @Test
  void holdExpiredBeforeMidnightWasFreeThenAndLapsed() {
    store.reserve("job", 3);
    store.clock.advance(DAY);
    assertEquals(
        List.of(
            new AccountSnapshot.Event(AccountSnapshot.Kind.EXPIRED, "website", 3),
            new AccountSnapshot.Event(AccountSnapshot.Kind.LAPSED, "website", 5),
            new AccountSnapshot.Event(AccountSnapshot.Kind.RESET, "website", 5)),
        store.account().events());
    store.assertWebsites(5, 0, 0);
  }

  @Test
  void holdExpiredAfterMidnightDoesNotInflateToday() {
    store.reserve(ask("job", 3).ttl(Duration.ofHours(13)));
    store.clock.advance(DAY);
    store.assertWebsites(5, 0, 0);
    assertEquals(5, store.balance("website").lifetime().lapsed());
  }

  @Test
  void unusedTokensRollOverUpToTheLimit() {
    store.catalog(plan("free", rollover(daily("website", 5), 3)));
    store.consume("a", 1);
    store.clock.advance(DAY);
    store.assertWebsites(8, 0, 0);
    assertEquals(1, store.balance("website").lifetime().lapsed());
    assertEquals(5 + 5, store.balance("website").lifetime().granted());
    store.consume("b", 6);
    store.clock.advance(DAY);
    store.assertWebsites(7, 0, 0);
    store.consume("c", 7);
    store.clock.advance(DAY);
    store.assertWebsites(5, 0, 0);
  }

  @ParameterizedTest
  @CsvSource({"1, 8", "2, 13", "3, 17", "4, 17", "400, 17"})
  void rolloverOfAnAccountAsleepIsAsIfItHadBeenResetEachTime(int days, long free) {
    store.catalog(plan("free", rollover(daily("website", 5), 12)));
    store.consume("a", 2);
    for (String account : List.of("awake", "asleep")) {
      store.consume(ask("a", 2).account(account));
    }
    for (int day = 0; day < days && day < 10; day++) {
      store.clock.advance(DAY);
      store.consume(ask("day-" + day, 0).account("awake"));
    }
    store.clock.set(StoreTester.NOON.plus(DAY.multipliedBy(days)));
    for (String account : List.of("awake", "asleep")) {
      Decision decision = store.consume(ask("z", 0).account(account));
      assertEquals(free, StoreTester.balance(decision.account(), "website").free(), account);
    }
    store.assertWebsites(free, 0, 0);
  }

  @Test
  void heldTokensDoNotRollOver() {
    store.catalog(plan("free", rollover(daily("website", 5), 5)));
    store.reserve(longJob("job", 3));
    store.clock.advance(DAY);
    store.assertWebsites(7, 0, 0);
    store.refund("job");
    store.assertWebsites(7, 0, 0);
  }

  @Test
  void holdExpiredBeforeMidnightRollsOver() {
    store.catalog(plan("free", rollover(daily("website", 5), 5)));
    store.reserve("job", 3);
    store.clock.advance(DAY);
    store.assertWebsites(10, 0, 0);
  }

  @Test
  void typesResetEachInItsOwnTime() {
    store.catalog(
        plan(
            "free",
            daily("website", 5),
            resets("image", 20, new Schedule.Monthly()),
            resets("video", 3, new Schedule.Weekly()),
            once("trial", 2)));
    for (String type : List.of("website", "image", "video", "trial")) {
      store.consume(ask(type, Amounts.of(type, 1)));
    }
    store.clock.set("2026-03-09T00:00:00Z"); // a Monday
    store.assertBalance("website", 5, 0, 0);
    store.assertBalance("image", 19, 0, 1);
    store.assertBalance("video", 3, 0, 0);
    store.assertBalance("trial", 1, 0, 1);
    store.clock.set("2026-04-01T00:00:00Z");
    store.assertBalance("image", 20, 0, 0);
    store.assertBalance("trial", 1, 0, 1);
    assertNull(store.balance("trial").resetAt());
  }

  @Test
  void denialTellsTheResetOnlyWhereWaitingHelps() {
    store.catalog(
        plan("free", daily("website", 5), once("trial", 2), rollover(daily("image", 5), 4)));
    store.consume(ask("a", amounts("website", 5, "trial", 1)));
    assertEquals(MIDNIGHT, denied(store.reserve("b", 5)).resetAt());
    assertNull(denied(store.reserve("b", 6)).resetAt());
    assertNull(denied(store.reserve(ask("b", Amounts.of("trial", 2)))).resetAt());
    assertEquals(MIDNIGHT, denied(store.reserve(ask("b", Amounts.of("image", 9)))).resetAt());
    assertNull(denied(store.reserve(ask("b", Amounts.of("image", 10)))).resetAt());
  }
}
