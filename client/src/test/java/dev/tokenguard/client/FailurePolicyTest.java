package dev.tokenguard.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.client.FakeTokenGuard.Fate;
import dev.tokenguard.v1.CommitRequest;
import dev.tokenguard.v1.DenialReason;
import dev.tokenguard.v1.ExtendRequest;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** What happens when TokenGuard cannot be reached. */
class FailurePolicyTest extends ClientFixture {

  private TokenGuardClient open;

  @BeforeEach
  void failOpen() {
    client = newClient(builder -> builder.retry(RetryPolicy.NONE));
    open = newClient(builder -> builder.retry(RetryPolicy.NONE).failurePolicy(FailurePolicy.OPEN));
  }

  @Test
  void closedIsTheDefaultAndRunsNothing() {
    server.always(Fate.unavailable());

    assertThrows(
        TokenGuardException.class,
        () ->
            client.guard(
                REQUEST,
                reservation -> {
                  throw new AssertionError("ran");
                }));
    assertThrows(TokenGuardException.class, () -> client.consume(REQUEST));
    assertEquals(0, client.unmeteredCount());
    assertEquals(List.of(), events.unmetered);
  }

  @Test
  void openRunsTheWorkUnmeteredAndCountsIt() {
    server.always(Fate.unavailable());

    String made =
        open.guard(
            REQUEST.withReservationId("job-1"),
            reservation -> {
              assertFalse(reservation.metered());
              assertEquals("job-1", reservation.id());
              assertEquals("ann", reservation.accountId());
              reservation.used("image", 3).note("model", "x");
              return "a cat";
            });

    assertEquals("a cat", made);
    assertEquals(1, open.unmeteredCount());
    assertEquals("job-1", events.unmetered.get(0).reservationId());
    assertEquals(List.of(), server.requests(CommitRequest.class));
  }

  @Test
  void anUnmeteredReservationDoesNothing() {
    server.always(Fate.unavailable());
    Reservation reservation = open.reserve(REQUEST).orThrow();
    server.always(Fate.ANSWERED);
    time.pass(Duration.ofMinutes(1));
    server.requests.clear();

    reservation.keepAlive();
    assertInstanceOf(CommitResult.Unmetered.class, reservation.commit());
    assertInstanceOf(CommitResult.Unmetered.class, reservation.commit(Map.of("image", 2L)));
    assertInstanceOf(RefundResult.Unmetered.class, reservation.refund("no use"));
    assertInstanceOf(ExtendResult.Unmetered.class, reservation.extend(TTL));
    assertInstanceOf(ExtendResult.Unmetered.class, reservation.raise(Map.of("image", 2L)));
    assertInstanceOf(
        CommitResult.Unmetered.class, reservation.commitAsync().toCompletableFuture().join());
    reservation.close();
    time.pass(Duration.ofMinutes(20));

    assertEquals(List.of(), server.requests);
  }

  @Test
  void aTimeoutIsTreatedAlike() {
    TokenGuardClient patient =
        newClient(
            builder -> builder.deadline(Duration.ofMillis(200)).failurePolicy(FailurePolicy.OPEN));
    server.always(Fate.SILENCE);

    var result = patient.reserveAsync(REQUEST);
    time.pass(Duration.ofMillis(200));

    assertFalse(result.join().orThrow().metered());
  }

  @Test
  void openConsumesUnmetered() {
    server.always(Fate.unavailable());

    ConsumeResult result = open.consume(REQUEST);

    ConsumeResult.Unmetered unmetered =
        assertInstanceOf(ConsumeResult.Unmetered.class, result.orThrow());
    assertEquals("STORE_UNAVAILABLE", unmetered.cause().reason());
    assertEquals(1, open.unmeteredCount());
  }

  @Test
  void openDoesNotMakeUpWhatItOnlyLooksAt() {
    server.always(Fate.unavailable());

    assertThrows(TokenGuardException.class, () -> open.check(REQUEST));
    assertThrows(TokenGuardException.class, () -> open.balance(BalanceRequest.of("ann")));
    assertEquals(0, open.unmeteredCount());
  }

  @ParameterizedTest
  @EnumSource(
      value = Status.Code.class,
      mode = Mode.EXCLUDE,
      names = {"OK", "UNAVAILABLE", "DEADLINE_EXCEEDED"})
  void openIsNotForOtherFaults(Status.Code code) {
    server.always(Fate.fails(code, ""));

    assertEquals(code, assertThrows(TokenGuardException.class, () -> open.reserve(REQUEST)).code());
    assertEquals(0, open.unmeteredCount());
  }

  @Test
  void openIsNotForDenials() {
    server.denial = DenialReason.DENIAL_REASON_INSUFFICIENT_TOKENS;

    assertInstanceOf(ReserveResult.Denied.class, open.reserve(REQUEST));
    assertEquals(0, open.unmeteredCount());
  }

  @Test
  void aHoldFromBeforeTheOutageIsStillSettled() {
    Reservation reservation = open.reserve(REQUEST).orThrow();
    server.always(Fate.unavailable());
    assertInstanceOf(CommitResult.Pending.class, reservation.commit());

    server.always(Fate.ANSWERED);
    time.pass(Duration.ofSeconds(2));

    assertEquals(Reservation.State.COMMITTED, reservation.state());
    assertTrue(server.requests(ExtendRequest.class).isEmpty());
  }
}
