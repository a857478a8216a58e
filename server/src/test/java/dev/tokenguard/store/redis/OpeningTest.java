package dev.tokenguard.store.redis;

import static dev.tokenguard.store.redis.Ask.ask;
import static dev.tokenguard.store.redis.Catalogs.catalog;
import static dev.tokenguard.store.redis.Catalogs.daily;
import static dev.tokenguard.store.redis.Catalogs.plan;
import static dev.tokenguard.store.redis.Catalogs.resets;
import static dev.tokenguard.store.redis.Catalogs.withoutDefaultPlan;
import static dev.tokenguard.store.redis.StoreTester.allowed;
import static dev.tokenguard.store.redis.StoreTester.denied;
import static dev.tokenguard.store.redis.StoreTester.fault;
import static dev.tokenguard.store.redis.StoreTester.replayed;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.domain.AccountSnapshot;
import dev.tokenguard.domain.Amounts;
import dev.tokenguard.domain.Decision;
import dev.tokenguard.domain.Denial;
import dev.tokenguard.domain.Fault;
import dev.tokenguard.domain.Plan;
import dev.tokenguard.domain.Schedule;
import dev.tokenguard.store.redis.AccountFixture.Kind;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An account that nobody created is opened at its first use, on the default plan. */
class OpeningTest {
  private static final Plan FREE = plan("free", daily("website", 5), daily("image", 20));

  @RegisterExtension final StoreTester store = new StoreTester(FREE);

  @Test
  void reserveOpensTheAccountWithAllThatItsPlanGives() {
    assertFalse(store.exists());
    Decision decision = store.reserve("job", 2);
    assertEquals("free", decision.account().plan());
    assertTrue(decision.account().revision() > 0);
    store.assertWebsites(3, 2, 0);
    store.assertBalance("image", 20, 0, 0);
    assertEquals(1, store.stored().ledger(Kind.OPEN).size());
    assertEquals(2, store.stored().ledger(Kind.OPEN).get(0).lines().size());
  }

  @Test
  void consumeOpensTheAccount() {
    allowed(store.consume("job", 2));
    store.assertWebsites(3, 0, 2);
  }

  @Test
  void freeFeatureOpensTheAccount() {
    allowed(store.reserve(ask("job", Amounts.NONE).feature("chat")));
    assertTrue(store.exists());
    store.assertWebsites(5, 0, 0);
  }

  @Test
  void checkAndBalanceShowWhatItWouldOpenWithAndDoNotOpenIt() {
    assertEquals(0, store.check(ask("", 5)).account().revision());
    denied(store.check(ask("", 6)));
    AccountSnapshot shown = store.account();
    assertEquals(0, shown.revision());
    assertEquals(0, shown.openReservations());
    assertEquals(5, StoreTester.balance(shown, "website").available());
    assertEquals(20, StoreTester.balance(shown, "image").granted());
    assertFalse(store.exists());
  }

  @Test
  void denialDoesNotOpenItAndIsNotRemembered() {
    Decision decision = store.reserve("job", 6);
    assertEquals(Denial.Reason.INSUFFICIENT_TOKENS, denied(decision).reason());
    assertEquals(0, decision.account().revision());
    denied(store.consume("job", 6));
    assertFalse(store.exists());
    store.catalog(plan("free", daily("website", 6)));
    assertFalse(replayed(store.reserve("job", 6)));
  }

  @Test
  void settlingOnAnAccountThatWasNeverUsedIsNotFound() {
    assertEquals(Fault.RESERVATION_NOT_FOUND, fault(() -> store.commit("job")));
    assertEquals(Fault.RESERVATION_NOT_FOUND, fault(() -> store.refund("job")));
    assertEquals(
        Fault.RESERVATION_NOT_FOUND, fault(() -> store.extend("job", Duration.ofMinutes(1))));
    assertFalse(store.exists());
  }

  @Test
  void withoutDefaultPlanThereIsNoAccount() {
    store.catalog(withoutDefaultPlan(FREE));
    for (Decision decision :
        List.of(
            store.reserve("job", 1),
            store.consume("job", 1),
            store.check(ask("job", Amounts.NONE)))) {
      assertEquals(Denial.Reason.ACCOUNT_NOT_FOUND, denied(decision).reason());
      assertEquals(0, decision.account().revision());
    }
    assertEquals(Fault.ACCOUNT_NOT_FOUND, fault(store::account));
    assertEquals(Fault.RESERVATION_NOT_FOUND, fault(() -> store.commit("job")));
    assertEquals(Fault.RESERVATION_NOT_FOUND, fault(() -> store.refund("job")));
    assertFalse(store.exists());
  }

  @Test
  void accountStaysWhenTheDefaultPlanGoes() {
    store.reserve("job", 2);
    store.catalog(withoutDefaultPlan(FREE));
    store.assertWebsites(3, 2, 0);
    store.commit("job");
    allowed(store.reserve("job-2", 3));
  }

  @Test
  void accountKeepsItsPlanWhenAnotherBecomesTheDefault() {
    store.reserve("job", 2);
    store.catalog(catalog(plan("new", daily("website", 100)), FREE));
    assertEquals("free", store.account().plan());
    store.assertWebsites(3, 2, 0);
    store.use(store.newStore());
    assertEquals("free", store.account().plan());
  }

  @Test
  void accountThatWasLostIsOpenedAnew() {
    store.reserve("job", 2);
    store.fixture().plan("other");
    store.catalog(catalog(FREE, plan("other", daily("website", 100))));
    store.assertWebsites(98, 2, 0);
    store.fixture().delete();
    store.leave(StoreTester.ACCOUNT);
    store.assertWebsites(5, 0, 0);
    allowed(store.reserve("job", 1));
    store.assertWebsites(4, 1, 0);
  }

  @Test
  void accountOfAnAnchoredPlanThatWasLostIsOpenedAnew() {
    store.catalog(plan("free", resets("website", 5, new Schedule.EveryDays(7))));
    store.reserve("job", 2);
    store.clock.advance(Duration.ofHours(5));
    store.account();
    store.fixture().delete();
    store.leave(StoreTester.ACCOUNT);
    allowed(store.reserve("job", 1));
    store.assertWebsites(4, 1, 0);
  }

  @Test
  void periodsOfAnAnchoredPlanCountFromTheOpening() {
    store.catalog(plan("free", resets("website", 5, new Schedule.Every(Duration.ofHours(1)))));
    store.consume("job", 5);
    assertEquals(StoreTester.NOON.plus(Duration.ofHours(1)), store.balance("website").resetAt());
    store.clock.advance(Duration.ofMillis(3_599_999));
    store.assertWebsites(0, 0, 5);
    store.clock.advance(Duration.ofMillis(1));
    store.assertWebsites(5, 0, 0);
  }

  @ParameterizedTest
  @ValueSource(longs = {30, 1000, 1999, 5000, 3_600_000, -30, -1999, -5000})
  void openingUnderAClockThatIsOffGivesOneAllowance(long skewMillis) {
    store.catalog(plan("free", resets("website", 5, new Schedule.Every(Duration.ofHours(1)))));
    store.clock.skew(Duration.ofMillis(skewMillis));
    allowed(store.consume("job", 5));
    store.clock.advance(Duration.ofSeconds(10));
    store.assertWebsites(0, 0, 5);
    store.clock.advance(Duration.ofMinutes(60));
    allowed(store.consume("job-2", 5)); // in the second period
    store.clock.advance(Duration.ofMinutes(59));
    store.assertWebsites(0, 0, 5);
  }

  @Test
  void accountsDoNotTouchEachOther() {
    store.reserve(ask("job", 2).account("a"));
    store.reserve(ask("job", 3).account("b"));
    assertEquals(
        3, StoreTester.balance(store.check(ask("", 1).account("a")).account(), "website").free());
    assertEquals(
        2, StoreTester.balance(store.check(ask("", 1).account("b")).account(), "website").free());
    assertEquals(Fault.RESERVATION_NOT_FOUND, fault(() -> store.commit("job")));
  }
}
