package dev.tokenguard.command;

import dev.tokenguard.v1.DeleteAccountRequest;
import dev.tokenguard.v1.DeleteAccountResponse;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Deletes an account with its history. */
@Command(name = "delete", sortOptions = false, description = "Deletes an account with its history.")
final class AccountDelete extends ChangeCommand {
  @Parameters(paramLabel = "ACCOUNT", description = "Which account.")
  private String account = "";

  @Option(names = "--force", description = "Return its open reservations first.")
  private boolean force;

  @Option(names = "--allow-missing", description = "No failure if there is no such account.")
  private boolean allowMissing;

  @Option(
      names = "--version",
      paramLabel = "N",
      description = "Only if it still has this version, as 'account get' told it.")
  private long version;

  @Mixin private ConfirmOption confirm = new ConfirmOption();

  @Override
  void check() throws CommandException, IOException {
    confirm.ask(this, "delete account " + account + " with its balances and its history");
  }

  @Override
  int run(Session session) {
    DeleteAccountResponse answer =
        session
            .admin()
            .deleteAccount(
                DeleteAccountRequest.newBuilder()
                    .setAccountId(account)
                    .setForce(force)
                    .setAllowMissing(allowMissing)
                    .setVersion(version)
                    .setRequestId(requestId())
                    .build());
    answer(
        answer,
        () ->
            say(
                answer.getReplayed()
                    ? "%s was deleted before, or never there; %,d reservations were returned"
                    : "%s is deleted; %,d reservations were returned",
                account,
                answer.getRefundedReservations()));
    return DONE;
  }
}
