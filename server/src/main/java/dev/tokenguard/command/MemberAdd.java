package dev.tokenguard.command;

import dev.tokenguard.v1.AddMemberRequest;
import dev.tokenguard.v1.AddMemberResponse;
import dev.tokenguard.v1.BatchAddMembersRequest;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Adds members, or replaces the caps of those there are. */
@Command(
    name = "add",
    sortOptions = false,
    description = {
      "Adds members, or replaces the caps of those there are.",
      "",
      "A CSV file may also have the columns caps (image=10;video=2), pays_for_itself (true) and"
          + " request_id.",
      ""
    })
final class MemberAdd extends ChangeCommand {
  private static final Set<String> COLUMNS =
      Set.of("member_id", "caps", "pays_for_itself", "request_id");

  @Mixin private MemberIds members = new MemberIds();

  @Option(
      names = "--cap",
      paramLabel = "TYPE=AMOUNT",
      split = ",",
      converter = TypeAmount.Converter.class,
      description = "The most each may use of a token type in a period; again for each type.")
  private List<TypeAmount> caps = List.of();

  @Option(
      names = "--pays-for-itself",
      description =
          "The account pays only for calls that name it, not for those that name the member alone.")
  private boolean paysForItself;

  @Option(names = "--move", description = "Also if another account pays for the member now.")
  private boolean move;

  @Override
  void check() throws CommandException {
    members.check();
    amounts("--cap", caps);
  }

  @Override
  int run(Session session) throws CommandException, IOException {
    String single = members.single();
    if (single != null) {
      AddMemberResponse answer =
          session.admin().addMember(request(single).setRequestId(requestId()).build());
      answer(answer, () -> MemberView.print(this, answer.getMember()));
      return DONE;
    }
    Bulk<AddMemberRequest> bulk =
        new Bulk<>(
            this,
            requests ->
                session
                    .admin()
                    .batchAddMembers(
                        BatchAddMembersRequest.newBuilder().addAllRequests(requests).build())
                    .getResultsList());
    members.each(terminal(), COLUMNS, row -> add(bulk, row));
    return bulk.end();
  }

  private void add(Bulk<AddMemberRequest> bulk, CsvFile.Row row) throws CommandException {
    AddMemberRequest.Builder request;
    try {
      row.require(Set.of("member_id"));
      request = request(row.get("member_id"));
      if (row.has("caps")) {
        request.clearCaps().putAllCaps(row.get("caps", MemberAdd::caps));
      }
      if (row.has("pays_for_itself")) {
        request.setPaysForItself(row.get("pays_for_itself", AccountImport::yesOrNo));
      }
    } catch (CommandException | IllegalArgumentException e) {
      bulk.refuse(row.line(), members.account(), String.valueOf(e.getMessage()));
      return;
    }
    String id = row.get("request_id");
    bulk.add(
        row.line(), request.setRequestId(id.isEmpty() ? bulk.requestId(row.line()) : id).build());
  }

  private AddMemberRequest.Builder request(String member) throws CommandException {
    return AddMemberRequest.newBuilder()
        .setAccountId(members.account())
        .setMemberId(member)
        .putAllCaps(amounts("--cap", caps))
        .setPaysForItself(paysForItself)
        .setMove(move);
  }

  private static Map<String, Long> caps(String text) {
    return TypeAmount.byType(
        Stream.of(text.split(";")).map(String::strip).map(TypeAmount::parse).toList());
  }
}
