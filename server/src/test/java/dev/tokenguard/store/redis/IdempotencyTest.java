package dev.tokenguard.store.redis;

import static dev.tokenguard.store.redis.Ask.ask;
import static dev.tokenguard.store.redis.Catalogs.amounts;
import static dev.tokenguard.store.redis.Catalogs.daily;
import static dev.tokenguard.store.redis.Catalogs.once;
import static dev.tokenguard.store.redis.Catalogs.plan;
import static dev.tokenguard.store.redis.Catalogs.website;
import static dev.tokenguard.store.redis.StoreTester.allowed;
import static dev.tokenguard.store.redis.StoreTester.fault;
import static dev.tokenguard.store.redis.StoreTester.replayed;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.domain.AccountSnapshot;
import dev.tokenguard.domain.Amounts;
import dev.tokenguard.domain.Decision;
import dev.tokenguard.domain.Fault;
import dev.tokenguard.domain.FaultException;
import dev.tokenguard.domain.Reservation;
import dev.tokenguard.domain.Settlement;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The same id and the same request: the first outcome again, once charged. */
class IdempotencyTest {
  private static final Duration DAY = StoreTester.MEMORY;

  @RegisterExtension
  final StoreTester store = new StoreTester(plan("free", once("website", 100), once("image", 50)));

  private static final String[] ENDS = {"open", "committed", "refunded", "expired"};

  static List<String> ends() {
    return List.of(ENDS);
  }

  private void end(String how) {
    switch (how) {
      case "committed" -> store.commit("job");
      case "refunded" -> store.refund("job");
      case "expired" -> store.clock.advance(Duration.ofMinutes(10));
      default -> {}
    }
  }

  @ParameterizedTest
  @MethodSource("ends")
  void reserveAgainTellsTheReservationAsItIsNow(String how) {
    Reservation first = allowed(store.reserve(ask("job", amounts("website", 3, "image", 2))));
    end(how);
    long free = store.balance("website").free();
    Decision again = store.reserve(ask("job", amounts("website", 3, "image", 2)));
    assertTrue(replayed(again));
    Reservation told = allowed(again);
    assertEquals(how.toUpperCase(Locale.ROOT), told.state().name());
    assertEquals(first.amounts(), told.amounts());
    assertEquals(first.createdAt(), told.createdAt());
    assertEquals(first.expiresAt(), told.expiresAt());
    assertEquals(first.feature(), told.feature());
    assertEquals(free, store.balance("website").free());
    assertEquals(again.account().revision(), store.account().revision());
  }

  @ParameterizedTest
  @MethodSource("ends")
  void anotherRequestWithTheIdIsAMismatch(String how) {
    store.reserve(ask("job", 3));
    end(how);
    long revision = store.account().revision();
    assertEquals(Fault.IDEMPOTENCY_MISMATCH, fault(() -> store.reserve(ask("job", 4))));
    assertEquals(
        Fault.IDEMPOTENCY_MISMATCH, fault(() -> store.reserve(ask("job", 3).feature("other"))));
    assertEquals(
        Fault.IDEMPOTENCY_MISMATCH, fault(() -> store.reserve(ask("job", 3).member("joe"))));
    assertEquals(Fault.IDEMPOTENCY_MISMATCH, fault(() -> store.consume(ask("job", 4))));
    assertEquals(revision, store.account().revision());
  }

  @Test
  void consumeAgainTellsTheFirstOutcome() {
    Reservation first = allowed(store.consume("job", 3));
    assertEquals(Reservation.State.COMMITTED, first.state());
    Decision again = store.consume("job", 3);
    assertTrue(replayed(again));
    assertEquals(first, allowed(again));
    assertEquals(Fault.IDEMPOTENCY_MISMATCH, fault(() -> store.consume("job", 4)));
    store.assertWebsites(97, 0, 3);
  }

  @Test
  void whatWasConsumedIsNotSettledAgain() {
    store.consume("job", 3);
    assertEquals(Fault.RESERVATION_ENDED, fault(() -> store.commit("job")));
    assertEquals(Fault.RESERVATION_ENDED, fault(() -> store.commit("job", 3)));
    assertEquals(Fault.RESERVATION_ENDED, fault(() -> store.refund("job")));
    assertEquals(Fault.RESERVATION_ENDED, fault(() -> store.extend("job", Duration.ofHours(1))));
    store.assertWebsites(97, 0, 3);
  }

  @Test
  void commitAgainTellsTheFirstOutcome() {
    store.reserve("job", 3);
    Settlement first = store.commit("job", 2);
    store.consume("other", 10);
    Settlement again = store.commit("job", 2);
    assertTrue(again.replayed());
    assertFalse(first.replayed());
    assertEquals(first.charged(), again.charged());
    assertEquals(first.returned(), again.returned());
    assertEquals(first.reservation(), again.reservation());
    assertEquals(Fault.IDEMPOTENCY_MISMATCH, fault(() -> store.commit("job", 3)));
    assertEquals(Fault.IDEMPOTENCY_MISMATCH, fault(() -> store.commit("job")));
    store.assertWebsites(88, 0, 12);
  }

  @Test
  void outcomesAreToldWithTheBalancesOfToday() {
    store.catalog(plan("free", daily("website", 10), daily("image", 10)));
    store.reserve("job", 3);
    store.commit("job", amounts("image", 4, "website", 3));
    store.clock.advance(DAY);
    for (AccountSnapshot account :
        List.of(
            store.reserve("job", 3).account(),
            store.commit("job", amounts("image", 4, "website", 3)).account())) {
      account.balances().forEach(balance -> assertEquals(10, balance.free(), balance.toString()));
    }
  }

  @Test
  void refundAgainTellsTheFirstOutcome() {
    store.reserve("job", 3);
    Settlement first = store.refund("job");
    Settlement again = store.refund("job");
    assertFalse(first.replayed());
    assertTrue(again.replayed());
    assertEquals(first.reservation(), again.reservation());
    assertEquals(website(3), again.returned());
    store.assertWebsites(100, 0, 0);
  }

  @Test
  void anotherVerbAfterTheEndNamesTheFinalState() {
    store.reserve("committed", 1);
    store.reserve("refunded", 1);
    store.reserve("expired", 1);
    store.commit("committed");
    store.refund("refunded");
    store.clock.advance(Duration.ofMinutes(10));
    for (String id : List.of("committed", "expired")) {
      FaultException ended = assertThrows(FaultException.class, () -> store.refund(id));
      assertEquals(Fault.RESERVATION_ENDED, ended.fault());
      assertEquals(id.toUpperCase(Locale.ROOT), ended.details().get("state"));
    }
    for (String id : List.of("committed", "refunded", "expired")) {
      FaultException ended =
          assertThrows(FaultException.class, () -> store.extend(id, Duration.ofHours(1)));
      assertEquals(Fault.RESERVATION_ENDED, ended.fault());
      assertEquals(id.toUpperCase(Locale.ROOT), ended.details().get("state"));
    }
    FaultException ended = assertThrows(FaultException.class, () -> store.commit("refunded"));
    assertEquals("REFUNDED", ended.details().get("state"));
    store.assertWebsites(99, 0, 1);
  }

  @Test
  void extendAgainHoldsNoMore() {
    store.reserve("job", 3);
    Reservation first = allowed(store.extend("job", Duration.ofHours(1), website(5)));
    Reservation again = allowed(store.extend("job", Duration.ofHours(1), website(5)));
    assertEquals(first, again);
    store.assertWebsites(95, 5, 0);
  }

  @Test
  void reserveAgainAfterARaiseTellsWhatIsHeldNow() {
    store.reserve("job", 3);
    store.extend("job", Duration.ofHours(1), amounts("website", 5, "image", 1));
    Reservation told = allowed(store.reserve("job", 3));
    assertEquals(amounts("website", 5, "image", 1), told.amounts());
  }

  @Test
  void outcomesAreToldUpToTheMemoryAndForgottenAfterIt() {
    store.reserve("committed", 1);
    store.reserve("refunded", 1);
    store.reserve("expired", 1);
    store.consume("consumed", 1);
    store.commit("committed");
    store.refund("refunded");
    store.clock.advance(Duration.ofMinutes(10));
    store.account();
    store.clock.set(StoreTester.NOON.plus(DAY).minusMillis(1));
    churn(20);
    assertTrue(replayed(store.reserve("committed", 1)));
    assertTrue(replayed(store.reserve("refunded", 1)));
    assertTrue(replayed(store.reserve("expired", 1)));
    assertTrue(replayed(store.consume("consumed", 1)));
    assertTrue(store.commit("committed").replayed());
    store.clock.set(StoreTester.NOON.plus(DAY).plus(Duration.ofMinutes(10)));
    churn(20);
    assertEquals(Fault.RESERVATION_NOT_FOUND, fault(() -> store.commit("committed")));
    assertEquals(Fault.RESERVATION_NOT_FOUND, fault(() -> store.refund("expired")));
    assertFalse(replayed(store.reserve("refunded", 1)));
    assertEquals(
        Set.of("refunded"),
        Set.copyOf(
            store.stored().holds.stream()
                .map(AccountFixture.Hold::id)
                .filter(id -> !id.startsWith("churn"))
                .toList()));
  }

  @Test
  void lateCommitAfterTheMemoryIsItselfRemembered() {
    for (int i = 0; i < 8; i++) { // whatever the revision is at which the forgetting comes round
      String id = "job-" + i;
      store.clock.advance(Duration.ofMinutes(1));
      allowed(store.reserve(id, 1));
      store.clock.advance(Duration.ofMinutes(10));
      store.account();
      store.clock.advance(DAY.plusMillis(1));
      assertTrue(store.commit(id).late());
      assertTrue(store.commit(id).replayed(), id);
      allowed(store.consume("other-" + i, 1));
    }
  }

  private int churned;

  private void churn(int times) {
    for (int i = 0; i < times; i++) {
      store.reserve(ask("churn-" + churned, Amounts.NONE));
      store.refund("churn-" + churned++);
    }
  }
}
