package dev.tokenguard.command;

import dev.tokenguard.v1.UpdateMemberRequest;
import dev.tokenguard.v1.UpdateMemberResponse;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Sets the caps of a member, in place of those it has. */
@Command(
    name = "cap",
    sortOptions = false,
    description = "Sets the caps of a member, in place of those it has.")
final class MemberCap extends ChangeCommand {
  @Parameters(index = "0", paramLabel = "ACCOUNT", description = "Which account.")
  private String account = "";

  @Parameters(index = "1", paramLabel = "MEMBER", description = "Who.")
  private String member = "";

  @Option(
      names = "--cap",
      paramLabel = "TYPE=AMOUNT",
      split = ",",
      converter = TypeAmount.Converter.class,
      description = "The most it may use of a token type in a period; again for each.")
  private List<TypeAmount> caps = List.of();

  @Option(names = "--no-caps", description = "It may use whatever the account has.")
  private boolean noCaps;

  @Override
  void check() throws CommandException {
    if (caps.isEmpty() != noCaps) {
      throw CommandException.wrong("expected: either --cap=TYPE=AMOUNT, or --no-caps");
    }
    amounts("--cap", caps);
  }

  @Override
  int run(Session session) throws CommandException {
    UpdateMemberResponse answer =
        session
            .admin()
            .updateMember(
                UpdateMemberRequest.newBuilder()
                    .setAccountId(account)
                    .setMemberId(member)
                    .putAllCaps(amounts("--cap", caps))
                    .setRequestId(requestId())
                    .build());
    answer(answer, () -> MemberView.print(this, answer.getMember()));
    return DONE;
  }
}
