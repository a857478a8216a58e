package dev.tokenguard.store.redis;

import static dev.tokenguard.store.redis.Ask.ask;
import static dev.tokenguard.store.redis.Catalogs.amounts;
import static dev.tokenguard.store.redis.Catalogs.daily;
import static dev.tokenguard.store.redis.Catalogs.plan;
import static dev.tokenguard.store.redis.Catalogs.website;
import static dev.tokenguard.store.redis.StoreTester.allowed;
import static dev.tokenguard.store.redis.StoreTester.denied;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.tokenguard.domain.Amounts;
import dev.tokenguard.domain.Denial;
import dev.tokenguard.domain.MemberBalance;
import dev.tokenguard.domain.Periods;
import dev.tokenguard.domain.Policies.LateCommit;
import dev.tokenguard.domain.Policies.Overage;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Members of an account: caps beside the account's balance, counted per period. */
class MemberTest {
  private static final Duration DAY = Duration.ofDays(1);

  @RegisterExtension
  final StoreTester store = new StoreTester(plan("team", daily("website", 10), daily("image", 10)));

  private static Ask joes(String id, long websites) {
    return ask(id, websites).member("joe");
  }

  private void capJoe(long cap) {
    store.consume("open", 0);
    store.fixture().cap("joe", "website", cap);
  }

  private void assertJoe(long consumed, long held) {
    MemberBalance joe = store.member("joe", "website");
    assertEquals(
        "consumed " + consumed + ", held " + held,
        "consumed " + joe.consumed() + ", held " + joe.held());
  }

  @Test
  void openAccountCountsAnyMember() {
    store.reserve(joes("a", 3));
    store.consume(joes("b", 2));
    store.consume(ask("c", 1).member("ann"));
    assertJoe(2, 3);
    assertNull(store.member("joe", "website").cap());
    assertEquals(1, store.member("ann", "website").consumed());
    assertEquals(0, store.member("zoe", "website").consumed());
    store.commit("a", 1);
    assertJoe(3, 0);
    store.reserve(joes("d", 3));
    store.refund("d");
    assertJoe(3, 0);
  }

  @Test
  void closedAccountTakesMembersOnly() {
    store.consume("open", 0);
    store.fixture().closed(true);
    store.fixture().listMember("joe");
    allowed(store.reserve(joes("a", 1)));
    assertEquals(Denial.Reason.NOT_A_MEMBER, denied(store.reserve("b", 1)).reason());
    assertEquals(
        Denial.Reason.NOT_A_MEMBER, denied(store.reserve(ask("b", 1).member("ann"))).reason());
  }

  @Test
  void someoneWhoWasCountedIsNoMember() {
    allowed(store.consume(ask("a", 1).member("ann")));
    store.fixture().closed(true);
    assertEquals(
        Denial.Reason.NOT_A_MEMBER, denied(store.reserve(ask("b", 1).member("ann"))).reason());
  }

  @Test
  void capCountsWhatIsHeldAndConsumed() {
    capJoe(5);
    allowed(store.reserve(joes("a", 2)));
    allowed(store.consume(joes("b", 2)));
    Denial denial = denied(store.reserve(joes("c", 2)));
    assertEquals(Denial.Reason.MEMBER_LIMIT_REACHED, denial.reason());
    assertEquals(Denial.Scope.MEMBER, denial.scope());
    assertEquals(2, denial.required());
    assertEquals(1, denial.available());
    assertEquals(Instant.parse("2026-03-03T00:00:00Z"), denial.resetAt());
    assertNull(denied(store.reserve(joes("c", 6))).resetAt());
    allowed(store.reserve(ask("ann", 2).member("ann")));
    allowed(store.reserve(joes("c", 1)));
    store.refund("a");
    assertJoe(2, 1);
    allowed(store.reserve(joes("d", 2)));
    assertEquals(5L, store.member("joe", "website").cap());
  }

  @Test
  void bothHoldOrNothingHappens() {
    capJoe(20);
    assertEquals(Denial.Reason.INSUFFICIENT_TOKENS, denied(store.reserve(joes("a", 11))).reason());
    assertJoe(0, 0);
    store.fixture().cap("joe", "website", 1);
    denied(store.reserve(ask("b", amounts("image", 1, "website", 2)).member("joe")));
    assertJoe(0, 0);
    store.assertBalance("image", 10, 0, 0);
  }

  @Test
  void capsResetWithThePeriod() {
    capJoe(5);
    store.consume(joes("a", 5));
    denied(store.reserve(joes("b", 1)));
    store.clock.advance(DAY);
    assertJoe(0, 0);
    allowed(store.reserve(joes("b", 5)));
    assertJoe(0, 5);
  }

  @Test
  void holdOfYesterdayDoesNotCountToday() {
    capJoe(5);
    store.reserve(joes("charged", 2).ttl(DAY.multipliedBy(3)));
    store.reserve(joes("returned", 3).ttl(DAY.multipliedBy(3)));
    store.clock.advance(DAY);
    allowed(store.reserve(joes("today", 5)));
    store.commit("charged");
    store.refund("returned");
    assertJoe(0, 5);
  }

  @Test
  void holdOfYesterdaySettledBeforeAnythingToday() {
    capJoe(5);
    store.reserve(joes("charged", 2).ttl(DAY.multipliedBy(3)));
    store.clock.advance(DAY);
    store.commit("charged");
    assertJoe(0, 0);
    allowed(store.reserve(joes("today", 5)));
  }

  @Test
  void expiredHoldGivesTheCapBack() {
    capJoe(5);
    store.reserve(joes("a", 5));
    store.clock.advance(Duration.ofMinutes(10));
    assertJoe(0, 0);
    allowed(store.reserve(joes("b", 5)));
  }

  @Test
  void overageCountsForTheMember() {
    capJoe(5);
    store.reserve(joes("a", 2));
    store.commit("a", 7);
    assertJoe(7, 0);
    Denial denial = denied(store.reserve(joes("b", 1)));
    assertEquals(Denial.Reason.MEMBER_LIMIT_REACHED, denial.reason());
    assertEquals(0, denial.available());
  }

  @Test
  void lateCommitCountsForTheMemberToday() {
    capJoe(5);
    store.reserve(joes("a", 2));
    store.clock.advance(DAY);
    store.commit("a");
    assertJoe(2, 0);
  }

  @Test
  void uncoveredIsNotCountedForTheMember() {
    store.catalog(
        Catalogs.policies(plan("team", daily("website", 10)), Overage.CAP, LateCommit.CHARGE));
    store.reserve(joes("a", 2));
    store.commit("a", 25);
    assertJoe(10, 0);
  }

  @Test
  void raiseIsHeldAgainstTheCap() {
    capJoe(5);
    store.reserve(joes("a", 3));
    Denial denial = denied(store.extend("a", Duration.ofMinutes(1), website(6)));
    assertEquals(Denial.Reason.MEMBER_LIMIT_REACHED, denial.reason());
    allowed(store.extend("a", Duration.ofMinutes(1), website(5)));
    assertJoe(0, 5);
    store.commit("a", 4);
    assertJoe(4, 0);
  }

  @Test
  void raiseOnAnotherDayCountsOnBoth() {
    store.reserve(joes("a", 3).ttl(DAY.multipliedBy(3)));
    store.clock.advance(DAY);
    store.extend("a", Duration.ofMinutes(1), website(5));
    assertJoe(0, 2);
    store.commit("a");
    assertJoe(2, 0);
  }

  @Test
  void capLoweredBelowWhatWasUsed() {
    capJoe(5);
    store.consume(joes("a", 4));
    store.fixture().cap("joe", "website", 2);
    Denial denial = denied(store.reserve(joes("b", 1)));
    assertEquals(0, denial.available());
    allowed(store.reserve(joes("free", 0)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"commit", "commit more", "refund", "expire", "extend"})
  void memberRemovedWhileTheWorkRuns(String end) {
    store.reserve(joes("a", 3));
    store.fixture().removeMember("joe");
    switch (end) {
      case "commit" -> store.commit("a");
      case "commit more" -> store.commit("a", 5);
      case "refund" -> store.refund("a");
      case "extend" -> allowed(store.extend("a", Duration.ofHours(1)));
      default -> store.clock.advance(DAY);
    }
    store.account("joe");
  }

  @Test
  void capOfATypeThatOnlyGrantsGive() {
    store.consume("open", 0);
    store.fixture().grant(store.clock.time(), "video", 10, 10, Periods.FOREVER);
    store.fixture().cap("joe", "video", 4);
    allowed(store.consume(ask("a", Amounts.of("video", 4)).member("joe")));
    assertNull(denied(store.consume(ask("b", Amounts.of("video", 1)).member("joe"))).resetAt());
    assertEquals(4, store.member("joe", "video").consumed());
  }

  @Test
  void anotherTimeWithoutAnAllowanceIsCountedByItself() {
    store.catalog(plan("team", daily("image", 10)));
    store.consume(ask("open", Amounts.of("image", 1)));
    store.fixture().grant(store.clock.time(), "website", 10, 10, Periods.FOREVER);
    store.reserve(joes("then", 3).ttl(DAY.multipliedBy(3)));
    store.catalog(plan("team", daily("website", 10)));
    store.consume(joes("between", 1));
    store.catalog(plan("team", daily("image", 10)));
    store.clock.advance(DAY);
    store.reserve(joes("now", 2));
    store.refund("then");
    assertJoe(0, 2);
    store.commit("now");
    assertJoe(2, 0);
  }
}
