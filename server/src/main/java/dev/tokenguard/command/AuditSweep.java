package dev.tokenguard.command;

import dev.tokenguard.v1.GetSweepRequest;
import dev.tokenguard.v1.GetSweepResponse;
import java.util.Locale;
import picocli.CommandLine.Command;

/** How the background walk over all accounts is doing; exits 1 if one is off. */
@Command(
    name = "sweep",
    sortOptions = false,
    description = "How the background walk over all accounts is doing; exits 1 if one is off.")
final class AuditSweep extends AdminCommand {
  @Override
  int run(Session session) {
    GetSweepResponse answer = session.admin().getSweep(GetSweepRequest.getDefaultInstance());
    answer(answer, () -> tell(answer));
    return answer.getDrifted() == 0 ? DONE : FAILED;
  }

  private void tell(GetSweepResponse sweep) {
    say("server     %s", sweep.getHolder().isEmpty() ? "none yet" : sweep.getHolder());
    say(
        "last walk  %s",
        sweep.hasLastWalkTime()
            ? time(true, sweep.getLastWalkTime())
                + String.format(Locale.ROOT, ", took %.1f s", sweep.getLastWalkSeconds())
            : "none yet");
    say("accounts   %,d seen, %,d touched", sweep.getAccounts(), sweep.getTouched());
    say("off        %,d", sweep.getDrifted());
    sweep.getDriftedAccountIdsList().forEach(id -> say("           %s", id));
  }
}
