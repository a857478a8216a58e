package dev.tokenguard.command;

import dev.tokenguard.v1.RevokeGrantRequest;
import dev.tokenguard.v1.RevokeGrantResponse;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Takes back what is left of a grant. */
@Command(name = "revoke", sortOptions = false, description = "Takes back what is left of a grant.")
final class GrantRevoke extends ChangeCommand {
  @Parameters(index = "0", paramLabel = "ACCOUNT", description = "Whose.")
  private String account = "";

  @Parameters(index = "1", paramLabel = "GRANT", description = "Which grant.")
  private String grant = "";

  @Option(names = "--note", paramLabel = "TEXT", description = "Why, for people.")
  private String note = "";

  @Mixin private ActorOption actor = new ActorOption();

  @Mixin private ConfirmOption confirm = new ConfirmOption();

  @Override
  void check() throws CommandException, IOException {
    confirm.ask(this, "take back what is left of grant " + grant + " from " + account);
  }

  @Override
  int run(Session session) {
    RevokeGrantResponse answer =
        session
            .admin()
            .revokeGrant(
                RevokeGrantRequest.newBuilder()
                    .setAccountId(account)
                    .setGrantId(grant)
                    .setNote(note)
                    .setActor(actor.or(terminal()))
                    .setRequestId(requestId())
                    .build());
    answer(
        answer,
        () -> {
          say(
              "%s %s=%d of grant %s",
              answer.getReplayed() ? "revoked before:" : "revoked",
              answer.getBalance().getTokenType(),
              answer.getRevoked(),
              grant);
          Balances.print(this, List.of(answer.getBalance()));
        });
    return DONE;
  }
}
