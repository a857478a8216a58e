package dev.tokenguard.client;

import dev.tokenguard.v1.CheckAndReserveResponse;
import dev.tokenguard.v1.RefundRequest;
import dev.tokenguard.v1.TokenGuardServiceGrpc;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/** Asks for decisions, and decides itself when TokenGuard cannot be reached. Thread-safe. */
final class Reserver {

  private final Wiring wiring;
  private final FailurePolicy failurePolicy;
  private final Ulids ulids;
  private final AtomicLong unmetered = new AtomicLong();

  Reserver(Wiring wiring, FailurePolicy failurePolicy, Ulids ulids) {
    this.wiring = wiring;
    this.failurePolicy = failurePolicy;
    this.ulids = ulids;
  }

  /** How much work ran unmetered. */
  long unmeteredCount() {
    return unmetered.get();
  }

  /** Reserves. If the result is cancelled before it is known, what comes to be held is refunded. */
  CompletableFuture<ReserveResult> reserve(ReserveRequest asked) {
    ReserveRequest request = withId(asked);
    boolean ownId = asked.reservationId() == null;
    CompletableFuture<ReserveResult> decision =
        wiring
            .caller()
            .call(
                TokenGuardServiceGrpc.getCheckAndReserveMethod(),
                Protos.reserve(request, id(request), locale(request)))
            .handle(
                (answer, thrown) ->
                    thrown == null
                        ? decided(request, ownId, answer)
                        : undecided(request, ownId, Futures.fault(thrown)));
    CompletableFuture<ReserveResult> result = new CompletableFuture<>();
    Futures.forward(decision, result);
    Futures.whenDone(
        decision,
        (late, thrown) -> {
          if (result.isCancelled() && late instanceof ReserveResult.Reserved reserved) {
            reserved.reservation().close();
          }
        });
    return result;
  }

  CompletableFuture<ConsumeResult> consume(ReserveRequest asked) {
    ReserveRequest request = withId(asked);
    CompletableFuture<ConsumeResult> decision =
        wiring
            .caller()
            .call(
                TokenGuardServiceGrpc.getConsumeMethod(),
                Protos.consume(request, id(request), locale(request)))
            .handle(
                (answer, thrown) -> {
                  if (thrown == null) {
                    return Protos.consumed(answer.message());
                  }
                  TokenGuardException exception = Futures.fault(thrown);
                  failUnlessOpen(request, exception);
                  return new ConsumeResult.Unmetered(exception);
                });
    CompletableFuture<ConsumeResult> result = new CompletableFuture<>();
    Futures.forward(decision, result);
    return result;
  }

  CompletableFuture<CheckResult> check(ReserveRequest request) {
    return Futures.map(
        wiring
            .caller()
            .call(TokenGuardServiceGrpc.getCheckMethod(), Protos.check(request, locale(request))),
        answer -> Protos.checked(answer.message()));
  }

  private ReserveResult decided(
      ReserveRequest request, boolean ownId, Caller.Answer<CheckAndReserveResponse> answer) {
    CheckAndReserveResponse message = answer.message();
    if (message.hasDenial()) {
      return new ReserveResult.Denied(
          Protos.denial(message.getDenial()), message.getBalancesList(), message.getRevision());
    }
    dev.tokenguard.v1.Reservation known = message.getReservation();
    Hold hold =
        new Hold(
            wiring.timing(),
            HoldTime.of(request.ttl(), known, message.getReplayed()),
            known,
            message.getRevision());
    // A replay of an id that was made here, or of an earlier attempt, is our own.
    boolean duplicate =
        Protos.state(known.getState()) != Reservation.State.OPEN
            || (message.getReplayed() && answer.attempts() == 1 && !ownId && !request.resume());
    return new ReserveResult.Reserved(
        new MeteredReservation(wiring, hold, duplicate),
        message.getBalancesList(),
        message.getRevision(),
        message.getReplicationPending());
  }

  private ReserveResult undecided(
      ReserveRequest request, boolean ownId, TokenGuardException exception) {
    if (exception.outcomeUnknown() && ownId) {
      abandon(request);
    }
    failUnlessOpen(request, exception);
    return new ReserveResult.Reserved(
        new UnmeteredReservation(request, id(request)), List.of(), 0, false);
  }

  /**
   * Refunds what may have been held without our knowing, or the account would miss it until it
   * expires. Only for an id that was made here: with one that was given, the caller may try again.
   */
  private void abandon(ReserveRequest request) {
    if (wiring.settler().pending() >= Settler.MAX_IN_BACKGROUND / 2) {
      return; // What is known to be held goes first.
    }
    Duration ttl = request.ttl();
    long lives = Durations.toNanos(ttl == null ? HoldTime.UNKNOWN.longest() : ttl);
    var unused =
        wiring
            .settler()
            .deliver(
                null,
                TokenGuardServiceGrpc.getRefundMethod(),
                RefundRequest.newBuilder()
                    .setAccountId(request.accountId())
                    .setReservationId(id(request))
                    .setReason("the answer to its reserve was lost")
                    .build(),
                wiring.timing().nanoTime() + lives,
                refusal -> null);
  }

  private void failUnlessOpen(ReserveRequest request, TokenGuardException exception) {
    if (failurePolicy == FailurePolicy.CLOSED || !exception.unavailable()) {
      throw exception;
    }
    unmetered.incrementAndGet();
    wiring.listener().unmetered(request, exception);
  }

  private ReserveRequest withId(ReserveRequest asked) {
    return asked.reservationId() == null ? asked.withReservationId(ulids.next()) : asked;
  }

  private static String id(ReserveRequest request) {
    return Protos.orEmpty(request.reservationId());
  }

  private String locale(ReserveRequest request) {
    String locale = request.locale();
    return locale == null ? wiring.locale() : locale;
  }
}
