package dev.tokenguard.command;

import dev.tokenguard.v1.Account;
import dev.tokenguard.v1.CreateAccountRequest;
import dev.tokenguard.v1.CreateAccountResponse;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Opens an account. */
@Command(name = "create", sortOptions = false, description = "Opens an account.")
final class AccountCreate extends ChangeCommand {
  @Parameters(paramLabel = "ACCOUNT", description = "Its id.")
  private String account = "";

  @Mixin private AccountFields fields = new AccountFields();

  @Override
  int run(Session session) {
    Account.Builder wanted = Account.newBuilder().setAccountId(account);
    fields.into(wanted, terminal().zone());
    CreateAccountResponse answer =
        session
            .admin()
            .createAccount(
                CreateAccountRequest.newBuilder()
                    .setAccount(wanted)
                    .setRequestId(requestId())
                    .build());
    answer(answer, () -> AccountView.print(this, answer.getAccount()));
    return DONE;
  }
}
