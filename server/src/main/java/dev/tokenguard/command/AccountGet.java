package dev.tokenguard.command;

import dev.tokenguard.v1.GetAccountRequest;
import dev.tokenguard.v1.GetAccountResponse;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** An account with its balances. */
@Command(name = "get", sortOptions = false, description = "An account with its balances.")
final class AccountGet extends AdminCommand {
  @Parameters(paramLabel = "ACCOUNT", description = "Which account.")
  private String account = "";

  @Override
  int run(Session session) {
    GetAccountResponse answer =
        session.admin().getAccount(GetAccountRequest.newBuilder().setAccountId(account).build());
    answer(answer, () -> AccountView.print(this, answer.getAccount()));
    return DONE;
  }
}
