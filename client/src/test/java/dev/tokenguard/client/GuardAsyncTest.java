package dev.tokenguard.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.client.FakeTokenGuard.Fate;
import dev.tokenguard.v1.CommitRequest;
import dev.tokenguard.v1.DenialReason;
import dev.tokenguard.v1.RefundRequest;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Work that is a stage, between a reserve and its settlement. */
class GuardAsyncTest extends ClientFixture {

  private final CompletableFuture<String> work = new CompletableFuture<>();

  @Test
  void commitsWhenTheWorkCompletes() {
    CompletableFuture<String> result =
        client.guardAsync(REQUEST, reservation -> work.thenApply(made -> used(reservation, made)));
    assertFalse(result.isDone());

    work.complete("a cat");

    assertEquals("a cat", result.join());
    assertEquals(Map.of("image", 2L), commits().get(0).getActual().getAmountsMap());
    assertEquals(0, time.waiting(), "no heartbeat is left");
  }

  @Test
  void refundsWhenTheWorkFails() {
    CompletableFuture<String> result = client.guardAsync(REQUEST, reservation -> work);
    IllegalStateException failure = new IllegalStateException();

    work.completeExceptionally(failure);

    assertSame(failure, thrown(result));
    assertEquals(1, refunds().size());
    assertEquals(0, time.waiting(), "no heartbeat is left");
  }

  @Test
  void refundsWhenTheWorkDoesNotEvenStart() {
    IllegalStateException failure = new IllegalStateException();

    CompletableFuture<String> result =
        client.guardAsync(
            REQUEST,
            reservation -> {
              throw failure;
            });

    assertSame(failure, thrown(result));
    assertEquals(1, refunds().size());
  }

  @Test
  void canceledBeforeTheDecisionNothingRunsAndNothingStaysHeld() {
    server.next(Fate.unavailable());
    CompletableFuture<String> result =
        client.guardAsync(
            REQUEST,
            reservation -> {
              throw new AssertionError("ran");
            });

    result.cancel(true);
    time.pass(Duration.ofSeconds(1));

    assertEquals(1, refunds().size());
  }

  @Test
  void canceledWhileTheWorkRunsCancelsItAndRefunds() {
    CompletableFuture<String> result = client.guardAsync(REQUEST, reservation -> work);

    result.cancel(true);

    assertTrue(work.isCancelled());
    assertEquals(1, refunds().size());
    assertEquals(List.of(), commits());
    assertEquals(0, time.waiting(), "no heartbeat is left");
  }

  @Test
  void canceledWorkThatGoesOnAllTheSameIsNotCharged() {
    CompletableFuture<String> result =
        client.guardAsync(REQUEST, reservation -> work.minimalCompletionStage());

    result.cancel(true);
    work.complete("too late");

    assertEquals(1, refunds().size());
    assertEquals(List.of(), commits());
  }

  @Test
  void canceledAfterTheCommitBeganStaysCommitted() {
    CompletableFuture<String> result = client.guardAsync(REQUEST, reservation -> work);
    server.next(Fate.unavailable());
    work.complete("a cat");
    assertFalse(result.isDone());

    result.cancel(true);
    time.pass(Duration.ofSeconds(1));

    assertEquals(2, commits().size());
    assertEquals(List.of(), refunds());
  }

  @Test
  void doesNotRunWorkThatIsDenied() {
    server.denial = DenialReason.DENIAL_REASON_NOT_A_MEMBER;

    CompletableFuture<String> result = client.guardAsync(REQUEST, reservation -> work);

    assertEquals(403, assertInstanceOf(DeniedException.class, thrown(result)).httpStatus());
  }

  @Test
  void failsWithARefusedCommitAndRefunds() {
    CompletableFuture<String> result = client.guardAsync(REQUEST, reservation -> work);
    server.next(Fate.fails(Status.Code.OUT_OF_RANGE, "AMOUNT_OUT_OF_RANGE"));

    work.complete("a cat");

    assertEquals(
        "AMOUNT_OUT_OF_RANGE",
        assertInstanceOf(TokenGuardException.class, thrown(result)).reason());
    assertEquals(1, refunds().size());
  }

  @Test
  void runsManyWithoutAThreadOfTheirOwn() {
    List<CompletionStage<String>> results =
        java.util.stream.IntStream.range(0, 1000)
            .<CompletionStage<String>>mapToObj(i -> client.guardAsync(REQUEST, reservation -> work))
            .toList();
    int before = Thread.activeCount();

    work.complete("a cat");

    assertTrue(results.stream().allMatch(one -> one.toCompletableFuture().isDone()));
    assertEquals(1000, commits().size());
    assertTrue(Thread.activeCount() <= before);
  }

  private static String used(Reservation reservation, String made) {
    reservation.used("image", 2);
    return made;
  }

  private static @Nullable Throwable thrown(CompletableFuture<?> result) {
    assertTrue(result.isCompletedExceptionally(), "failed");
    Throwable thrown = result.handle((value, failure) -> failure).join();
    return thrown instanceof CompletionException ? thrown.getCause() : thrown;
  }

  private List<CommitRequest> commits() {
    return server.requests(CommitRequest.class);
  }

  private List<RefundRequest> refunds() {
    return server.requests(RefundRequest.class);
  }
}
