package dev.tokenguard.command;

import dev.tokenguard.v1.BatchRemoveMembersRequest;
import dev.tokenguard.v1.RemoveMemberRequest;
import dev.tokenguard.v1.RemoveMemberResponse;
import java.io.IOException;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Removes members: they pay for themselves from their next call on. */
@Command(
    name = "remove",
    sortOptions = false,
    description = "Removes members: they pay for themselves from their next call on.")
final class MemberRemove extends ChangeCommand {
  private static final Set<String> COLUMNS = Set.of("member_id", "request_id");

  @Mixin private MemberIds members = new MemberIds();

  @Mixin private ConfirmOption confirm = new ConfirmOption();

  @Override
  void check() throws CommandException, IOException {
    members.check();
    if (members.single() == null) {
      confirm.ask(this, "remove " + members.describe() + " from " + members.account());
    }
  }

  @Override
  int run(Session session) throws CommandException, IOException {
    String single = members.single();
    if (single != null) {
      RemoveMemberResponse answer =
          session.admin().removeMember(request(single).setRequestId(requestId()).build());
      answer(
          answer,
          () ->
              say(
                  answer.getReplayed()
                      ? "%s was no member of %s any more"
                      : "%s is removed from %s",
                  single,
                  members.account()));
      return DONE;
    }
    Bulk<RemoveMemberRequest> bulk =
        new Bulk<>(
            this,
            requests ->
                session
                    .admin()
                    .batchRemoveMembers(
                        BatchRemoveMembersRequest.newBuilder().addAllRequests(requests).build())
                    .getResultsList());
    members.each(
        terminal(),
        COLUMNS,
        row -> {
          String id = row.get("request_id");
          bulk.add(
              row.line(),
              request(row.get("member_id"))
                  .setRequestId(id.isEmpty() ? bulk.requestId(row.line()) : id)
                  .build());
        });
    return bulk.end();
  }

  private RemoveMemberRequest.Builder request(String member) {
    return RemoveMemberRequest.newBuilder().setAccountId(members.account()).setMemberId(member);
  }
}
