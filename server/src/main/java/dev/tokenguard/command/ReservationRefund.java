package dev.tokenguard.command;

import dev.tokenguard.v1.RefundReservationRequest;
import dev.tokenguard.v1.RefundReservationResponse;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Returns an open reservation by hand. */
@Command(
    name = "refund",
    sortOptions = false,
    description = "Returns what an open reservation holds, as if its work had failed.")
final class ReservationRefund extends AdminCommand {
  @Parameters(index = "0", paramLabel = "ACCOUNT", description = "Which account.")
  private String account = "";

  @Parameters(index = "1", paramLabel = "RESERVATION", description = "Which reservation.")
  private String id = "";

  @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for the ledger.")
  private String reason = "";

  @Mixin private ConfirmOption confirm = new ConfirmOption();

  @Override
  void check() throws CommandException, IOException {
    confirm.ask(this, "end reservation " + id + " of " + account + " under the work that runs");
  }

  @Override
  int run(Session session) {
    RefundReservationResponse answer =
        session
            .admin()
            .refundReservation(
                RefundReservationRequest.newBuilder()
                    .setAccountId(account)
                    .setReservationId(id)
                    .setReason(reason)
                    .build());
    answer(
        answer,
        () -> {
          say(
              "%s %s, %s went back",
              answer.getReplayed() ? "was refunded before:" : "refunded",
              id,
              answer.getReturnedCount() == 0
                  ? "nothing"
                  : TypeAmount.text(answer.getReturnedMap()));
          Balances.print(this, answer.getBalancesList());
        });
    return DONE;
  }

  @Override
  String explain(CallFault fault) {
    // Its own id makes it safe to repeat.
    return fault.outcomeUnknown()
        ? super.explain(fault) + "; it may have been done: the same command again does it once"
        : super.explain(fault);
  }
}
