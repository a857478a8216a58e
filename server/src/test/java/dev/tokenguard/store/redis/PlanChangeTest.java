package dev.tokenguard.store.redis;

import static dev.tokenguard.store.redis.Ask.ask;
import static dev.tokenguard.store.redis.Catalogs.carryingDebt;
import static dev.tokenguard.store.redis.Catalogs.catalog;
import static dev.tokenguard.store.redis.Catalogs.daily;
import static dev.tokenguard.store.redis.Catalogs.once;
import static dev.tokenguard.store.redis.Catalogs.onlyFeatures;
import static dev.tokenguard.store.redis.Catalogs.plan;
import static dev.tokenguard.store.redis.Catalogs.resets;
import static dev.tokenguard.store.redis.StoreTester.allowed;
import static dev.tokenguard.store.redis.StoreTester.denied;
import static dev.tokenguard.store.redis.StoreTester.fault;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.tokenguard.domain.Amounts;
import dev.tokenguard.domain.Balance;
import dev.tokenguard.domain.Denial;
import dev.tokenguard.domain.Fault;
import dev.tokenguard.domain.Periods;
import dev.tokenguard.domain.Schedule;
import dev.tokenguard.store.redis.AccountFixture.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Changing a plan or an allowance changes the limit and keeps what was used. */
class PlanChangeTest {
  private static final Duration DAY = Duration.ofDays(1);

  @RegisterExtension final StoreTester store = new StoreTester(plan("free", daily("website", 100)));

  private void limit(long amount) {
    store.catalog(plan("free", daily("website", amount)));
  }

  @Test
  void limitOf50With40UsedLeaves10() {
    store.consume("job", 40);
    limit(50);
    store.assertWebsites(10, 0, 40);
    assertEquals(50, store.balance("website").granted());
    assertEquals(1, store.stored().ledger(Kind.ADJUST).size());
    store.account();
    assertEquals(1, store.stored().ledger(Kind.ADJUST).size());
    allowed(store.reserve("all", 10));
    denied(store.reserve("more", 1));
  }

  @Test
  void limitBelowWhatWasUsedShowsDebtAndComesBack() {
    store.consume("job", 40);
    limit(30);
    Balance balance = store.balance("website");
    assertEquals(0, balance.available());
    assertEquals(10, balance.debt());
    assertEquals(30, balance.granted());
    denied(store.reserve("no", 1));
    limit(100);
    store.assertWebsites(60, 0, 40);
    limit(30);
    store.account();
    store.clock.advance(DAY);
    store.assertWebsites(30, 0, 0);
  }

  @Test
  void limitBelowWhatIsHeld() {
    store.reserve("job", 40);
    limit(30);
    store.assertWebsites(-10, 40, 0);
    store.refund("job");
    store.assertWebsites(30, 0, 0);
  }

  @Test
  void limitBelowWhatWasUsedIsCarriedAsDebt() {
    store.consume("job", 40);
    store.catalog(plan("free", carryingDebt(daily("website", 30))));
    store.account();
    store.clock.advance(DAY);
    store.assertWebsites(20, 0, 10);
  }

  @Test
  void limitChangedWhileAsleepCountsFromTheReset() {
    store.consume("job", 40);
    store.clock.advance(DAY);
    limit(50);
    store.assertWebsites(50, 0, 0);
  }

  @Test
  void limitRaisedMakesRoomAtOnce() {
    store.consume("job", 100);
    denied(store.reserve("more", 1));
    limit(101);
    allowed(store.reserve("more", 1));
  }

  @Test
  void raisedLimitCoversDebt() {
    store.reserve("job", 1);
    store.commit("job", 120);
    limit(110);
    store.assertWebsites(-10, 0, 120);
    limit(130);
    store.assertWebsites(10, 0, 120);
    store.consume("more", 10);
    store.assertWebsites(0, 0, 130);
  }

  @Test
  void grantsAreNotTouchedByALowerLimit() {
    store.consume("job", 40);
    store.fixture().grant(store.clock.time(), "website", 7, 10, Periods.FOREVER);
    limit(40);
    store.assertWebsites(7, 0, 40);
  }

  @Test
  void scheduleChangedInTheMiddleKeepsWhatWasUsed() {
    store.consume("job", 40);
    store.catalog(plan("free", resets("website", 100, new Schedule.Monthly())));
    store.assertWebsites(60, 0, 40);
    assertEquals(Instant.parse("2026-04-01T00:00:00Z"), store.balance("website").resetAt());
    store.clock.advance(DAY);
    store.assertWebsites(60, 0, 40);
    store.clock.set("2026-04-01T00:00:00Z");
    store.assertWebsites(100, 0, 0);
  }

  @Test
  void scheduleChangedToNeverAndBack() {
    store.consume("job", 40);
    store.catalog(plan("free", once("website", 100)));
    assertNull(store.balance("website").resetAt());
    store.clock.advance(DAY.multipliedBy(40));
    store.assertWebsites(60, 0, 40);
    limit(100);
    store.assertWebsites(60, 0, 40);
    store.clock.advance(DAY);
    store.assertWebsites(100, 0, 0);
  }

  @Test
  void zoneOfTheAccountChangedInTheMiddle() {
    store.consume("job", 40);
    store.fixture().zone("Asia/Bangkok"); // 19:00 there
    store.assertWebsites(60, 0, 40);
    assertEquals(Instant.parse("2026-03-02T17:00:00Z"), store.balance("website").resetAt());
    store.clock.set("2026-03-02T17:00:00Z");
    store.assertWebsites(100, 0, 0);
  }

  @Test
  void zoneThatTheServerDoesNotKnowIsAFaultAndNotSilence() {
    store.consume("job", 40);
    store.fixture().zone("Mars/Olympus_Mons");
    assertEquals(Fault.ACCOUNT_CORRUPT, fault(store::account));
    assertEquals(Fault.ACCOUNT_CORRUPT, fault(store::account));
    store.fixture().zone("UTC");
    store.assertWebsites(60, 0, 40);
  }

  @Test
  void typeTakenFromThePlanAndGivenBack() {
    store.consume("job", 40);
    store.reserve("held", 10);
    store.catalog(plan("free", daily("image", 5)));
    store.assertWebsites(0, 10, 40);
    assertEquals(50, store.balance("website").granted());
    assertEquals(Denial.Reason.FEATURE_NOT_IN_PLAN, denied(store.reserve("no", 1)).reason());
    limit(100);
    store.assertWebsites(50, 10, 40);
    store.refund("held");
    store.assertWebsites(60, 0, 40);
  }

  @Test
  void holdOfATypeTakenFromThePlanIsSettled() {
    store.reserve("charged", 10);
    store.reserve("returned", 10);
    store.reserve("expired", 10);
    store.catalog(plan("free", daily("image", 5)));
    store.commit("charged", 4);
    store.refund("returned");
    store.clock.advance(Duration.ofMinutes(10));
    store.assertWebsites(0, 0, 4);
    limit(100);
    store.assertWebsites(96, 0, 4);
  }

  @Test
  void typeGivenBackOnAnotherDayStartsAnew() {
    store.consume("job", 40);
    store.catalog(plan("free", daily("image", 5)));
    store.assertWebsites(0, 0, 40);
    store.clock.advance(DAY);
    store.account();
    limit(100);
    store.assertWebsites(100, 0, 0);
    assertEquals(100, store.balance("website").granted());
    assertEquals(140, store.balance("website").lifetime().granted());
  }

  @Test
  void typeGivenBackOnAnotherDayUnseenStartsAnew() {
    store.consume("job", 40);
    store.catalog(plan("free", daily("image", 5)));
    store.account();
    store.clock.advance(DAY.multipliedBy(3));
    limit(100);
    store.assertWebsites(100, 0, 0);
  }

  @Test
  void newTypeInThePlanIsThereAtOnce() {
    store.consume("job", 40);
    store.catalog(plan("free", daily("website", 100), daily("image", 5)));
    allowed(store.reserve(ask("image", Amounts.of("image", 5))));
    store.assertBalance("image", 0, 5, 0);
  }

  @Test
  void accountMovedToAnotherPlanKeepsWhatWasUsed() {
    store.catalog(catalog(plan("free", daily("website", 100)), plan("pro", daily("website", 500))));
    store.consume("job", 40);
    store.fixture().plan("pro");
    assertEquals("pro", store.account().plan());
    store.assertWebsites(460, 0, 40);
    store.fixture().plan("free");
    store.assertWebsites(60, 0, 40);
  }

  @Test
  void otherSidecarLearnsOfAPlanThatChanged() {
    store.catalog(catalog(plan("free", daily("website", 100)), plan("pro", daily("website", 500))));
    RedisTokenStore first = store.store();
    store.consume("job", 40);
    store.use(store.newStore());
    store.fixture().plan("pro");
    allowed(store.reserve("big", 460));
    store.use(first);
    assertEquals("pro", store.account().plan());
    store.assertWebsites(0, 460, 40);
  }

  @Test
  void planThatTheCatalogDoesNotHaveGivesNothingAndTakesNothingUsed() {
    store.consume("job", 40);
    store.reserve("held", 10);
    store.fixture().plan("gone");
    assertEquals("gone", store.account().plan());
    store.assertWebsites(0, 10, 40);
    for (Ask ask : List.of(ask("a", 1), ask("b", Amounts.NONE))) {
      assertEquals(Denial.Reason.FEATURE_NOT_IN_PLAN, denied(store.reserve(ask)).reason());
    }
    store.commit("held");
    store.catalog(
        catalog(plan("free", daily("website", 100)), plan("gone", daily("website", 100))));
    store.assertWebsites(50, 0, 50);
  }

  @Test
  void featureThatThePlanDoesNotList() {
    store.catalog(onlyFeatures(plan("free", daily("website", 100)), "create_website"));
    allowed(store.reserve("job", 1));
    Denial denial = denied(store.reserve(ask("b", 1).feature("create_shop")));
    assertEquals(Denial.Reason.FEATURE_NOT_IN_PLAN, denial.reason());
    assertNull(denial.tokenType());
    assertNull(denial.resetAt());
  }
}
