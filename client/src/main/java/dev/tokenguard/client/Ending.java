package dev.tokenguard.client;

import dev.tokenguard.v1.CommitResponse;
import dev.tokenguard.v1.RefundRequest;
import dev.tokenguard.v1.RefundResponse;
import dev.tokenguard.v1.ReservationState;
import dev.tokenguard.v1.TokenGuardServiceGrpc;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * How one reservation ends. Thread-safe.
 *
 * <p>The first settlement takes the only place, {@link #first}; the same one again gets its result,
 * another one fails. It gives the place back if the server refuses it and the hold is as it was.
 * The lock guards the fields, and nothing foreign is called under it.
 */
final class Ending {

  /** Bytes that the contract allows a refund's reason. */
  private static final int MAX_REASON_BYTES = 256;

  private final Settler settler;
  private final Hold hold;
  private final Runnable onReopened;
  private final Object lock = new Object();
  private @Nullable Settling<?> first;
  private boolean closed;

  private record Settling<R>(
      Settlement settlement, CompletableFuture<R> result, Class<R> resultType) {}

  /**
   * The end of a reservation that is open.
   *
   * @param onReopened runs when a settlement was refused and the reservation goes on
   */
  Ending(Settler settler, Hold hold, Runnable onReopened) {
    this.settler = settler;
    this.hold = hold;
    this.onReopened = onReopened;
  }

  /** Whether a settlement is under way or over. */
  boolean settled() {
    synchronized (lock) {
      return first != null;
    }
  }

  /**
   * Commits.
   *
   * @param actual exactly these amounts; null: what was used, else what was held
   */
  CompletableFuture<CommitResult> commit(@Nullable Map<String, Long> actual, Usage usage) {
    Settlement settlement =
        settlement(Settlement.Verb.COMMIT, actual == null ? usage.used() : actual);
    Settling<CommitResult> mine =
        new Settling<>(settlement, new CompletableFuture<>(), CommitResult.class);
    CompletableFuture<CommitResult> earlier = take(mine, actual == null);
    if (earlier != null) {
      return earlier;
    }
    Settler.Delivery<?, CommitResponse> delivery =
        settler.deliver(
            settlement,
            TokenGuardServiceGrpc.getCommitMethod(),
            Protos.commit(settlement, usage.notes()),
            hold.untilNanos(),
            refusal -> null);
    CompletableFuture<CommitResult.Committed> outcome =
        Futures.map(
            delivery.outcome(),
            answer -> {
              hold.learn(answer.getReservation(), answer.getRevision());
              return Protos.committed(answer);
            });
    CommitResult pending = new CommitResult.Pending(outcome.minimalCompletionStage());
    return conclude(mine, delivery, outcome, pending);
  }

  /** Refunds. */
  CompletableFuture<RefundResult> refund(String reason) {
    Settlement settlement = settlement(Settlement.Verb.REFUND, null);
    Settling<RefundResult> mine =
        new Settling<>(settlement, new CompletableFuture<>(), RefundResult.class);
    CompletableFuture<RefundResult> earlier = take(mine, true);
    if (earlier != null) {
      return earlier;
    }
    RefundRequest request =
        RefundRequest.newBuilder()
            .setAccountId(hold.accountId())
            .setReservationId(hold.id())
            .setReason(Protos.cut(reason, MAX_REASON_BYTES))
            .build();
    Settler.Delivery<?, RefundResponse> delivery =
        settler.deliver(
            settlement,
            TokenGuardServiceGrpc.getRefundMethod(),
            request,
            hold.untilNanos(),
            refusal -> refusal.holdExpired() ? returnedByExpiry() : null);
    CompletableFuture<RefundResult.Refunded> outcome =
        Futures.map(
            delivery.outcome(),
            answer -> {
              hold.learn(answer.getReservation(), answer.getRevision());
              return Protos.refunded(answer);
            });
    RefundResult pending = new RefundResult.Pending(outcome.minimalCompletionStage());
    return conclude(mine, delivery, outcome, pending);
  }

  /**
   * Refunds unless it was settled; completes once the refund was answered or goes on in the
   * background, and never fails.
   */
  CompletableFuture<@Nullable Void> release(String reason) {
    return settled()
        ? CompletableFuture.completedFuture(null)
        : refund(reason).handle((answer, thrown) -> null);
  }

  /**
   * Says that nobody will settle any more: what is open then, or opens again, is to be refunded.
   */
  void close() {
    synchronized (lock) {
      closed = true;
    }
  }

  boolean closed() {
    synchronized (lock) {
      return closed;
    }
  }

  private Settlement settlement(Settlement.Verb verb, @Nullable Map<String, Long> actual) {
    return new Settlement(verb, hold.accountId(), hold.id(), hold.known().getFeature(), actual);
  }

  /** An expired hold was returned already: what a refund of it comes to. */
  private RefundResponse returnedByExpiry() {
    dev.tokenguard.v1.Reservation known = hold.known();
    return RefundResponse.newBuilder()
        .setReservation(
            known.toBuilder().setState(ReservationState.RESERVATION_STATE_EXPIRED).build())
        .putAllReturned(known.getAmountsMap())
        .build();
  }

  /**
   * Takes the only place; null if it was free.
   *
   * @param anyAmounts whether an earlier settlement of the same kind is the same, whatever its
   *     amounts
   * @return the result of the same settlement that came earlier, or the failure if another one did
   */
  private <R> @Nullable CompletableFuture<R> take(Settling<R> mine, boolean anyAmounts) {
    Settling<?> earlier;
    synchronized (lock) {
      earlier = first;
      if (earlier == null) {
        first = mine;
        return null;
      }
    }
    if (earlier.resultType() == mine.resultType()
        && (anyAmounts
            || Objects.equals(earlier.settlement().actual(), mine.settlement().actual()))) {
      @SuppressWarnings("unchecked") // Its type was just compared.
      CompletableFuture<R> result = (CompletableFuture<R>) earlier.result();
      return result;
    }
    return CompletableFuture.failedFuture(
        new IllegalStateException(
            "reservation " + hold.id() + " is settled already: " + earlier.settlement()));
  }

  /** Completes the result when the first call is over, with the outcome or as pending. */
  private <R, D extends R> CompletableFuture<R> conclude(
      Settling<R> mine, Settler.Delivery<?, ?> delivery, CompletableFuture<D> outcome, R pending) {
    // In this order: who learns of a refusal finds the reservation open again.
    Futures.whenDone(
        outcome,
        (answer, thrown) -> {
          if (thrown != null && Futures.fault(thrown).fault().holdStillOpen()) {
            reopen(mine.settlement().verb());
          }
        });
    Futures.whenDone(
        delivery.firstCall(),
        (over, never) -> {
          if (Boolean.TRUE.equals(over)) {
            Futures.forward(outcome, mine.result());
          } else {
            mine.result().complete(pending);
          }
        });
    return mine.result();
  }

  private void reopen(Settlement.Verb refused) {
    boolean refund;
    synchronized (lock) {
      first = null;
      refund = closed && refused == Settlement.Verb.COMMIT;
    }
    if (refund) { // Nobody is left who would settle it otherwise.
      var unused = release("commit refused");
    } else {
      onReopened.run();
    }
  }
}
