package dev.tokenguard.client;

import static dev.tokenguard.v1.ReservationState.RESERVATION_STATE_COMMITTED;
import static dev.tokenguard.v1.ReservationState.RESERVATION_STATE_EXPIRED;
import static dev.tokenguard.v1.ReservationState.RESERVATION_STATE_OPEN;
import static dev.tokenguard.v1.ReservationState.RESERVATION_STATE_REFUNDED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.client.FakeTokenGuard.Fate;
import dev.tokenguard.v1.CommitRequest;
import dev.tokenguard.v1.DenialReason;
import dev.tokenguard.v1.ExtendRequest;
import dev.tokenguard.v1.RefundRequest;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How a reservation is made and ends, and the races of its endings. */
class ReservationTest extends ClientFixture {

  @Test
  void reserveHoldsWhatTheServerSays() {
    Reservation reservation =
        client.reserve(REQUEST.withMember("bob").withAmounts(Map.of("image", 3L))).orThrow();

    assertEquals("ann", reservation.accountId());
    assertEquals("bob", reservation.memberId());
    assertEquals("paint", reservation.feature());
    assertEquals(Map.of("image", 3L), reservation.amounts());
    assertEquals(Reservation.State.OPEN, reservation.state());
    assertEquals(26, reservation.id().length());
    assertTrue(reservation.metered());
    assertFalse(reservation.duplicate());
  }

  @Test
  void aDenialIsAResult() {
    server.denial = DenialReason.DENIAL_REASON_INSUFFICIENT_TOKENS;

    ReserveResult result = client.reserve(REQUEST);

    Denial denial = assertInstanceOf(ReserveResult.Denied.class, result).denial();
    assertEquals(Denial.Reason.INSUFFICIENT_TOKENS, denial.reason());
    assertEquals("image", denial.tokenType());
    DeniedException thrown = assertThrows(DeniedException.class, result::orThrow);
    assertEquals(402, thrown.httpStatus());
    assertEquals("no images left", thrown.getMessage());
  }

  @Test
  void commitChargesWhatIsHeld() {
    Reservation reservation = reserve();

    CommitResult.Committed committed =
        assertInstanceOf(CommitResult.Committed.class, reservation.commit());

    assertEquals(Map.of("image", 1L), committed.charged());
    assertFalse(commits().get(0).hasActual());
    assertEquals(Reservation.State.COMMITTED, reservation.state());
  }

  @Test
  void commitChargesWhatWasUsed() {
    Reservation reservation = reserve();
    reservation.used("image", 2).used("image", 3).used("tokens", 0).note("model", "x");

    reservation.commit();

    assertEquals(Map.of("image", 5L, "tokens", 0L), commits().get(0).getActual().getAmountsMap());
    assertEquals(Map.of("model", "x"), commits().get(0).getMetadataMap());
    assertThrows(IllegalArgumentException.class, () -> reservation.used("image", -1));
  }

  @Test
  void commitOfNothingIsNotCommitOfWhatIsHeld() {
    reserve().commit(Map.of());

    assertTrue(commits().get(0).hasActual());
    assertEquals(Map.of(), commits().get(0).getActual().getAmountsMap());
  }

  @Test
  void closedWithoutCommitIsRefunded() {
    Reservation reservation = reserve();
    reservation.close();
    reservation.close();

    assertEquals(RESERVATION_STATE_REFUNDED, server.state(reservation.id()));
    assertEquals(1, refunds().size());
  }

  @Test
  void closedAfterCommitStaysCommitted() {
    Reservation reservation = reserve();
    try (reservation) {
      reservation.commit();
    }

    assertEquals(RESERVATION_STATE_COMMITTED, server.state(reservation.id()));
    assertEquals(List.of(), refunds());
  }

  @Test
  void theSameSettlementAgainGivesTheFirstOutcome() {
    Reservation reservation = reserve();
    CommitResult first = reservation.commit(Map.of("image", 2L));

    assertEquals(first, reservation.commit(Map.of("image", 2L)));
    assertEquals(first, reservation.commit());
    assertEquals(1, commits().size());
  }

  @Test
  void anotherSettlementIsAMistake() {
    Reservation reservation = reserve();
    reservation.commit(Map.of("image", 2L));

    assertThrows(IllegalStateException.class, () -> reservation.commit(Map.of("image", 3L)));
    assertThrows(IllegalStateException.class, () -> reservation.refund("changed my mind"));
    assertEquals(1, commits().size());
    assertEquals(List.of(), refunds());
  }

  @Test
  void refundOfAnExpiredHoldIsDone() {
    Reservation reservation = reserve();
    server.end(reservation.id(), RESERVATION_STATE_EXPIRED);

    RefundResult.Refunded refunded =
        assertInstanceOf(RefundResult.Refunded.class, reservation.refund("no use"));

    assertTrue(refunded.expired());
    assertEquals(Map.of("image", 1L), refunded.returned());
    assertEquals(List.of(), events.failed);
  }

  @Test
  void refundOfACommittedHoldIsRefused() {
    Reservation reservation = reserve();
    server.end(reservation.id(), RESERVATION_STATE_COMMITTED);

    TokenGuardException fault =
        assertThrows(TokenGuardException.class, () -> reservation.refund("no use"));

    assertEquals("RESERVATION_ENDED", fault.reason());
    assertEquals("COMMITTED", fault.metadata().get("state"));
    assertEquals(Settlement.Verb.REFUND, events.failed.get(0).verb());
  }

  @Test
  void aReasonIsCutToWhatTheContractAllows() {
    reserve().refund("é".repeat(200));

    assertEquals("é".repeat(128), refunds().get(0).getReason());
  }

  @Test
  void aRefusedCommitLeavesTheReservationOpen() {
    Reservation reservation = reserve();
    server.next(Fate.fails(Status.Code.FAILED_PRECONDITION, "OVERAGE_REJECTED"));

    assertThrows(TokenGuardException.class, () -> reservation.commit(Map.of("image", 9L)));
    reservation.commit(Map.of("image", 1L));

    assertEquals(RESERVATION_STATE_COMMITTED, server.state(reservation.id()));
    assertEquals(1, events.failed.size());
  }

  @Test
  void closedWhileACommitIsUnderWayThatIsThenRefusedIsRefunded() {
    Reservation reservation = reserve();
    server.next(
        Fate.unavailable(), Fate.fails(Status.Code.FAILED_PRECONDITION, "OVERAGE_REJECTED"));
    var committed = reservation.commitAsync(Map.of("image", 9L)).toCompletableFuture();

    reservation.close();
    assertEquals(RESERVATION_STATE_OPEN, server.state(reservation.id()));
    time.pass(Duration.ofSeconds(1));

    assertTrue(committed.isCompletedExceptionally());
    assertEquals(RESERVATION_STATE_REFUNDED, server.state(reservation.id()));
  }

  @Test
  void cancelingAStageCancelsNothing() {
    Reservation reservation = reserve();
    server.next(Fate.unavailable());
    reservation.commitAsync().toCompletableFuture().cancel(true);

    time.pass(Duration.ofSeconds(1));

    assertEquals(RESERVATION_STATE_COMMITTED, server.state(reservation.id()));
  }

  @Test
  void anInterruptedCommitGoesOn() {
    Reservation reservation = reserve();
    server.next(Fate.unavailable());
    Thread.currentThread().interrupt();

    CommitResult result = reservation.commit();

    assertTrue(Thread.interrupted(), "stays interrupted");
    CommitResult.Pending pending = assertInstanceOf(CommitResult.Pending.class, result);
    time.pass(Duration.ofSeconds(1));
    assertEquals(Map.of("image", 1L), pending.outcome().toCompletableFuture().join().charged());
  }

  @Test
  void anInterruptedReserveLeavesNothingHeld() {
    server.next(Fate.unavailable());
    Thread.currentThread().interrupt();

    TokenGuardException fault =
        assertThrows(TokenGuardException.class, () -> client.reserve(REQUEST));

    assertTrue(Thread.interrupted(), "stays interrupted");
    assertEquals(Status.Code.CANCELLED, fault.code());
    time.pass(Duration.ofSeconds(1));
    assertEquals(1, server.reservations.size());
    assertTrue(
        server.reservations.values().stream()
            .allMatch(held -> held.getState() == RESERVATION_STATE_REFUNDED));
  }

  @Test
  void aCancelledReserveLeavesNothingHeld() {
    server.next(Fate.unavailable());
    var result = client.reserveAsync(REQUEST);

    assertTrue(result.cancel(false));
    time.pass(Duration.ofSeconds(1));

    assertEquals(1, refunds().size());
  }

  @Test
  void aDoubleClickIsADuplicateAndItsCloseRefundsNothing() {
    ReserveRequest click = REQUEST.withReservationId("click-1");
    Reservation first = client.reserve(click).orThrow();

    ReserveResult again = client.reserve(click);
    try (Reservation second = ((ReserveResult.Reserved) again).reservation()) {
      assertTrue(second.duplicate());
    }

    DuplicateReservationException thrown =
        assertThrows(DuplicateReservationException.class, again::orThrow);
    assertEquals(409, thrown.httpStatus());
    assertEquals(RESERVATION_STATE_OPEN, server.state(first.id()));
  }

  @Test
  void aJobThatRunsAgainTakesItsReservationOver() {
    ReserveRequest job = REQUEST.withReservationId("job-1").resuming();
    Reservation crashed = client.reserve(job).orThrow();

    try (Reservation again = client.reserve(job).orThrow()) {
      assertFalse(again.duplicate());
    }

    assertEquals(RESERVATION_STATE_REFUNDED, server.state(crashed.id()));
    assertThrows(
        DuplicateReservationException.class,
        () -> client.reserve(job).orThrow(),
        "it has ended: its id is used up");
  }

  @Test
  void aReservationMadeElsewhereCanBeSettledHere() {
    Reservation made = reserve();

    Reservation attached = client.attach("ann", made.id());
    assertEquals("", attached.feature());
    assertNull(attached.expireTime());
    attached.commit();

    assertEquals(RESERVATION_STATE_COMMITTED, server.state(made.id()));
    assertEquals("paint", attached.feature());
  }

  @Test
  void aRaiseIsGrantedOrDenied() {
    Reservation reservation = reserve();

    reservation.raise(Map.of("image", 4L)).orThrow();
    assertEquals(Map.of("image", 4L), reservation.amounts());
    assertEquals(TTL.toSeconds(), extend().getTtl().getSeconds());

    server.denial = DenialReason.DENIAL_REASON_MEMBER_LIMIT_REACHED;
    ExtendResult denied = reservation.raise(Map.of("image", 40L));
    assertEquals(402, assertThrows(DeniedException.class, denied::orThrow).httpStatus());
    assertEquals(Map.of("image", 4L), reservation.amounts());
  }

  @Test
  void theHoldIsExtendedByWhatIsAsked() {
    reserve().extend(Duration.ofMinutes(7));

    assertEquals(420, extend().getTtl().getSeconds());
    assertEquals(Map.of(), extend().getAmountsMap());
  }

  @Test
  void aRequestsLocaleGoesBeforeTheClients() {
    TokenGuardClient thai = newClient(builder -> builder.locale("th"));
    server.denial = DenialReason.DENIAL_REASON_ACCOUNT_SUSPENDED;

    thai.reserve(REQUEST);
    thai.reserve(REQUEST.withLocale("fa-IR"));

    assertEquals(
        List.of("th", "fa-IR"),
        server.requests(dev.tokenguard.v1.CheckAndReserveRequest.class).stream()
            .map(dev.tokenguard.v1.CheckAndReserveRequest::getLocale)
            .toList());
  }

  private List<CommitRequest> commits() {
    return server.requests(CommitRequest.class);
  }

  private List<RefundRequest> refunds() {
    return server.requests(RefundRequest.class);
  }

  private ExtendRequest extend() {
    return server.requests(ExtendRequest.class).get(0);
  }
}
