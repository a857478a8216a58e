package dev.tokenguard.command;

import picocli.CommandLine.Command;

/** Commands for members. */
@Command(
    name = "member",
    mixinStandardHelpOptions = true,
    description = "Members: who acts on behalf of an account.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      MemberAdd.class,
      MemberList.class,
      MemberGet.class,
      MemberCap.class,
      MemberRemove.class
    })
public final class MemberCommand {}
