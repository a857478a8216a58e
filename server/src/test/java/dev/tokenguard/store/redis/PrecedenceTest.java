package dev.tokenguard.store.redis;

import static dev.tokenguard.store.redis.Ask.ask;
import static dev.tokenguard.store.redis.Catalogs.amounts;
import static dev.tokenguard.store.redis.Catalogs.daily;
import static dev.tokenguard.store.redis.Catalogs.onlyFeatures;
import static dev.tokenguard.store.redis.Catalogs.plan;
import static dev.tokenguard.store.redis.Catalogs.website;
import static dev.tokenguard.store.redis.Catalogs.withoutDefaultPlan;
import static dev.tokenguard.store.redis.StoreTester.allowed;
import static dev.tokenguard.store.redis.StoreTester.denied;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.tokenguard.domain.Amounts;
import dev.tokenguard.domain.Decision;
import dev.tokenguard.domain.Denial;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Of several reasons that hold, the first is told: a case for each pair of neighbours. */
class PrecedenceTest {
  @RegisterExtension
  final StoreTester store =
      new StoreTester(onlyFeatures(plan("free", daily("website", 5)), "create_website"));

  private Ask ask = ask("job", 1).member("joe");

  private void open() {
    store.consume("open", 0);
  }

  private void suspended() {
    store.fixture().suspend(true);
  }

  private void expired() {
    store.fixture().expires(store.clock.time().minusSeconds(60), 59_000);
  }

  private void closed() {
    store.fixture().closed(true);
  }

  private void featureMissing() {
    ask = ask.feature("create_shop");
  }

  private void typeMissing() {
    ask =
        new Ask(
            ask.account(), ask.member(), ask.feature(), ask.id(), Amounts.of("aaa", 1), ask.ttl());
  }

  private void capReached() {
    store.fixture().cap("joe", "website", 0);
  }

  private void empty() {
    store.consume("all", 5);
  }

  private void assertDenied(Denial.Reason reason) {
    Denial reserved = denied(store.reserve(ask));
    assertEquals(reason, reserved.reason());
    assertEquals(reserved, denied(store.check(ask)));
    assertEquals(reserved, denied(store.consume(ask)));
    assertEquals(
        reason == Denial.Reason.NOT_A_MEMBER || reason == Denial.Reason.MEMBER_LIMIT_REACHED
            ? Denial.Scope.MEMBER
            : Denial.Scope.ACCOUNT,
        reserved.scope());
    if (reason.compareTo(Denial.Reason.FEATURE_NOT_IN_PLAN) <= 0) {
      assertNull(reserved.resetAt());
    }
  }

  @Test
  void accountNotFoundBeforeAnythingElse() {
    store.catalog(withoutDefaultPlan());
    featureMissing();
    assertDenied(Denial.Reason.ACCOUNT_NOT_FOUND);
  }

  @Test
  void suspendedBeforeExpired() {
    open();
    expired();
    suspended();
    assertDenied(Denial.Reason.ACCOUNT_SUSPENDED);
  }

  @Test
  void expiredBeforeNotAMember() {
    open();
    closed();
    expired();
    assertDenied(Denial.Reason.SUBSCRIPTION_EXPIRED);
  }

  @Test
  void notAMemberBeforeFeatureNotInPlan() {
    open();
    featureMissing();
    closed();
    assertDenied(Denial.Reason.NOT_A_MEMBER);
  }

  @Test
  void featureNotInPlanBeforeMemberLimit() {
    open();
    capReached();
    featureMissing();
    assertDenied(Denial.Reason.FEATURE_NOT_IN_PLAN);
  }

  @Test
  void typeNotInPlanBeforeMemberLimitOfATypeBeforeIt() {
    open();
    capReached();
    ask =
        new Ask(
            ask.account(),
            ask.member(),
            ask.feature(),
            ask.id(),
            amounts("website", 1, "zzz", 2),
            ask.ttl());
    assertDenied(Denial.Reason.FEATURE_NOT_IN_PLAN);
    Denial denial = denied(store.reserve(ask));
    assertEquals("zzz", denial.tokenType());
    assertEquals(2, denial.required());
  }

  @Test
  void typeNotInPlanIsNamed() {
    open();
    typeMissing();
    assertDenied(Denial.Reason.FEATURE_NOT_IN_PLAN);
    assertEquals("aaa", denied(store.reserve(ask)).tokenType());
  }

  @Test
  void memberLimitBeforeInsufficientTokens() {
    open();
    empty();
    capReached();
    assertDenied(Denial.Reason.MEMBER_LIMIT_REACHED);
  }

  @Test
  void memberLimitOfALaterTypeBeforeInsufficientTokensOfAnEarlierOne() {
    store.catalog(plan("free", daily("image", 0), daily("website", 5)));
    open();
    capReached();
    ask =
        new Ask(
            ask.account(),
            ask.member(),
            ask.feature(),
            ask.id(),
            amounts("image", 1, "website", 1),
            ask.ttl());
    assertDenied(Denial.Reason.MEMBER_LIMIT_REACHED);
    assertEquals("website", denied(store.reserve(ask)).tokenType());
  }

  @Test
  void insufficientTokensNamesTheFirstType() {
    store.catalog(plan("free", daily("image", 1), daily("video", 1), daily("website", 5)));
    open();
    ask =
        new Ask(
            ask.account(),
            ask.member(),
            ask.feature(),
            ask.id(),
            Amounts.of(Map.of("image", 1L, "video", 2L, "website", 9L)),
            ask.ttl());
    assertDenied(Denial.Reason.INSUFFICIENT_TOKENS);
    Denial denial = denied(store.reserve(ask));
    assertEquals("video", denial.tokenType());
    assertEquals(2, denial.required());
    assertEquals(1, denial.available());
  }

  @Test
  void insufficientTokens() {
    open();
    empty();
    assertDenied(Denial.Reason.INSUFFICIENT_TOKENS);
  }

  @Test
  void suspendedAccountsAreDeniedFreeFeaturesToo() {
    open();
    suspended();
    ask = ask("free", Amounts.NONE);
    assertDenied(Denial.Reason.ACCOUNT_SUSPENDED);
    store.fixture().suspend(false);
    allowed(store.reserve(ask));
  }

  @Test
  void suspendedAccountsMaySettleWhatRuns() {
    open();
    store.reserve("charged", 1);
    store.reserve("returned", 1);
    store.reserve("kept", 1);
    suspended();
    store.commit("charged", 2);
    store.refund("returned");
    allowed(store.extend("kept", Duration.ofHours(1)));
    assertEquals(
        Denial.Reason.ACCOUNT_SUSPENDED,
        denied(store.extend("kept", Duration.ofHours(1), website(2))).reason());
    store.assertWebsites(2, 1, 2);
  }

  @Test
  void subscriptionLastsThroughItsGrace() {
    open();
    Instant end = store.clock.time().plusSeconds(60);
    store.fixture().expires(end, 30_000);
    store.clock.set(end);
    allowed(store.reserve("in-grace", 1));
    store.clock.set(end.plusMillis(29_999));
    allowed(store.reserve("in-grace-2", 1));
    store.clock.set(end.plusMillis(30_000));
    assertDenied(Denial.Reason.SUBSCRIPTION_EXPIRED);
    store.commit("in-grace");
  }

  @Test
  void deniedCallStillDoesWhatIsDue() {
    open();
    store.consume("all", 5);
    store.reserve(ask("held", Amounts.NONE));
    suspended();
    store.clock.advance(Duration.ofDays(1));
    Decision decision = store.reserve(ask);
    assertEquals(Denial.Reason.ACCOUNT_SUSPENDED, denied(decision).reason());
    assertEquals(5, StoreTester.balance(decision.account(), "website").free());
    assertEquals(0, decision.account().openReservations());
  }
}
