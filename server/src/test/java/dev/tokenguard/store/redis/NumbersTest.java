package dev.tokenguard.store.redis;

import static dev.tokenguard.store.redis.Ask.ask;
import static dev.tokenguard.store.redis.Catalogs.carryingDebt;
import static dev.tokenguard.store.redis.Catalogs.daily;
import static dev.tokenguard.store.redis.Catalogs.once;
import static dev.tokenguard.store.redis.Catalogs.plan;
import static dev.tokenguard.store.redis.Catalogs.rollover;
import static dev.tokenguard.store.redis.Catalogs.website;
import static dev.tokenguard.store.redis.StoreTester.ACCOUNT;
import static dev.tokenguard.store.redis.StoreTester.allowed;
import static dev.tokenguard.store.redis.StoreTester.denied;
import static dev.tokenguard.store.redis.StoreTester.fault;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tokenguard.domain.Amounts;
import dev.tokenguard.domain.Denial;
import dev.tokenguard.domain.Fault;
import dev.tokenguard.domain.Periods;
import dev.tokenguard.domain.Settlement;
import dev.tokenguard.store.ChangeRequest;
import dev.tokenguard.store.GrantStore;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Amounts up to 2^53 - 1 and sums beyond: never inexact. Every stored number is checked to be one.
 */
class NumbersTest {
  private static final long MAX = Amounts.MAX;
  private static final Duration DAY = Duration.ofDays(1);

  @RegisterExtension final StoreTester store = new StoreTester(plan("free", daily("website", MAX)));

  @Test
  void oneAboveTheMaximumIsNoAmount() {
    assertEquals(9007199254740991L, MAX);
    assertThrows(IllegalArgumentException.class, () -> website(MAX + 1));
    assertThrows(IllegalArgumentException.class, () -> website(-1));
  }

  @Test
  void theMaximumIsHeldChargedAndReturned() {
    assertEquals(website(MAX), allowed(store.reserve("a", MAX)).amounts());
    store.assertWebsites(0, MAX, 0);
    denied(store.reserve("b", 1));
    store.refund("a");
    store.assertWebsites(MAX, 0, 0);
    store.reserve("c", MAX - 1);
    store.assertWebsites(1, MAX - 1, 0);
    Settlement settlement = store.commit("c", MAX - 2);
    assertEquals(website(MAX - 2), settlement.charged());
    assertEquals(website(1), settlement.returned());
    store.assertWebsites(2, 0, MAX - 2);
    allowed(store.consume("d", 2));
    store.assertWebsites(0, 0, MAX);
  }

  @Test
  void denialTellsExactNumbers() {
    store.consume("a", 1);
    Denial denial = denied(store.reserve("b", MAX));
    assertEquals(MAX, denial.required());
    assertEquals(MAX - 1, denial.available());
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2, MAX / 2, MAX - 1, MAX})
  void anAllowanceOfTheMaximumResetsAgainAndAgain(long used) {
    for (int day = 0; day < 7; day++) {
      allowed(store.consume("job-" + day, used));
      store.assertWebsites(MAX - used, 0, used);
      store.clock.advance(DAY);
      store.assertWebsites(MAX, 0, 0);
      store.audit();
    }
  }

  @Test
  void anAllowanceOfTheMaximumWithHoldsOfYesterday() {
    for (int day = 0; day < 5; day++) {
      allowed(store.reserve(ask("job-" + day, MAX / 8).ttl(Duration.ofDays(30))));
      store.clock.advance(DAY);
      store.account();
      store.audit();
    }
    for (int day = 0; day < 5; day++) {
      if (day % 2 == 0) {
        store.commit("job-" + day);
      } else {
        store.refund("job-" + day);
      }
      store.audit();
    }
    store.clock.advance(DAY);
    store.assertWebsites(MAX, 0, 0);
  }

  @Test
  void grantsOnTopOfTheMaximumAreTheAdminsToRefuseAndDoNotSpoilAReset() {
    store.catalog(plan("free", daily("website", MAX - 10)));
    store.consume("a", 5);
    store.fixture().grant(store.clock.time(), "website", 10, 10, Periods.FOREVER);
    store.assertWebsites(MAX - 5, 0, 5);
    store.clock.advance(DAY);
    store.assertWebsites(MAX, 0, 0);
    store.clock.advance(DAY);
    store.assertWebsites(MAX, 0, 0);
  }

  @Test
  void rolloverIsCutAtTheMaximum() {
    store.catalog(plan("free", rollover(daily("website", MAX - 10), MAX)));
    store.consume("a", 3);
    store.clock.advance(DAY);
    store.assertWebsites(MAX, 0, 0);
    store.clock.advance(DAY.multipliedBy(1000));
    store.assertWebsites(MAX, 0, 0);
  }

  @ParameterizedTest
  @CsvSource({"5, 0", "5, 1", "6, 0", "6, 1", "1000003, 2", "4503599627370497, 3"})
  void debtNearTheMaximumIsForgivenAgainAndAgain(long allowance, long less) {
    store.catalog(plan("free", daily("website", allowance)));
    for (int day = 0; day < 7; day++) {
      long used = MAX - (day % 2 == 0 ? 0 : less);
      store.reserve("job-" + day, 1);
      assertEquals(website(used), store.commit("job-" + day, used).charged());
      store.assertWebsites(allowance - used, 0, used);
      store.audit();
      store.clock.advance(DAY);
      store.assertWebsites(allowance, 0, 0);
      store.audit();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {5, 6, 1_000_003, MAX - 7, MAX})
  void debtNearTheMaximumIsCarried(long allowance) {
    store.catalog(plan("free", carryingDebt(daily("website", allowance))));
    store.reserve("job", 1);
    store.commit("job", MAX);
    long debt = MAX - allowance;
    for (int day = 0; day < 4; day++) {
      store.clock.advance(DAY);
      store.account();
      store.audit();
      debt -= allowance;
      store.assertWebsites(
          debt > 0 ? -debt : Math.min(-debt, allowance),
          0,
          Math.max(0, Math.min(debt + allowance, MAX)));
      debt = Math.max(debt, 0);
    }
  }

  @Test
  void debtThatWouldPassTheMaximumIsRefused() {
    store.catalog(plan("free", once("website", 10)));
    store.reserve("a", 1);
    store.reserve("b", 1);
    store.reserve("c", 1);
    store.commit("a", MAX);
    long revision = store.account().revision();
    assertEquals(Fault.AMOUNT_OUT_OF_RANGE, fault(() -> store.commit("b", MAX)));
    assertEquals(revision, store.account().revision());
    store.commit("b", 1);
    store.commit("c", 4);
    store.audit();
  }

  @Test
  void overageNeverLosesAToken() {
    store.catalog(plan("free", once("website", MAX)));
    for (int i = 0; i < 5; i++) {
      store.reserve("small-" + i, 1);
    }
    store.commit("small-0", MAX - 4);
    store.assertWebsites(0, 4, MAX - 4);
    store.commit("small-1", 2);
    store.audit();
    for (int i = 2; i < 5; i++) {
      store.commit("small-" + i, MAX / 4);
      store.audit();
    }
  }

  @Test
  void limitChangedBetweenExtremes() {
    store.consume("a", 7);
    for (long limit : new long[] {0, MAX, 1, MAX - 1, 8, MAX}) {
      store.catalog(plan("free", daily("website", limit)));
      store.assertWebsites(limit - 7, 0, 7);
      store.audit();
    }
  }

  @Test
  void memberNearTheMaximum() {
    store.consume("open", 0);
    store.fixture().cap("joe", "website", MAX);
    allowed(store.reserve(ask("a", MAX - 1).member("joe")));
    denied(store.reserve(ask("b", 2).member("joe")));
    store.commit("a");
    assertEquals(MAX - 1, store.member("joe", "website").consumed());
  }

  @Test
  void whatAMemberUsedEndsAtTheMaximum() {
    store.reserve(ask("a", 5).member("joe"));
    store.commit("a", MAX);
    store.reserve(ask("b", 0).member("joe"));

    store.commit("b", 9);

    assertEquals(MAX, store.member("joe", "website").consumed());
  }

  @Test
  void aLargeGrantThatWasSleptThroughLapsesBesideDebt() {
    store.consume("a", 1);
    Instant now = store.clock.time();
    give(6, now);
    store.clock.advance(Duration.ofHours(1));
    give(MAX - 2, now.plus(DAY));
    adjust("image", -MAX);

    store.clock.advance(DAY.multipliedBy(3));

    store.assertBalance("image", -MAX, 0, 0);
  }

  private void give(long amount, Instant start) {
    GrantStore.GrantCommand command =
        new GrantStore.GrantCommand(
            ACCOUNT, "image", amount, "gift", "", "", 0, start, start.plusMillis(9));
    StoreTester.await(store.stores().grants().grant(command, new ChangeRequest("g" + amount, "f")));
  }

  private void adjust(String type, long amount) {
    GrantStore.AdjustCommand command =
        new GrantStore.AdjustCommand(ACCOUNT, type, amount, "fix", "", "", true);
    StoreTester.await(store.stores().grants().adjust(command, new ChangeRequest("", "f")));
  }

  @Test
  void whatIsOwedInAllNeverPassesTheMaximum() {
    allowed(store.consume("a", MAX));
    allowed(store.reserve(ask("b", 0)));
    store.catalog(plan("free", daily("website", 5)));
    store.assertWebsites(5 - MAX, 0, MAX);

    assertEquals(Fault.AMOUNT_OUT_OF_RANGE, fault(() -> adjust("website", -6)));
    assertEquals(Fault.AMOUNT_OUT_OF_RANGE, fault(() -> store.commit("b", 6)));
    adjust("website", -4);
    store.catalog(plan("free", daily("website", 1)));

    store.assertWebsites(-MAX, 0, MAX);
  }
}
