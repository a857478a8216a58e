package dev.tokenguard.client;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Runs work between a reserve and its settlement. */
final class Guard {

  private final Reserver reserver;

  Guard(Reserver reserver) {
    this.reserver = reserver;
  }

  <T extends @Nullable Object, E extends Exception> T run(ReserveRequest request, Work<T, E> work)
      throws E {
    SettleableReservation reservation = begin(Futures.await(reserver.reserve(request)));
    T value;
    try {
      value = work.run(reservation);
    } catch (Throwable failure) {
      CompletableFuture<@Nullable Void> released = reservation.release(reason(failure));
      if (failure instanceof Exception && !(failure instanceof InterruptedException)) {
        Futures.awaitEnd(released); // Who asks for the balance now sees it returned.
      }
      throw failure;
    }
    Futures.awaitEnd(reservation.complete());
    return value;
  }

  <T extends @Nullable Object> CompletableFuture<T> start(
      ReserveRequest request, Function<? super Reservation, ? extends CompletionStage<T>> work) {
    CompletableFuture<T> result = new CompletableFuture<>();
    CompletableFuture<ReserveResult> reserved = reserver.reserve(request);
    onCancel(result, () -> reserved.cancel(false));
    Futures.whenDone(
        reserved,
        (decision, thrown) -> {
          if (thrown != null) {
            result.completeExceptionally(thrown);
            return;
          }
          try {
            run(begin(decision), work, result);
          } catch (RuntimeException denied) {
            result.completeExceptionally(denied);
          }
        });
    return result;
  }

  private static <T extends @Nullable Object> void run(
      SettleableReservation reservation,
      Function<? super Reservation, ? extends CompletionStage<T>> work,
      CompletableFuture<T> result) {
    if (result.isCancelled()) {
      reservation.close();
      return;
    }
    CompletionStage<T> stage;
    try {
      stage = requireNonNull(work.apply(reservation), "the work gave no stage");
    } catch (Throwable failure) {
      release(reservation, failure, result);
      return;
    }
    onCancel(
        result,
        () -> {
          reservation.close(); // Also when the stage does not let itself be cancelled.
          stage.toCompletableFuture().cancel(true);
        });
    Futures.whenDone(
        stage,
        (value, failure) -> {
          if (failure != null) {
            release(reservation, failure, result);
            return;
          }
          Futures.whenDone(
              reservation.complete(),
              (none, refusal) -> {
                if (refusal != null) {
                  result.completeExceptionally(refusal);
                } else {
                  result.complete(value);
                }
              });
        });
  }

  private static SettleableReservation begin(ReserveResult decision) {
    SettleableReservation reservation = (SettleableReservation) decision.orThrow();
    reservation.keepAlive();
    return reservation;
  }

  private static void release(
      SettleableReservation reservation, Throwable failure, CompletableFuture<?> result) {
    Futures.whenDone(
        reservation.release(reason(failure)),
        (none, never) -> result.completeExceptionally(failure));
  }

  private static void onCancel(CompletableFuture<?> result, Runnable action) {
    Futures.whenDone(
        result,
        (value, thrown) -> {
          if (result.isCancelled()) {
            action.run();
          }
        });
  }

  /** The failure's type alone: its message may hold what does not belong into a ledger. */
  private static String reason(Throwable failure) {
    return failure.getClass().getName();
  }
}
