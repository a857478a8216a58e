package dev.tokenguard.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.tokenguard.client.FakeTokenGuard.Fate;
import dev.tokenguard.v1.CommitRequest;
import dev.tokenguard.v1.DenialReason;
import dev.tokenguard.v1.ExtendRequest;
import dev.tokenguard.v1.RefundRequest;
import io.grpc.Status;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Work between a reserve and its settlement. */
class GuardTest extends ClientFixture {

  @Test
  void commitsWhatWasHeld() {
    assertEquals("a cat", client.guard(REQUEST, reservation -> "a cat"));

    assertFalse(commits().get(0).hasActual());
    assertEquals(0, time.waiting(), "no heartbeat is left");
  }

  @Test
  void commitsWhatTheWorkUsed() {
    client.guard(REQUEST, reservation -> reservation.used("image", 4));

    assertEquals(Map.of("image", 4L), commits().get(0).getActual().getAmountsMap());
  }

  @Test
  void refundsOnAnException() {
    IOException failure = new IOException("secret detail");

    IOException thrown =
        assertThrows(
            IOException.class,
            () ->
                client.guard(
                    REQUEST,
                    reservation -> {
                      throw failure;
                    }));

    assertSame(failure, thrown);
    assertEquals(List.of(), commits());
    assertEquals("java.io.IOException", refunds().get(0).getReason());
    assertEquals(0, time.waiting(), "no heartbeat is left");
  }

  @Test
  void refundsOnAnError() {
    assertThrows(
        StackOverflowError.class,
        () ->
            client.guard(
                REQUEST,
                reservation -> {
                  throw new StackOverflowError();
                }));

    assertEquals(1, refunds().size());
  }

  @Test
  void refundsWhenInterrupted() {
    assertThrows(
        InterruptedException.class,
        () ->
            client.guard(
                REQUEST,
                reservation -> {
                  throw new InterruptedException();
                }));

    assertEquals(1, refunds().size());
  }

  @Test
  void givesTheResultOfWorkThatEndsInterrupted() {
    String made =
        client.guard(
            REQUEST,
            reservation -> {
              Thread.currentThread().interrupt();
              return "a cat";
            });

    assertTrue(Thread.interrupted(), "stays interrupted");
    assertEquals("a cat", made);
    assertEquals(1, commits().size());
  }

  @Test
  void beatsWhileTheWorkRuns() {
    client.guard(
        REQUEST.withTtl(TTL),
        reservation -> {
          time.pass(Duration.ofMinutes(5));
          return "a film";
        });

    assertEquals(10, server.requests(ExtendRequest.class).size());
  }

  @Test
  void leavesAloneWhatTheWorkSettled() {
    client.guard(REQUEST, reservation -> reservation.refund("the model refused"));
    client.guard(REQUEST, reservation -> reservation.commit(Map.of("image", 2L)));

    assertEquals(1, refunds().size());
    assertEquals(1, commits().size());
  }

  @Test
  void doesNotRefundWorkThatThrowsAfterItCommitted() {
    assertThrows(
        IllegalArgumentException.class,
        () ->
            client.guard(
                REQUEST,
                reservation -> {
                  reservation.commit();
                  throw new IllegalArgumentException();
                }));

    assertEquals(1, commits().size());
    assertEquals(List.of(), refunds());
  }

  @Test
  void doesNotRunWorkThatIsDenied() {
    server.denial = DenialReason.DENIAL_REASON_FEATURE_NOT_IN_PLAN;

    DeniedException thrown =
        assertThrows(
            DeniedException.class, () -> client.guard(REQUEST, reservation -> fail("ran")));

    assertEquals(403, thrown.httpStatus());
  }

  @Test
  void doesNotRunADoubleClickTwice() {
    ReserveRequest click = REQUEST.withReservationId("click-1");
    client.guard(click, reservation -> "a cat");

    assertThrows(
        DuplicateReservationException.class,
        () -> client.guard(click, reservation -> fail("ran twice")));
    assertEquals(1, commits().size());
    assertEquals(List.of(), refunds());
  }

  @ParameterizedTest
  @ValueSource(strings = {"RESERVATION_ENDED", "LATE_COMMIT_REJECTED"})
  void givesTheResultWhenTheHoldIsGone(String reason) {
    assertEquals(
        "a cat",
        client.guard(
            REQUEST,
            reservation -> {
              server.next(Fate.fails(Status.Code.FAILED_PRECONDITION, reason));
              return "a cat";
            }));

    assertEquals(reason, events.causes.get(0).reason());
  }

  @Test
  void givesTheResultWhileItsCommitIsStillUnderWay() {
    TokenGuardClient once = newClient(builder -> builder.retry(RetryPolicy.NONE));

    assertEquals(
        "a cat",
        once.guard(
            REQUEST,
            reservation -> {
              server.next(Fate.unavailable());
              return "a cat";
            }));

    assertEquals(1, once.pendingSettlements());
    time.pass(Duration.ofSeconds(1));
    assertEquals(2, commits().size());
    assertEquals(0, once.pendingSettlements());
  }

  @Test
  void throwsARefusedCommitAndRefunds() {
    TokenGuardException thrown =
        assertThrows(
            TokenGuardException.class,
            () ->
                client.guard(
                    REQUEST,
                    reservation -> {
                      server.next(Fate.fails(Status.Code.FAILED_PRECONDITION, "OVERAGE_REJECTED"));
                      return reservation.used("image", 100);
                    }));

    assertEquals("OVERAGE_REJECTED", thrown.reason());
    assertEquals("commit refused", refunds().get(0).getReason());
    assertEquals(0, time.waiting(), "no heartbeat is left");
  }

  @Test
  void refundsACommitThatIsRefusedAfterwards() {
    TokenGuardClient once = newClient(builder -> builder.retry(RetryPolicy.NONE));
    once.guard(
        REQUEST,
        reservation -> {
          server.next(
              Fate.unavailable(), Fate.fails(Status.Code.FAILED_PRECONDITION, "OVERAGE_REJECTED"));
          return "a cat";
        });

    time.pass(Duration.ofSeconds(1));

    assertEquals(1, refunds().size());
    assertEquals(0, time.waiting(), "no heartbeat is left");
  }

  private List<CommitRequest> commits() {
    return server.requests(CommitRequest.class);
  }

  private List<RefundRequest> refunds() {
    return server.requests(RefundRequest.class);
  }
}
