package dev.tokenguard.store.redis;

import static dev.tokenguard.store.redis.Catalogs.daily;
import static dev.tokenguard.store.redis.Catalogs.plan;
import static dev.tokenguard.store.redis.StoreTester.allowed;
import static dev.tokenguard.store.redis.StoreTester.denied;
import static dev.tokenguard.store.redis.StoreTester.fault;
import static dev.tokenguard.store.redis.StoreTester.replayed;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.domain.Fault;
import dev.tokenguard.store.redis.AccountFixture.Kind;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What keeps an account small. */
class BoundsTest {
  @RegisterExtension
  final StoreTester store =
      new StoreTester(plan("free", daily("website", 1000))).limits(3, 10, StoreTester.MEMORY);

  @Test
  void noMoreOpenReservationsThanTheLimit() {
    for (int i = 0; i < 3; i++) {
      allowed(store.reserve("job-" + i, 1));
    }
    assertEquals(Fault.TOO_MANY_RESERVATIONS, fault(() -> store.reserve("job-3", 1)));
    assertTrue(replayed(store.reserve("job-2", 1)));
    allowed(store.consume("cheap", 1));
    assertEquals(3, store.account().openReservations());
    store.assertWebsites(996, 3, 1);
    store.commit("job-0");
    allowed(store.reserve("job-3", 1));
    assertEquals(Fault.TOO_MANY_RESERVATIONS, fault(() -> store.reserve("job-4", 1)));
    store.clock.advance(Duration.ofMinutes(10));
    allowed(store.reserve("job-4", 1));
    assertEquals(1, store.account().openReservations());
  }

  @Test
  void denialComesBeforeTheLimit() {
    for (int i = 0; i < 3; i++) {
      allowed(store.reserve("job-" + i, 1));
    }
    denied(store.reserve("job-3", 998));
  }

  @Test
  void ledgerIsFoldedAndGoesOnSummingToTheBalance() {
    long longest = 0;
    for (int i = 0; i < 400; i++) {
      store.consume("job-" + i, i % 3);
      if (i % 50 == 0) {
        store.clock.advance(Duration.ofDays(1));
      }
      longest = Math.max(longest, i % 20 == 0 ? store.stored().ledger.size() : 0);
      if (i % 40 == 0) {
        store.audit();
      }
    }
    assertTrue(longest <= 10 + 64 + 1, "longest ledger: " + longest);
    assertEquals("folded", store.stored().ledger.get(0).note());
    assertEquals(Kind.OPEN, store.stored().ledger.get(0).kind());
  }

  @Test
  void ledgerIsFoldedWhereOneCallWritesMuch() {
    store.limits(1000, 2, StoreTester.MEMORY);
    store.use(store.newStore());
    for (int i = 0; i < 500; i++) {
      store.reserve("job-" + i, 1);
    }
    store.clock.advance(Duration.ofDays(1));
    store.assertWebsites(1000, 0, 0);
    store.audit();
    store.consume("next", 1);
    assertTrue(store.stored().ledger.size() < 70);
  }
}
