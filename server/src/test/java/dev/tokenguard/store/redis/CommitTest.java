package dev.tokenguard.store.redis;

import static dev.tokenguard.store.redis.Ask.ask;
import static dev.tokenguard.store.redis.Catalogs.amounts;
import static dev.tokenguard.store.redis.Catalogs.carryingDebt;
import static dev.tokenguard.store.redis.Catalogs.daily;
import static dev.tokenguard.store.redis.Catalogs.plan;
import static dev.tokenguard.store.redis.Catalogs.policies;
import static dev.tokenguard.store.redis.Catalogs.rollover;
import static dev.tokenguard.store.redis.Catalogs.website;
import static dev.tokenguard.store.redis.StoreTester.allowed;
import static dev.tokenguard.store.redis.StoreTester.denied;
import static dev.tokenguard.store.redis.StoreTester.fault;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.domain.Allowance;
import dev.tokenguard.domain.Amounts;
import dev.tokenguard.domain.Balance;
import dev.tokenguard.domain.Denial;
import dev.tokenguard.domain.Fault;
import dev.tokenguard.domain.Periods;
import dev.tokenguard.domain.Policies.LateCommit;
import dev.tokenguard.domain.Policies.Overage;
import dev.tokenguard.domain.Settlement;
import dev.tokenguard.store.redis.AccountFixture.Kind;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Commits of what was held, of less, of more, and of nothing. */
class CommitTest {
  private static final Duration DAY = Duration.ofDays(1);

  @RegisterExtension
  final StoreTester store = new StoreTester(plan("free", daily("website", 10), daily("image", 10)));

  private void policies(Overage overage, LateCommit late) {
    store.catalog(
        Catalogs.policies(plan("free", daily("website", 10), daily("image", 10)), overage, late));
  }

  @Test
  void chargesWhatWasHeld() {
    store.reserve(ask("job", amounts("website", 3, "image", 2)));
    Settlement settlement = store.commit("job");
    assertEquals(amounts("website", 3, "image", 2), settlement.charged());
    assertTrue(settlement.returned().isEmpty());
    assertFalse(settlement.late());
    store.assertWebsites(7, 0, 3);
    store.assertBalance("image", 8, 0, 2);
  }

  @Test
  void lessReturnsTheRestAtOnce() {
    store.reserve("job", 8);
    Settlement settlement = store.commit("job", 3);
    assertEquals(website(3), settlement.charged());
    assertEquals(website(5), settlement.returned());
    assertEquals(website(8), settlement.reservation().amounts());
    store.assertWebsites(7, 0, 3);
  }

  @Test
  void nothingReturnsAll() {
    store.reserve("job", 8);
    Settlement settlement = store.commit("job", Amounts.NONE);
    assertTrue(settlement.charged().isEmpty());
    assertEquals(website(8), settlement.returned());
    store.assertWebsites(10, 0, 0);
    assertEquals(Fault.RESERVATION_ENDED, fault(() -> store.refund("job")));
  }

  @Test
  void zeroReturnsAll() {
    store.reserve("job", 8);
    Settlement settlement = store.commit("job", website(0));
    assertTrue(settlement.charged().isEmpty());
    store.assertWebsites(10, 0, 0);
  }

  @Test
  void aTypeThatIsHeldAndNotNamedIsChargedNothing() {
    store.reserve(ask("job", amounts("website", 3, "image", 2)));
    Settlement settlement = store.commit("job", website(3));
    assertEquals(Amounts.of("image", 2), settlement.returned());
    store.assertBalance("image", 10, 0, 0);
  }

  @Test
  void aTypeThatIsNotHeldIsCharged() {
    store.reserve("job", 3);
    store.commit("job", amounts("image", 2, "website", 3));
    store.assertWebsites(7, 0, 3);
    store.assertBalance("image", 8, 0, 2);
  }

  @Test
  void aTypeThatThePlanDoesNotHaveBecomesDebt() {
    store.reserve("job", 3);
    Settlement settlement = store.commit("job", amounts("video", 2, "website", 3));
    assertEquals(Amounts.of("video", 2), settlement.overdrawn());
    store.assertBalance("video", -2, 0, 2);
  }

  @Test
  void moreIsTakenFromTheBalance() {
    store.reserve("job", 3);
    Settlement settlement = store.commit("job", 9);
    assertEquals(website(9), settlement.charged());
    assertTrue(settlement.overdrawn().isEmpty());
    store.assertWebsites(1, 0, 9);
  }

  @Test
  void moreThanThereIsBecomesDebt() {
    store.reserve("job", 3);
    store.reserve("other", 5);
    Settlement settlement = store.commit("job", 9);
    assertEquals(website(9), settlement.charged());
    assertEquals(website(4), settlement.overdrawn());
    Balance balance = store.balance("website");
    assertEquals(0, balance.available());
    assertEquals(4, balance.debt());
    assertEquals(10, balance.granted());
    Denial denial = denied(store.reserve("more", 1));
    assertEquals(Denial.Reason.INSUFFICIENT_TOKENS, denial.reason());
    assertEquals(0, denial.available());
    store.refund("other"); // covers it
    store.assertWebsites(1, 0, 9);
    allowed(store.reserve("more", 1));
  }

  @Test
  void capChargesWhatThereIsAndTellsTheRest() {
    policies(Overage.CAP, LateCommit.CHARGE);
    store.reserve("job", 3);
    store.reserve("other", 5);
    Settlement settlement = store.commit("job", 9);
    assertEquals(website(5), settlement.charged());
    assertEquals(website(4), settlement.uncovered());
    assertTrue(settlement.overdrawn().isEmpty());
    store.assertWebsites(0, 5, 5);
    assertEquals(website(4), store.commit("job", 9).uncovered());
  }

  @Test
  void rejectRefusesMoreThanIsHeldAndChangesNothing() {
    policies(Overage.REJECT, LateCommit.CHARGE);
    store.reserve("job", 3);
    long revision = store.account().revision();
    assertEquals(Fault.OVERAGE_REJECTED, fault(() -> store.commit("job", 4)));
    assertEquals(
        Fault.OVERAGE_REJECTED,
        fault(() -> store.commit("job", amounts("image", 1, "website", 3))));
    assertEquals(revision, store.account().revision());
    store.assertWebsites(7, 3, 0);
    allowed(store.extend("job", Duration.ofMinutes(1), website(4)));
    store.commit("job", 4);
    store.assertWebsites(6, 0, 4);
  }

  @Test
  void debtIsForgivenAtTheReset() {
    store.reserve("job", 1);
    store.commit("job", 25);
    store.assertWebsites(-15, 0, 25);
    store.clock.advance(DAY);
    store.assertWebsites(10, 0, 0);
    assertEquals(25, store.balance("website").lifetime().consumed());
    assertEquals(20, store.balance("website").lifetime().granted());
    assertEquals(-15, store.balance("website").lifetime().lapsed());
  }

  @Test
  void debtIsCarriedWhereThePlanSaysSo() {
    store.catalog(plan("free", carryingDebt(daily("website", 10))));
    store.reserve("job", 1);
    store.commit("job", 25);
    store.clock.advance(DAY);
    store.assertWebsites(-5, 0, 15);
    assertEquals(10, store.balance("website").granted());
    denied(store.reserve("no", 1));
    store.clock.advance(DAY);
    store.assertWebsites(5, 0, 5);
    allowed(store.reserve("yes", 5));
    denied(store.reserve("no", 1));
  }

  @ParameterizedTest
  @CsvSource({"1, -15, 25", "2, -5, 15", "3, 5, 5", "4, 10, 0", "30, 10, 0"})
  void debtIsPaidByThePeriodsThatAnAccountSleptThrough(int days, long free, long consumed) {
    store.catalog(plan("free", carryingDebt(daily("website", 10))));
    store.reserve("job", 1);
    store.commit("job", 35);
    store.clock.advance(DAY.multipliedBy(days));
    store.assertWebsites(free, 0, consumed);
  }

  @Test
  void holdThatExpiredAfterTheResetDoesNotPayTheDebtThatWasForgiven() {
    store.consume(ask("open", 10));
    store.fixture().grant(store.clock.time(), "website", 5, 10, Periods.FOREVER);
    store.reserve(ask("held", 5).ttl(DAY));
    store.reserve(ask("job", Amounts.NONE));
    store.commit("job", 3);
    store.assertWebsites(-3, 5, 13);
    store.clock.advance(DAY); // midnight, then the end of the hold, and nobody looked
    store.check(ask("", Amounts.of("image", 1)));
    store.assertWebsites(15, 0, 0);
  }

  @Test
  void lateCommitIsChargedFromTodayAndFlagged() {
    store.reserve("job", 3);
    store.clock.advance(Duration.ofMinutes(10));
    store.assertWebsites(10, 0, 0);
    Settlement settlement = store.commit("job");
    assertTrue(settlement.late());
    assertEquals(website(3), settlement.charged());
    assertTrue(settlement.returned().isEmpty());
    store.assertWebsites(7, 0, 3);
    Settlement again = store.commit("job");
    assertTrue(again.late() && again.replayed());
    assertTrue(store.stored().ledger(Kind.COMMIT).get(0).late());
    assertEquals(0, store.account().openReservations());
  }

  @Test
  void lateCommitThatIsItselfTheFirstToSeeTheExpiry() {
    store.reserve("job", 3);
    store.clock.advance(DAY);
    Settlement settlement = store.commit("job", 4);
    assertTrue(settlement.late());
    store.assertWebsites(6, 0, 4);
  }

  @Test
  void lateCommitOfMoreThanThereIsBecomesDebt() {
    store.reserve("job", 8);
    store.clock.advance(Duration.ofMinutes(10));
    store.consume("other", 5);
    assertEquals(website(3), store.commit("job").overdrawn());
    store.assertWebsites(-3, 0, 13);
  }

  @Test
  void lateCommitIsCapped() {
    policies(Overage.CAP, LateCommit.CHARGE);
    store.reserve("job", 8);
    store.clock.advance(Duration.ofMinutes(10));
    store.consume("other", 5);
    Settlement settlement = store.commit("job");
    assertEquals(website(3), settlement.uncovered());
    assertEquals(website(5), settlement.charged());
    store.assertWebsites(0, 0, 10);
  }

  @Test
  void lateCommitIsRejected() {
    policies(Overage.CHARGE, LateCommit.REJECT);
    store.reserve("job", 8);
    store.clock.advance(Duration.ofMinutes(10));
    assertEquals(Fault.LATE_COMMIT_REJECTED, fault(() -> store.commit("job")));
    assertEquals(Fault.LATE_COMMIT_REJECTED, fault(() -> store.commit("job", 1)));
    store.assertWebsites(10, 0, 0);
    assertEquals(Fault.RESERVATION_ENDED, fault(() -> store.refund("job")));
  }

  @Test
  void commitOfAnUnknownReservation() {
    store.reserve("job", 1);
    assertEquals(Fault.RESERVATION_NOT_FOUND, fault(() -> store.commit("other")));
    assertEquals(Fault.RESERVATION_NOT_FOUND, fault(() -> store.refund("other")));
    assertEquals(Fault.RESERVATION_NOT_FOUND, fault(() -> store.extend("other", DAY)));
  }

  @Test
  void whatWasReallyUsedIsInTheLedger() {
    store.reserve("job", 3);
    store.commit("job", 25);
    AccountFixture.Entry entry = store.stored().ledger(Kind.COMMIT).get(0);
    assertEquals("job", entry.reservation());
    assertEquals(List.of(new AccountFixture.Line("website", 0, 25, 0, 3, -15)), entry.lines());
  }

  @Test
  void freeFeaturesAtAZeroBalance() {
    store.consume("all", 10);
    allowed(store.reserve(ask("chat", Amounts.NONE)));
    allowed(store.consume(ask("chat-2", Amounts.NONE)));
    allowed(store.check(ask("", Amounts.NONE)));
    assertEquals(1, store.account().openReservations());
    assertTrue(store.commit("chat").charged().isEmpty());
    allowed(store.reserve(ask("chat-3", Amounts.NONE)));
    store.refund("chat-3");
    store.assertWebsites(0, 0, 10);
    store.reserve(ask("chat-4", Amounts.NONE));
    store.clock.advance(Duration.ofMinutes(10));
    assertEquals(0, store.account().openReservations());
  }

  @Test
  void freeFeaturesInDebt() {
    store.reserve("job", 1);
    store.commit("job", 100);
    allowed(store.reserve(ask("chat", Amounts.NONE)));
  }

  @ParameterizedTest
  @CsvSource({"true, true", "true, false", "false, true", "false, false"})
  void debtIsCoveredByAHoldThatExpiredBeforeMidnight(boolean carried, boolean seen) {
    Allowance allowance = rollover(daily("website", 10), 4);
    store.catalog(plan("free", carried ? carryingDebt(allowance) : allowance));
    store.reserve("a", 5);
    store.reserve("b", 5);
    store.commit("a", 8);
    store.clock.advance(Duration.ofHours(1)); // b expires: 5 are free, and 3 of them owed
    if (seen) {
      store.assertWebsites(2, 0, 8);
    }
    store.clock.advance(DAY);
    store.assertWebsites(12, 0, 0);
  }
}
