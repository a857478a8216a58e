package dev.tokenguard.store.redis;

import static dev.tokenguard.store.redis.StoreTester.ACCOUNT;
import static dev.tokenguard.store.redis.StoreTester.allowed;
import static dev.tokenguard.store.redis.StoreTester.await;
import static dev.tokenguard.store.redis.StoreTester.fault;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.domain.Amounts;
import dev.tokenguard.domain.Fault;
import dev.tokenguard.domain.Grant;
import dev.tokenguard.store.ChangeRequest;
import dev.tokenguard.store.GrantStore;
import dev.tokenguard.store.GrantStore.AdjustCommand;
import dev.tokenguard.store.GrantStore.GrantCommand;
import dev.tokenguard.store.redis.AccountFixture.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What operators give and take. */
class GrantTest {
  @RegisterExtension
  final StoreTester store = new StoreTester(Catalogs.plan("free", Catalogs.daily("website", 5)));

  private GrantStore grants() {
    store.touched(ACCOUNT);
    return store.stores().grants();
  }

  private GrantStore.Granted grant(String id, long amount) {
    return grant(id, amount, 100, null, null);
  }

  private GrantStore.Granted grant(
      String id, long amount, int priority, @Nullable Instant starts, @Nullable Instant expires) {
    return await(
        grants()
            .grant(
                new GrantCommand(
                    ACCOUNT, "website", amount, "purchase", "", "ann", priority, starts, expires),
                new ChangeRequest(id, "f" + amount)));
  }

  private GrantStore.Adjusted adjust(String id, long amount, boolean allowDebt) {
    return adjust("website", id, amount, allowDebt);
  }

  private GrantStore.Adjusted adjust(String type, String id, long amount, boolean allowDebt) {
    return await(
        grants()
            .adjust(
                new AdjustCommand(ACCOUNT, type, amount, "support", "sorry", "ann", allowDebt),
                new ChangeRequest(id, "f")));
  }

  private List<Grant> left() {
    return await(grants().list(ACCOUNT));
  }

  private GrantStore.Revoked revoke(String grant, String request) {
    return await(
        grants().revoke(ACCOUNT, grant, "refunded", "ann", new ChangeRequest(request, "r")));
  }

  @Test
  void opensTheAccountAndComesOnTop() {
    GrantStore.Granted granted = grant("pay-1", 10);

    assertFalse(granted.replayed());
    assertEquals(15, granted.balance().available());
    assertEquals("pay-1", granted.grant().id());
    assertEquals(10, granted.grant().remaining());
    store.assertWebsites(15, 0, 0);
    assertEquals(1, store.stored().ledger(Kind.GRANT).size());
  }

  @Test
  void aWebhookDeliveredTwiceGrantsOnce() {
    grant("pay-1", 10);

    assertTrue(grant("pay-1", 10).replayed());
    store.assertWebsites(15, 0, 0);
    assertEquals(Fault.IDEMPOTENCY_MISMATCH, fault(() -> grant("pay-1", 11)));
  }

  @Test
  void aRepeatedGrantIsToldWhenNothingIsLeftOfIt() {
    grant("pay-1", 10, -1, null, null);
    store.consume("a", 10);

    GrantStore.Granted again = grant("pay-1", 10, -1, null, null);

    assertTrue(again.replayed());
    assertEquals(10, again.grant().amount());
    assertEquals(0, again.grant().remaining());
    assertEquals(List.of(), left());
    store.assertWebsites(5, 0, 10);
  }

  @Test
  void isUsedAfterTheAllowanceAndSurvivesTheReset() {
    grant("pay-1", 10);
    store.consume("a", 7);
    assertEquals(8, left().get(0).remaining());

    store.clock.advance(Duration.ofDays(1));

    store.assertWebsites(13, 0, 0);
  }

  @Test
  void aNegativePriorityBurnsFirst() {
    grant("pay-1", 10, -5, null, null);
    store.consume("a", 7);

    assertEquals(3, left().get(0).remaining());
  }

  @Test
  void lapsesWhenItExpires() {
    Instant soon = store.clock.time().plus(Duration.ofHours(2));
    grant("pay-1", 10, 100, null, soon);
    store.consume("a", 6);

    store.clock.advance(Duration.ofHours(2));

    store.assertWebsites(0, 0, 6);
    assertEquals(List.of(), left());
    assertEquals(9, store.balance("website").lifetime().lapsed());
  }

  @Test
  void aRepeatedGrantIsToldAfterItHasEnded() {
    Instant soon = store.clock.time().plus(Duration.ofHours(2));
    grant("pay-1", 10, 100, null, soon);
    store.clock.advance(Duration.ofHours(3));

    assertTrue(grant("pay-1", 10, 100, null, soon).replayed());
    assertEquals(Fault.INVALID_REQUEST, fault(() -> grant("pay-2", 10, 100, null, soon)));
  }

  @Test
  void countsFromItsStartOn() {
    Instant start = store.clock.time().plus(Duration.ofHours(2));
    GrantStore.Granted granted = grant("pay-1", 10, 100, start, null);

    assertTrue(granted.grant().scheduled());
    assertEquals(5, granted.balance().available());
    assertTrue(left().get(0).scheduled());
    store.clock.advance(Duration.ofHours(2).minusMillis(1));
    store.assertWebsites(5, 0, 0);
    assertEquals(0, store.stored().ledger(Kind.GRANT).size());

    store.clock.advance(Duration.ofMillis(1));

    store.assertWebsites(15, 0, 0);
    assertFalse(left().get(0).scheduled());
    assertEquals(1, store.stored().ledger(Kind.GRANT).size());
    assertTrue(grant("pay-1", 10, 100, start, null).replayed());
  }

  @Test
  void aGrantThatWasSleptThroughLapses() {
    Instant start = store.clock.time().plus(Duration.ofHours(2));
    grant("pay-1", 10, 100, start, start.plus(Duration.ofHours(1)));

    store.clock.advance(Duration.ofDays(3));

    store.assertWebsites(5, 0, 0);
    assertEquals(List.of(), left());
  }

  @Test
  void coversDebtFirst() {
    allowed(store.reserve("a", 5));
    store.commit("a", 12);
    store.assertWebsites(-7, 0, 12);

    GrantStore.Granted granted = grant("pay-1", 10);

    assertEquals(3, granted.grant().remaining());
    store.assertWebsites(3, 0, 12);
  }

  @Test
  void aScheduledGrantDoesNotPayADebtThatAResetForgives() {
    allowed(store.reserve("a", 5));
    store.commit("a", 12);
    grant("pay-1", 10, 100, store.clock.time().plus(Duration.ofHours(14)), null);

    store.clock.advance(Duration.ofDays(1));

    store.assertWebsites(15, 0, 0);
  }

  @Test
  void aRevokedGrantIsTakenBack() {
    grant("pay-1", 10);
    store.consume("a", 7);

    GrantStore.Revoked revoked = revoke("pay-1", "r-1");

    assertEquals(8, revoked.amount());
    assertFalse(revoked.replayed());
    store.assertWebsites(0, 0, 7);
    assertEquals(List.of(), left());
    assertEquals(8, revoke("pay-1", "r-1").amount());
    assertTrue(revoke("pay-1", "r-1").replayed());
    assertEquals(Fault.GRANT_NOT_FOUND, fault(() -> revoke("pay-1", "r-2")));
    assertEquals(Fault.GRANT_NOT_FOUND, fault(() -> revoke("other", "")));
  }

  @Test
  void whatIsHeldOfARevokedGrantIsChargedOrLapses() {
    grant("pay-1", 10, -1, null, null);
    allowed(store.reserve("a", 4));
    allowed(store.reserve("b", 4));

    assertEquals(2, revoke("pay-1", "r").amount());
    store.commit("a");
    store.refund("b");

    store.assertWebsites(5, 0, 0);
    assertEquals(4, store.balance("website").lifetime().consumed());
    assertEquals(4, store.balance("website").lifetime().lapsed());
  }

  @Test
  void aScheduledGrantCanBeRevoked() {
    grant("pay-1", 10, 100, store.clock.time().plus(Duration.ofHours(2)), null);

    assertEquals(0, revoke("pay-1", "r").amount());
    store.clock.advance(Duration.ofHours(3));

    store.assertWebsites(5, 0, 0);
    assertEquals(List.of(), left());
  }

  @Test
  void anAdjustmentUpComesToTheAllowance() {
    store.consume("a", 3);

    assertEquals(6, adjust("x", 4, false).balance().available());
    assertTrue(adjust("x", 4, false).replayed());
    assertEquals(List.of(), left());
    store.clock.advance(Duration.ofDays(1));

    store.assertWebsites(5, 0, 0);
  }

  @Test
  void anAdjustmentDownTakesInBurnOrder() {
    grant("pay-1", 10);

    adjust("x", -7, false);

    store.assertWebsites(8, 0, 0);
    assertEquals(8, left().get(0).remaining());
    assertEquals(Fault.INSUFFICIENT_TOKENS, fault(() -> adjust("y", -9, false)));
    store.assertWebsites(8, 0, 0);

    adjust("y", -9, true);

    store.assertWebsites(-1, 0, 0);
  }

  @Test
  void anAdjustmentNeedsAnAccount() {
    assertEquals(Fault.ACCOUNT_NOT_FOUND, fault(() -> adjust("x", 4, false)));
    assertFalse(store.exists());
  }

  @Test
  void grantsAreBounded() {
    for (int i = 0; i < 100; i++) {
      grant("g" + i, 1);
    }

    assertEquals(Fault.TOO_MANY_GRANTS, fault(() -> grant("one more", 1)));
    store.consume("a", 6); // the allowance and one grant
    grant("one more", 1);
    assertEquals(100, left().size());
  }

  @Test
  void sumsNeverPassTheMaximum() {
    grant("a", Amounts.MAX - 5);

    assertEquals(Fault.AMOUNT_OUT_OF_RANGE, fault(() -> grant("b", 1)));
    store.consume("c", Amounts.MAX);
    grant("b", Amounts.MAX);
    store.assertWebsites(Amounts.MAX, 0, Amounts.MAX);
  }

  @Test
  void debtOfATypeThatTheAccountNeverHadIsKept() {
    store.consume("a", 1);

    adjust("image", "x", -5, true);

    store.assertBalance("image", -5, 0, 0);
    adjust("image", "y", 7, false);
    store.assertBalance("image", 2, 0, 0);
  }

  @Test
  void aGrantOfANewTypeThatWasSleptThroughStaysInTheSums() {
    Instant start = store.clock.time().plus(Duration.ofHours(2));
    GrantCommand image =
        new GrantCommand(
            ACCOUNT, "image", 3, "gift", "", "ann", 0, start, start.plus(Duration.ofHours(1)));
    await(grants().grant(image, new ChangeRequest("pay-1", "f")));
    store.clock.advance(Duration.ofDays(1));

    store.assertWebsites(5, 0, 0);

    adjust("image", "x", 2, false);
    assertEquals(5, store.balance("image").lifetime().granted());
    assertEquals(3, store.balance("image").lifetime().lapsed());
  }

  @Test
  void aRepeatedGrantThatWasRevokedBeforeItBeganHasEnded() {
    Instant start = store.clock.time().plus(Duration.ofHours(2));
    grant("pay-1", 10, 100, start, null);
    revoke("pay-1", "r");

    GrantStore.Granted again = grant("pay-1", 10, 100, start, null);

    assertTrue(again.replayed());
    assertFalse(again.grant().scheduled());
    assertEquals(0, again.grant().remaining());
  }

  @Test
  void whatHasLapsedByNowCannotBeRevoked() {
    grant("pay-1", 10, 100, null, store.clock.time().plus(Duration.ofHours(2)));
    store.clock.advance(Duration.ofHours(2));

    assertEquals(Fault.GRANT_NOT_FOUND, fault(() -> revoke("pay-1", "r")));
    assertEquals(0, store.stored().ledger(Kind.ADJUST).size());
  }

  @Test
  void aRepeatedRevocationTellsTheBalanceOfNow() {
    grant("pay-1", 10);
    store.consume("a", 4);
    revoke("pay-1", "r");
    store.clock.advance(Duration.ofDays(1));

    GrantStore.Revoked again = revoke("pay-1", "r");

    assertEquals(10, again.amount());
    assertEquals(5, again.balance().available());
  }

  @Test
  void grantsThatHaveLapsedByNowMakeRoom() {
    Instant soon = store.clock.time().plus(Duration.ofHours(2));
    for (int i = 0; i < 100; i++) {
      grant("g" + i, 1, 100, null, soon);
    }
    store.clock.set(soon);

    grant("one more", 1);

    assertEquals(1, left().size());
  }
}
