package dev.tokenguard.command;

import dev.tokenguard.v1.Member;
import dev.tokenguard.v1.MemberBalance;

/** Prints a member for people. */
final class MemberView {
  private MemberView() {}

  static void print(AdminCommand command, Member member) {
    command.say(
        "%s of %s%s",
        member.getMemberId(),
        member.getAccountId(),
        member.getAdded() ? "" : ", counted but not added");
    Table table = new Table(command.out(), "token type", ">cap", ">consumed", ">held");
    for (MemberBalance each : member.getBalancesList()) {
      table.row(
          each.getTokenType(),
          each.hasCap() ? each.getCap() : "none",
          each.getConsumed(),
          each.getHeld());
    }
    table.print();
  }
}
