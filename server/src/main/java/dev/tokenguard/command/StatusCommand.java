package dev.tokenguard.command;

import com.google.protobuf.FieldMask;
import dev.tokenguard.v1.Account;
import dev.tokenguard.v1.AccountStatus;
import dev.tokenguard.v1.UpdateAccountRequest;
import dev.tokenguard.v1.UpdateAccountResponse;
import picocli.CommandLine.Parameters;

/** Changes whether an account may spend. */
abstract class StatusCommand extends ChangeCommand {
  @Parameters(paramLabel = "ACCOUNT", description = "Which account.")
  private String account = "";

  abstract AccountStatus status();

  @Override
  final int run(Session session) {
    UpdateAccountResponse answer =
        session
            .admin()
            .updateAccount(
                UpdateAccountRequest.newBuilder()
                    .setAccount(Account.newBuilder().setAccountId(account).setStatus(status()))
                    .setUpdateMask(FieldMask.newBuilder().addPaths("status"))
                    .setRequestId(requestId())
                    .build());
    answer(answer, () -> say("%s is %s", account, Choice.word(answer.getAccount().getStatus())));
    return DONE;
  }
}
