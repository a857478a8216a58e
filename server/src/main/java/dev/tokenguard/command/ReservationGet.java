package dev.tokenguard.command;

import dev.tokenguard.v1.GetReservationRequest;
import dev.tokenguard.v1.GetReservationResponse;
import dev.tokenguard.v1.Reservation;
import dev.tokenguard.v1.ReservationState;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** One reservation: open, or how it ended. */
@Command(name = "get", sortOptions = false, description = "One reservation: open, or how it ended.")
final class ReservationGet extends AdminCommand {
  @Parameters(index = "0", paramLabel = "ACCOUNT", description = "Which account.")
  private String account = "";

  @Parameters(index = "1", paramLabel = "RESERVATION", description = "Which reservation.")
  private String id = "";

  @Override
  int run(Session session) {
    GetReservationResponse answer =
        session
            .admin()
            .getReservation(
                GetReservationRequest.newBuilder()
                    .setAccountId(account)
                    .setReservationId(id)
                    .build());
    answer(answer, () -> tell(answer.getReservation()));
    return DONE;
  }

  private void tell(Reservation reservation) {
    boolean open = reservation.getState() == ReservationState.RESERVATION_STATE_OPEN;
    say("reservation  %s", reservation.getReservationId());
    say("account      %s", reservation.getAccountId());
    if (!reservation.getMemberId().isEmpty()) {
      say("member       %s", reservation.getMemberId());
    }
    say("feature      %s", reservation.getFeature());
    say("state        %s", Choice.word(reservation.getState()));
    say("%s        %s", open ? "holds" : "held ", TypeAmount.text(reservation.getAmountsMap()));
    say("made         %s", time(reservation.hasCreateTime(), reservation.getCreateTime()));
    say("expires      %s", time(reservation.hasExpireTime(), reservation.getExpireTime()));
  }
}
