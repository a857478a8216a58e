package dev.tokenguard.client;

import java.util.Locale;

/**
 * The reservation id belongs to work that somebody else runs or ran already, as after a double
 * click: running it again would do the work twice for one charge. A job that is meant to run again
 * under its id says so with {@link ReserveRequest#resuming}; a new try after a refund takes a new
 * id.
 */
public final class DuplicateReservationException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient Reservation reservation;

  DuplicateReservationException(Reservation reservation) {
    super(
        "reservation "
            + reservation.id()
            + " was made before and is "
            + reservation.state().name().toLowerCase(Locale.ROOT));
    this.reservation = reservation;
  }

  /** The reservation as it is now. Closing it does nothing. */
  public Reservation reservation() {
    return reservation;
  }

  /** What a web service should answer: 409. */
  public int httpStatus() {
    return 409;
  }
}
