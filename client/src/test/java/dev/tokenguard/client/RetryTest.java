package dev.tokenguard.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.rpc.BadRequest;
import dev.tokenguard.client.FakeTokenGuard.Fate;
import dev.tokenguard.v1.CheckAndReserveRequest;
import dev.tokenguard.v1.RefundRequest;
import io.grpc.Status;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/**
 * What is retried, when, and with what. The default: 3 s, 4 attempts of 1 s, 50 ms and doubling.
 */
class RetryTest extends ClientFixture {

  @Test
  void anUnavailableServerIsAskedAgainWithTheSameMessage() {
    server.next(Fate.unavailable(), Fate.unavailable());

    var result = client.reserveAsync(REQUEST);
    assertFalse(result.isDone());
    time.pass(Duration.ofSeconds(1));

    assertTrue(result.join().orThrow().metered());
    assertEquals(3, reserves().size());
    assertEquals(1, new HashSet<>(reserves()).size(), "one id, one message");
  }

  @Test
  void theWaitDoublesAndIsJittered() {
    server.always(Fate.unavailable());

    var result = client.reserveAsync(REQUEST);

    // Half of the jitter: three quarters of 50, 100 and 200 ms.
    int[] asked = {1, 1, 2, 2, 3, 3, 4};
    long[] afterMicros = {0, 37_499, 37_500, 112_499, 112_500, 262_499, 262_500};
    long passed = 0;
    for (int i = 0; i < asked.length; i++) {
      time.pass(Duration.ofNanos((afterMicros[i] - passed) * 1000));
      passed = afterMicros[i];
      assertEquals(asked[i], reserves().size(), "after " + passed + " us");
    }
    assertTrue(result.isCompletedExceptionally(), "no more than four attempts");
  }

  @Test
  void aLostAnswerIsToldAgainAndIsOurOwn() {
    server.next(Fate.ANSWER_LOST);

    var result = client.reserveAsync(REQUEST.withReservationId("click-1"));
    time.pass(Duration.ofSeconds(1));

    assertFalse(result.join().orThrow().duplicate());
    assertEquals(1, server.reservations.size());
  }

  @Test
  void anAttemptThatIsNotAnsweredIsGivenUpAfterItsOwnTime() {
    server.next(Fate.DONE_IN_SILENCE);

    var result = client.reserveAsync(REQUEST);
    time.pass(Duration.ofMillis(999));
    assertEquals(1, reserves().size());
    time.pass(Duration.ofMillis(100));

    assertTrue(result.join().orThrow().metered());
    assertEquals(2, reserves().size());
  }

  @Test
  void theDeadlineHoldsForAllAttemptsTogether() {
    server.always(Fate.SILENCE);

    var result = client.reserveAsync(REQUEST);
    time.pass(Duration.ofMillis(2999));
    assertFalse(result.isDone());
    time.pass(Duration.ofMillis(1));

    TokenGuardException fault = fault(result);
    assertEquals(Status.Code.DEADLINE_EXCEEDED, fault.code());
    assertTrue(fault.outcomeUnknown());
    assertTrue(fault.unavailable());
  }

  @Test
  void theServersWishToWaitIsHonoured() {
    server.next(
        Fate.fails(
            Status.Code.UNAVAILABLE,
            "OVERLOADED",
            FakeTokenGuard.retryAfter(Duration.ofMillis(700))));

    var result = client.reserveAsync(REQUEST);
    time.pass(Duration.ofMillis(699));
    assertEquals(1, reserves().size());
    time.pass(Duration.ofMillis(1));

    assertTrue(result.isDone());
    assertEquals(2, reserves().size());
  }

  @Test
  void aWaitThatDoesNotFitIntoTheDeadlineEndsTheCallAtOnce() {
    server.next(
        Fate.fails(
            Status.Code.UNAVAILABLE,
            "SHUTTING_DOWN",
            FakeTokenGuard.retryAfter(Duration.ofSeconds(3))));

    TokenGuardException fault = fault(client.reserveAsync(REQUEST));

    assertEquals("SHUTTING_DOWN", fault.reason());
    assertEquals(Duration.ofSeconds(3), fault.retryAfter());
    assertFalse(fault.outcomeUnknown(), "the server said that it did nothing");
  }

  @ParameterizedTest
  @EnumSource(
      value = Status.Code.class,
      mode = Mode.EXCLUDE,
      names = {"OK", "UNAVAILABLE", "DEADLINE_EXCEEDED"})
  void everyOtherStatusIsFinal(Status.Code code) {
    server.next(Fate.fails(code, "A_REASON"));

    TokenGuardException fault = fault(client.reserveAsync(REQUEST));

    assertEquals(code, fault.code());
    assertEquals("A_REASON", fault.reason());
    assertFalse(fault.unavailable());
    assertEquals(1, reserves().size());
    assertEquals(0, time.waiting());
  }

  @Test
  void badInputNamesEveryField() {
    server.next(
        Fate.fails(
            Status.Code.INVALID_ARGUMENT,
            "INVALID_REQUEST",
            BadRequest.newBuilder()
                .addFieldViolations(
                    BadRequest.FieldViolation.newBuilder()
                        .setField("ttl")
                        .setDescription("-1 s (expected: >= 1 s)"))
                .addFieldViolations(
                    BadRequest.FieldViolation.newBuilder()
                        .setField("feature")
                        .setDescription("unknown"))
                .build()));

    TokenGuardException fault = fault(client.reserveAsync(REQUEST));

    assertEquals(List.of("ttl: -1 s (expected: >= 1 s)", "feature: unknown"), fault.violations());
    assertEquals(
        "CheckAndReserve: INVALID_ARGUMENT (INVALID_REQUEST): as told"
            + " [ttl: -1 s (expected: >= 1 s), feature: unknown]",
        fault.getMessage());
  }

  @Test
  void onePolicyNeverRetries() {
    TokenGuardClient once = newClient(builder -> builder.retry(RetryPolicy.NONE));
    server.next(Fate.unavailable());

    assertEquals(Status.Code.UNAVAILABLE, fault(once.reserveAsync(REQUEST)).code());
    assertEquals(1, reserves().size());
  }

  @Test
  void whatMayBeHeldWithoutOurKnowingIsRefunded() {
    server.next(Fate.ANSWER_LOST, Fate.unavailable(), Fate.unavailable(), Fate.unavailable());

    var result = client.reserveAsync(REQUEST);
    time.pass(Duration.ofSeconds(1));

    assertTrue(result.isCompletedExceptionally());
    assertEquals(1, server.requests(RefundRequest.class).size());
    assertTrue(
        server.reservations.values().stream()
            .allMatch(held -> Protos.state(held.getState()) == Reservation.State.REFUNDED));
    assertEquals(List.of(), events.failed);
  }

  @Test
  void anIdThatWasGivenIsLeftForTheNextTry() {
    server.next(Fate.ANSWER_LOST, Fate.unavailable(), Fate.unavailable(), Fate.unavailable());
    ReserveRequest request = REQUEST.withReservationId("job-1").resuming();

    var result = client.reserveAsync(request);
    time.pass(Duration.ofSeconds(1));
    assertTrue(result.isCompletedExceptionally());

    assertEquals(List.of(), server.requests(RefundRequest.class));
    assertEquals("job-1", client.reserve(request).orThrow().id());
  }

  @Test
  void whenTheServerDidNothingThereIsNothingToRefund() {
    server.always(Fate.fails(Status.Code.UNAVAILABLE, "OVERLOADED"));

    var result = client.reserveAsync(REQUEST);
    time.pass(Duration.ofMinutes(1));

    assertFalse(fault(result).outcomeUnknown());
    assertEquals(List.of(), server.requests(RefundRequest.class));
  }

  @Test
  void closingTheClientEndsCallsThatWaitForARetry() {
    server.always(Fate.unavailable());
    var result = client.reserveAsync(REQUEST);

    client.close();

    assertEquals(Status.Code.UNAVAILABLE, fault(result).code());
  }

  private List<CheckAndReserveRequest> reserves() {
    return server.requests(CheckAndReserveRequest.class);
  }

  static TokenGuardException fault(CompletableFuture<?> result) {
    assertTrue(result.isCompletedExceptionally(), "failed");
    return assertInstanceOf(
        TokenGuardException.class, result.handle((value, thrown) -> thrown).join());
  }
}
