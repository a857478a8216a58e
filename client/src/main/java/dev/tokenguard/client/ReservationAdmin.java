package dev.tokenguard.client;

import dev.tokenguard.v1.GetReservationRequest;
import dev.tokenguard.v1.GetReservationResponse;
import dev.tokenguard.v1.ListReservationsRequest;
import dev.tokenguard.v1.RefundReservationRequest;
import dev.tokenguard.v1.RefundReservationResponse;
import dev.tokenguard.v1.TokenAdminServiceGrpc;
import java.util.concurrent.CompletableFuture;

/**
 * Reservations of an account, seen and ended by hand. Got from {@link
 * TokenAdminClient#reservations}, which says what holds for every call. Thread-safe.
 */
public final class ReservationAdmin {

  private final AdminCalls calls;

  ReservationAdmin(AdminCalls calls) {
    this.calls = calls;
  }

  /** The open reservations of an account, those that expire first first. */
  public Listing<dev.tokenguard.v1.Reservation> list(String accountId) {
    return list(ListReservationsRequest.newBuilder().setAccountId(accountId).build());
  }

  /** The open reservations of an account, or of one member; those that expire first first. */
  public Listing<dev.tokenguard.v1.Reservation> list(ListReservationsRequest request) {
    return new Listing<>(
        (pageSize, pageToken) ->
            calls.call(
                TokenAdminServiceGrpc.getListReservationsMethod(),
                request.toBuilder().setPageSize(pageSize).setPageToken(pageToken).build(),
                page -> new Page<>(page.getReservationsList(), page.getNextPageToken())),
        request.getPageSize(),
        request.getPageToken());
  }

  /**
   * A reservation: open, or how it ended if that is still remembered.
   *
   * @throws NotFoundException if there is none, or it ended too long ago
   */
  public dev.tokenguard.v1.Reservation get(String accountId, String reservationId) {
    return Futures.await(getAsync(accountId, reservationId));
  }

  /** {@link #get} without blocking. */
  public CompletableFuture<dev.tokenguard.v1.Reservation> getAsync(
      String accountId, String reservationId) {
    return calls.call(
        TokenAdminServiceGrpc.getGetReservationMethod(),
        GetReservationRequest.newBuilder()
            .setAccountId(accountId)
            .setReservationId(reservationId)
            .build(),
        GetReservationResponse::getReservation);
  }

  /**
   * Returns an open reservation by hand.
   *
   * @param reason why, for the ledger; at most 256 bytes
   * @throws NotFoundException if there is none, or it ended too long ago
   * @throws TokenGuardException with reason {@code RESERVATION_ENDED} if it ended in another way
   */
  public RefundReservationResponse refund(String accountId, String reservationId, String reason) {
    return Futures.await(refundAsync(accountId, reservationId, reason));
  }

  /** {@link #refund} without blocking. */
  public CompletableFuture<RefundReservationResponse> refundAsync(
      String accountId, String reservationId, String reason) {
    return calls.call(
        TokenAdminServiceGrpc.getRefundReservationMethod(),
        RefundReservationRequest.newBuilder()
            .setAccountId(accountId)
            .setReservationId(reservationId)
            .setReason(reason)
            .build());
  }
}
