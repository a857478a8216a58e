package dev.tokenguard.store.redis;

import static dev.tokenguard.store.redis.Ask.ask;
import static dev.tokenguard.store.redis.Catalogs.amounts;
import static dev.tokenguard.store.redis.Catalogs.once;
import static dev.tokenguard.store.redis.Catalogs.plan;
import static dev.tokenguard.store.redis.Catalogs.website;
import static dev.tokenguard.store.redis.StoreTester.allowed;
import static dev.tokenguard.store.redis.StoreTester.denied;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.domain.AccountSnapshot;
import dev.tokenguard.domain.Amounts;
import dev.tokenguard.domain.Decision;
import dev.tokenguard.domain.Denial;
import dev.tokenguard.domain.Fault;
import dev.tokenguard.domain.FaultException;
import dev.tokenguard.domain.Reservation;
import dev.tokenguard.store.redis.AccountFixture.Kind;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A hold ends by itself exactly once, never before its time; and is kept alive while work runs. */
class ExpiryTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  @RegisterExtension
  final StoreTester store = new StoreTester(plan("free", once("website", 10), once("image", 5)));

  @Test
  void returnsAtItsTimeAndNotBefore() {
    store.reserve(ask("job", 4).ttl(MINUTE));
    store.clock.advance(MINUTE.minusMillis(1));
    store.assertWebsites(6, 4, 0);
    store.clock.advance(Duration.ofMillis(1));
    AccountSnapshot after = store.account();
    assertEquals(
        List.of(new AccountSnapshot.Event(AccountSnapshot.Kind.EXPIRED, "website", 4)),
        after.events());
    assertEquals(0, after.openReservations());
    assertTrue(store.account().events().isEmpty());
    store.assertWebsites(10, 0, 0);
    assertEquals(1, store.stored().ledger(Kind.EXPIRE).size());
  }

  @Test
  void tokensOfAnExpiredHoldAreThereForTheCallThatFindsIt() {
    store.reserve(ask("job", 10).ttl(MINUTE));
    store.clock.advance(MINUTE);
    allowed(store.reserve("next", 10));
    store.assertWebsites(0, 10, 0);
  }

  @Test
  void eachHoldInItsTime() {
    for (int i = 1; i <= 5; i++) {
      store.reserve(ask("job-" + i, 2).ttl(MINUTE.multipliedBy(i)));
    }
    for (int i = 1; i <= 5; i++) {
      store.clock.advance(MINUTE);
      store.assertWebsites(2L * i, 10 - 2L * i, 0);
    }
  }

  @Test
  void manyHoldsExpireInOneCall() {
    for (int i = 0; i < 990; i++) {
      store.reserve(ask("job-" + i, i % 100 == 0 ? 1 : 0).ttl(MINUTE.plusMillis(i % 7)));
    }
    store.clock.advance(Duration.ofHours(1));
    assertEquals(0, store.account().openReservations());
    store.assertWebsites(10, 0, 0);
    store.clock.advance(StoreTester.MEMORY);
    for (int i = 0; i < 300; i++) { // and are forgotten, some at a time
      store.consume("later-" + i, 0);
    }
    assertEquals(300, store.stored().holds.size());
  }

  @Test
  void extendKeepsItAlive() {
    store.reserve(ask("job", 4).ttl(MINUTE));
    for (int i = 0; i < 10; i++) {
      store.clock.advance(MINUTE.minusMillis(1));
      Reservation extended = allowed(store.extend("job", MINUTE));
      assertEquals(store.clock.time().plus(MINUTE), extended.expiresAt());
      store.assertWebsites(6, 4, 0);
    }
    store.clock.advance(MINUTE);
    store.assertWebsites(10, 0, 0);
  }

  @Test
  void extendNeverShortens() {
    Reservation first = allowed(store.reserve(ask("job", 4).ttl(MINUTE.multipliedBy(9))));
    assertEquals(first.expiresAt(), allowed(store.extend("job", MINUTE)).expiresAt());
    store.clock.advance(MINUTE.multipliedBy(8));
    store.assertWebsites(6, 4, 0);
  }

  @Test
  void extendRaisesToTotalsAndNeverLowers() {
    store.reserve("job", 4);
    assertEquals(website(6), allowed(store.extend("job", MINUTE, website(6))).amounts());
    assertEquals(website(6), allowed(store.extend("job", MINUTE, website(2))).amounts());
    store.assertWebsites(4, 6, 0);
    assertEquals(
        amounts("image", 3, "website", 6),
        allowed(store.extend("job", MINUTE, Amounts.of("image", 3))).amounts());
    assertEquals(
        amounts("image", 4, "website", 7),
        allowed(store.extend("job", MINUTE, amounts("image", 4, "website", 7))).amounts());
    store.assertWebsites(3, 7, 0);
    store.assertBalance("image", 1, 4, 0);
    assertEquals(amounts("image", 4, "website", 7), store.commit("job").charged());
  }

  @Test
  void deniedRaiseChangesNothing() {
    store.reserve(ask("job", 4).ttl(MINUTE));
    long revision = store.account().revision();
    Decision decision =
        store.extend("job", Duration.ofHours(1), amounts("image", 1, "website", 11));
    Denial denial = denied(decision);
    assertEquals(Denial.Reason.INSUFFICIENT_TOKENS, denial.reason());
    assertEquals("create_website", denial.feature());
    assertEquals("website", denial.tokenType());
    assertEquals(7, denial.required());
    assertEquals(6, denial.available());
    assertEquals(revision, decision.account().revision());
    store.assertWebsites(6, 4, 0);
    store.assertBalance("image", 5, 0, 0);
    store.clock.advance(MINUTE);
    store.assertWebsites(10, 0, 0);
  }

  @Test
  void raiseToAllThereIs() {
    store.reserve("job", 4);
    allowed(store.extend("job", MINUTE, website(10)));
    store.assertWebsites(0, 10, 0);
    store.refund("job");
    store.assertWebsites(10, 0, 0);
  }

  @Test
  void aHoldThatIsRaisedThousandsOfTimesIsSettledLikeAnyOther() {
    store.catalog(plan("free", once("website", 10_000)));
    for (String id : List.of("charged", "returned", "expired")) {
      store.reserve(id, 1);
      for (int total = 2; total <= 2200; total++) {
        store.extend(id, MINUTE, website(total));
      }
    }
    store.assertWebsites(10_000 - 6600, 6600, 0);
    store.commit("charged");
    store.refund("returned");
    store.clock.advance(Duration.ofMinutes(10));
    store.assertWebsites(10_000 - 2200, 0, 2200);
  }

  @Test
  void extendAfterExpiryHasEnded() {
    store.reserve(ask("job", 4).ttl(MINUTE));
    store.clock.advance(MINUTE);
    FaultException ended = assertThrows(FaultException.class, () -> store.extend("job", MINUTE));
    assertEquals(Fault.RESERVATION_ENDED, ended.fault());
    assertEquals("EXPIRED", ended.details().get("state"));
    store.assertWebsites(10, 0, 0);
  }

  @Test
  void extendedHoldExpiresOnceThoughItWasDueEarlier() {
    store.reserve(ask("long", 1).ttl(MINUTE));
    store.reserve(ask("short", 2).ttl(MINUTE.multipliedBy(2)));
    store.extend("long", MINUTE.multipliedBy(3));
    store.clock.advance(MINUTE.multipliedBy(2));
    store.assertWebsites(9, 1, 0);
    store.clock.advance(MINUTE);
    store.assertWebsites(10, 0, 0);
    assertEquals(2, store.stored().ledger(Kind.EXPIRE).size());
  }

  @Test
  void holdExpiresUnderAClockThatJumps() {
    store.reserve(ask("job", 4).ttl(MINUTE));
    store.clock.advance(Duration.ofDays(-3));
    store.assertWebsites(6, 4, 0);
    allowed(store.reserve(ask("past", 1).ttl(MINUTE)));
    store.clock.advance(Duration.ofDays(3));
    store.assertWebsites(6, 4, 0); // what was made in the past is over
    store.clock.advance(Duration.ofDays(900));
    store.assertWebsites(10, 0, 0);
    store.clock.advance(Duration.ofDays(-900));
    store.assertWebsites(10, 0, 0);
    assertEquals(2, store.stored().ledger(Kind.EXPIRE).size());
  }
}
