package dev.tokenguard.client;

import static dev.tokenguard.v1.ReservationState.RESERVATION_STATE_COMMITTED;
import static dev.tokenguard.v1.ReservationState.RESERVATION_STATE_REFUNDED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.client.FakeTokenGuard.Fate;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Commits and refunds that cannot be delivered at once. */
class BackgroundSettlementTest extends ClientFixture {

  @Test
  void aCommitInAnOutageIsDeliveredAfterIt() {
    Reservation reservation = reserve();
    server.always(Fate.unavailable());

    CommitResult.Pending pending = pending(reservation);
    assertEquals(1, client.pendingSettlements());
    time.pass(Duration.ofSeconds(30));
    assertFalse(pending.outcome().toCompletableFuture().isDone());

    server.always(Fate.ANSWERED);
    time.pass(Duration.ofSeconds(30));

    assertEquals(Map.of("image", 1L), pending.outcome().toCompletableFuture().join().charged());
    assertEquals(RESERVATION_STATE_COMMITTED, server.state(reservation.id()));
    assertEquals(0, client.pendingSettlements());
    assertEquals(List.of(), events.failed);
  }

  @Test
  void aCommitThatCannotBeDeliveredUntilTheExpiryIsLost() {
    Reservation reservation = reserve();
    reservation.used("image", 2);
    server.always(Fate.unavailable());

    CommitResult.Pending pending = pending(reservation);
    time.pass(TTL.minusSeconds(2));
    assertEquals(List.of(), events.failed);
    time.pass(Duration.ofSeconds(5));

    assertEquals(
        List.of(
            new Settlement(
                Settlement.Verb.COMMIT, "ann", reservation.id(), "paint", Map.of("image", 2L))),
        events.failed);
    assertTrue(events.causes.get(0).unavailable());
    assertTrue(pending.outcome().toCompletableFuture().isCompletedExceptionally());
    assertEquals(0, client.pendingSettlements());
    assertEquals(0, time.waiting(), "nothing is left that would run");
  }

  @Test
  void aHoldThatIsKeptAliveGivesItsCommitMoreTime() {
    Reservation reservation = reserve();
    time.pass(Duration.ofSeconds(80));
    reservation.extend(TTL);
    server.always(Fate.unavailable());

    var unused = pending(reservation);
    time.pass(Duration.ofSeconds(70));

    assertEquals(List.of(), events.failed);
  }

  @Test
  void aLateCommitIsWorthTryingForAWhile() {
    Reservation reservation = reserve();
    time.pass(TTL.plusSeconds(60));
    server.always(Fate.unavailable());

    var unused = pending(reservation);
    time.pass(Settler.MIN_BACKGROUND.minusSeconds(5));
    server.always(Fate.ANSWERED);
    time.pass(Duration.ofSeconds(10));

    assertEquals(RESERVATION_STATE_COMMITTED, server.state(reservation.id()));
  }

  @Test
  void aRefusalInTheBackgroundIsReportedOnce() {
    Reservation reservation = reserve();
    server.next(
        Fate.unavailable(),
        Fate.unavailable(),
        Fate.unavailable(),
        Fate.unavailable(),
        Fate.fails(Status.Code.NOT_FOUND, "RESERVATION_NOT_FOUND"));

    CommitResult.Pending pending = pending(reservation);
    time.pass(TTL);

    assertEquals(1, events.failed.size());
    assertEquals("RESERVATION_NOT_FOUND", events.causes.get(0).reason());
    assertTrue(pending.outcome().toCompletableFuture().isCompletedExceptionally());
  }

  @Test
  void aClosedReservationIsRefundedInTheBackground() {
    Reservation reservation = reserve();
    server.always(Fate.SILENCE);

    reservation.close();
    time.pass(Duration.ofSeconds(20));
    server.always(Fate.ANSWERED);
    time.pass(Duration.ofSeconds(30));

    assertEquals(RESERVATION_STATE_REFUNDED, server.state(reservation.id()));
  }

  @Test
  void closingTheClientReportsWhatIsLost() {
    Reservation reservation = reserve();
    Reservation late = reserve();
    server.always(Fate.unavailable());
    CommitResult.Pending pending = pending(reservation);

    client.close();

    assertEquals(1, events.failed.size());
    assertEquals(Status.Code.CANCELLED, events.causes.get(0).code());
    assertTrue(pending.outcome().toCompletableFuture().isCompletedExceptionally());

    assertThrows(TokenGuardException.class, late::commit);
    assertEquals(2, events.failed.size(), "a commit after the close is lost as well");
    assertThrows(IllegalStateException.class, () -> client.reserve(REQUEST));
    assertEquals(0, time.waiting());
  }

  @Test
  void closingTheClientTriesOnceMoreAtOnce() {
    Reservation reservation = reserve();
    server.always(Fate.unavailable());
    var unused = pending(reservation);
    server.always(Fate.ANSWERED);

    client.close();

    assertEquals(RESERVATION_STATE_COMMITTED, server.state(reservation.id()));
    assertEquals(List.of(), events.failed);
  }

  @Test
  void aListenerThatThrowsDoesNoHarm() {
    TokenGuardClient careless =
        newClient(
            builder ->
                builder.listener(
                    new ClientListener() {
                      @Override
                      public void settlementFailed(
                          Settlement settlement, TokenGuardException cause) {
                        throw new IllegalStateException("careless");
                      }
                    }));
    Reservation reservation = careless.reserve(REQUEST).orThrow();
    server.next(Fate.fails(Status.Code.NOT_FOUND, "RESERVATION_NOT_FOUND"));

    assertThrows(TokenGuardException.class, reservation::commit);
    assertEquals(0, careless.pendingSettlements());
  }

  /** Commits, and lets the deadline of the first call pass. */
  private CommitResult.Pending pending(Reservation reservation) {
    var result = reservation.commitAsync().toCompletableFuture();
    time.pass(Duration.ofSeconds(1));
    return assertInstanceOf(CommitResult.Pending.class, result.join());
  }
}
