package dev.tokenguard.command;

import dev.tokenguard.v1.GetMemberRequest;
import dev.tokenguard.v1.GetMemberResponse;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** A member with what it has used. */
@Command(name = "get", sortOptions = false, description = "A member with what it has used.")
final class MemberGet extends AdminCommand {
  @Parameters(index = "0", paramLabel = "ACCOUNT", description = "Which account.")
  private String account = "";

  @Parameters(index = "1", paramLabel = "MEMBER", description = "Who.")
  private String member = "";

  @Override
  int run(Session session) {
    GetMemberResponse answer =
        session
            .admin()
            .getMember(
                GetMemberRequest.newBuilder().setAccountId(account).setMemberId(member).build());
    answer(answer, () -> MemberView.print(this, answer.getMember()));
    return DONE;
  }
}
