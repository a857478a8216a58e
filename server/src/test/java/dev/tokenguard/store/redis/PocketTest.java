package dev.tokenguard.store.redis;

import static dev.tokenguard.store.redis.Ask.ask;
import static dev.tokenguard.store.redis.Catalogs.daily;
import static dev.tokenguard.store.redis.Catalogs.plan;
import static dev.tokenguard.store.redis.StoreTester.allowed;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.tokenguard.domain.AccountSnapshot;
import dev.tokenguard.domain.Amounts;
import dev.tokenguard.domain.Balance;
import dev.tokenguard.domain.Periods;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Which tokens are taken first, and where they go back to. */
class PocketTest {
  @RegisterExtension final StoreTester store = new StoreTester(plan("free", daily("website", 5)));

  private static final long NEVER = Periods.FOREVER;

  private long in(Duration duration) {
    return store.clock.time().plus(duration).toEpochMilli();
  }

  /** Opens the account and fills it from three grants beside the allowance of 5. */
  private void open() {
    store.consume("open", 0);
  }

  private List<Long> free() {
    return store.stored().types.get(0).pockets().stream().map(AccountFixture.Pocket::free).toList();
  }

  @Test
  void smallestPriorityThenEarliestExpiryThenOldest() {
    open();
    AccountFixture fixture = store.fixture();
    fixture.grant(store.clock.time(), "website", 11, 10, NEVER);
    fixture.grant(store.clock.time(), "website", 12, 10, in(Duration.ofDays(60)));
    fixture.grant(store.clock.time(), "website", 13, 10, in(Duration.ofDays(30)));
    fixture.grant(store.clock.time(), "website", 14, 5, NEVER);
    fixture.grant(store.clock.time(), "website", 15, 10, NEVER);
    fixture.grant(store.clock.time(), "website", 16, -1, NEVER);
    store.assertWebsites(86, 0, 0);
    assertEquals(List.of(16L, 5L, 14L, 13L, 12L, 11L, 15L), free());
    store.consume("a", 17);
    assertEquals(List.of(4L, 14L, 13L, 12L, 11L, 15L), free());
    store.reserve("b", 4 + 14 + 13 + 1);
    assertEquals(List.of(0L, 0L, 0L, 11L, 11L, 15L), free());
    store.refund("b");
    assertEquals(List.of(4L, 14L, 13L, 12L, 11L, 15L), free());
  }

  @Test
  void allowanceOfTheNewPeriodFindsItsPlaceAmongGrantsOfItsPriority() {
    open();
    store.fixture().grant(store.clock.time(), "website", 11, 0, in(Duration.ofHours(14)));
    store.fixture().grant(store.clock.time(), "website", 12, 0, in(Duration.ofDays(2)));
    store.clock.advance(Duration.ofHours(13)); // into a day that ends between the two
    store.assertWebsites(28, 0, 0);
    store.consume("a", 12);
    assertEquals(List.of(4L, 12L), free());
    store.consume("b", 5);
    assertEquals(List.of(0L, 11L), free());
  }

  @Test
  void returnGoesBackExactlyWhereItCameFrom() {
    open();
    store.fixture().grant(store.clock.time(), "website", 10, 10, NEVER);
    store.reserve("first", 4); // of the allowance
    store.reserve("second", 3); // 1 of the allowance, 2 of the grant
    store.refund("first");
    assertEquals(List.of(4L, 8L), free());
    store.commit("second", 1); // what was taken first is charged first
    assertEquals(List.of(4L, 10L), free());
    store.assertWebsites(14, 0, 1);
  }

  @Test
  void grantThatIsUsedUpGoesAndIsNotMissed() {
    open();
    store.fixture().grant(store.clock.time(), "website", 3, -1, NEVER);
    store.reserve("job", 3);
    assertEquals(2, store.stored().types.get(0).pockets().size());
    store.commit("job");
    assertEquals(1, store.stored().types.get(0).pockets().size());
    store.assertWebsites(5, 0, 3);
  }

  @Test
  void grantSurvivesAReset() {
    open();
    store.fixture().grant(store.clock.time(), "website", 10, 10, NEVER);
    store.consume("job", 7);
    store.clock.advance(Duration.ofDays(1));
    store.assertWebsites(5 + 8, 0, 0);
    assertEquals(13, store.balance("website").granted());
  }

  @Test
  void grantLapsesAtItsExpiryAndNotBefore() {
    open();
    store.fixture().grant(store.clock.time(), "website", 10, 10, in(Duration.ofHours(1)));
    store.reserve("job", 7); // 2 of the grant
    store.clock.advance(Duration.ofMillis(3_599_999));
    // the hold expired on the way, the grant did not
    store.assertWebsites(15, 0, 0);
    store.clock.advance(Duration.ofMillis(1));
    AccountSnapshot after = store.account();
    assertEquals(
        List.of(new AccountSnapshot.Event(AccountSnapshot.Kind.LAPSED, "website", 10)),
        after.events());
    assertEquals(10, StoreTester.balance(after, "website").lapsed());
    assertEquals(15, StoreTester.balance(after, "website").granted());
    store.assertWebsites(5, 0, 0);
  }

  @Test
  void grantThatLapsedAfterAResetThatNobodySawIsToldInItsPeriod() {
    open();
    store.fixture().grant(store.clock.time(), "website", 10, 10, in(Duration.ofHours(13)));
    store.fixture().grant(store.clock.time(), "website", 4, 10, in(Duration.ofHours(1)));
    store.clock.advance(Duration.ofHours(20)); // midnight is after 12 hours
    Balance balance = store.balance("website");
    assertEquals(10, balance.lapsed());
    assertEquals(15, balance.granted());
    store.assertWebsites(5, 0, 0);
  }

  @Test
  void holdOfAGrantThatLapsedIsChargedOrLapses() {
    open();
    store.fixture().grant(store.clock.time(), "website", 10, -1, in(Duration.ofHours(1)));
    store.reserve(ask("charged", 4).ttl(Duration.ofHours(3)));
    store.reserve(ask("returned", 4).ttl(Duration.ofHours(3)));
    store.clock.advance(Duration.ofHours(2));
    store.assertWebsites(5, 0, 0);
    assertEquals(8, store.balance("website").lifetime().held());
    store.commit("charged");
    store.refund("returned");
    store.assertWebsites(5, 0, 0);
    assertEquals(4, store.balance("website").lifetime().consumed());
    assertEquals(2 + 4, store.balance("website").lifetime().lapsed());
  }

  @Test
  void grantOfATypeThatThePlanDoesNotHave() {
    open();
    store.fixture().grant(store.clock.time(), "image", 10, 10, NEVER);
    allowed(store.reserve(ask("job", Amounts.of("image", 4))));
    store.commit("job");
    store.assertBalance("image", 6, 0, 4);
    assertNull(store.balance("image").resetAt());
    store.clock.advance(Duration.ofDays(400));
    store.assertBalance("image", 6, 0, 4);
  }

  @Test
  void grantCoversDebtFirst() {
    store.reserve("job", 1);
    store.commit("job", 12);
    store.assertWebsites(-7, 0, 12);
    store.fixture().grant(store.clock.time(), "website", 10, 10, NEVER);
    store.assertWebsites(3, 0, 12);
    allowed(store.consume("more", 3));
  }
}
