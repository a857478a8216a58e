package dev.tokenguard.client;

import static dev.tokenguard.v1.ReservationState.RESERVATION_STATE_EXPIRED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tokenguard.client.FakeTokenGuard.Fate;
import dev.tokenguard.v1.ExtendRequest;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What keeps a hold alive while its work runs. */
class HeartbeatTest extends ClientFixture {

  @Test
  void beatsEveryThirdOfItsTime() {
    reserve().keepAlive().keepAlive();

    time.pass(Duration.ofMillis(29_999));
    assertEquals(0, beats().size());
    time.pass(Duration.ofMillis(1));
    assertEquals(1, beats().size());
    time.pass(Duration.ofMinutes(5));
    assertEquals(11, beats().size());
    assertEquals(90, beats().get(0).getTtl().getSeconds());
    assertEquals(0, beats().get(0).getAmountsCount());
  }

  @Test
  void takesTheServersDefaultWhenNoneWasAskedFor() {
    client.reserve(REQUEST).orThrow().keepAlive();

    time.pass(Duration.ofSeconds(199));
    assertEquals(0, beats().size());
    time.pass(Duration.ofSeconds(1));
    assertEquals(1, beats().size());
    assertEquals(false, beats().get(0).hasTtl());
  }

  @Test
  void beatsOftenWhenTheTimeIsNotKnown() {
    client.attach("ann", reserve().id()).keepAlive();

    time.pass(Duration.ofSeconds(20));
    assertEquals(1, beats().size());
  }

  @Test
  void isStillUnlessItIsAskedFor() {
    reserve();

    time.pass(TTL);
    assertEquals(0, beats().size());
  }

  @Test
  void stopsWhenSettled() {
    Reservation committed = reserve().keepAlive();
    Reservation refunded = reserve().keepAlive();
    Reservation closed = reserve().keepAlive();

    committed.commit();
    refunded.refund("no use");
    closed.close();
    committed.keepAlive();
    time.pass(TTL);

    assertEquals(0, beats().size());
    assertEquals(0, time.waiting());
  }

  @Test
  void stopsWhenTheClientIsClosed() {
    reserve().keepAlive();

    client.close();
    time.pass(TTL);

    assertEquals(0, beats().size());
  }

  @Test
  void aMissedBeatIsFollowedByAnotherSoon() {
    Reservation reservation = reserve().keepAlive();
    server.always(Fate.unavailable());
    time.pass(Duration.ofSeconds(31));
    int missed = beats().size();

    server.always(Fate.ANSWERED);
    time.pass(Duration.ofSeconds(5));

    assertEquals(missed + 1, beats().size());
    assertEquals(List.of(), events.lostHolds);
    time.pass(Duration.ofSeconds(30));
    assertEquals(missed + 2, beats().size(), "and then in its time");
    reservation.close();
  }

  @Test
  void aHoldThatHasEndedIsToldOnce() {
    Reservation reservation = reserve().keepAlive();
    server.end(reservation.id(), RESERVATION_STATE_EXPIRED);

    time.pass(TTL);

    assertEquals(List.of(reservation), events.lostHolds);
    assertEquals(1, beats().size());
    assertEquals(0, time.waiting());
  }

  @Test
  void aHoldThatTheStoreForgotIsTold() {
    reserve().keepAlive();
    server.next(Fate.fails(Status.Code.NOT_FOUND, "RESERVATION_NOT_FOUND"));

    time.pass(TTL);

    assertEquals(1, events.lostHolds.size());
  }

  @Test
  void aBeatThatOurOwnCommitOvertookIsNoLoss() {
    Reservation reservation = reserve().keepAlive();
    server.next(Fate.unavailable()); // The beat waits for its second attempt,
    time.pass(Duration.ofSeconds(30));
    reservation.commit(); // and comes after this.
    time.pass(TTL);

    assertEquals(2, beats().size());
    assertEquals(List.of(), events.lostHolds);
  }

  @Test
  void goesOnAfterACommitThatWasRefused() {
    Reservation reservation = reserve().keepAlive();
    server.next(Fate.fails(Status.Code.FAILED_PRECONDITION, "OVERAGE_REJECTED"));
    assertThrows(TokenGuardException.class, reservation::commit);

    time.pass(Duration.ofSeconds(30));

    assertEquals(1, beats().size());
  }

  private List<ExtendRequest> beats() {
    return server.requests(ExtendRequest.class);
  }
}
