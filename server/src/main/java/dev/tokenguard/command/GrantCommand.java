package dev.tokenguard.command;

import picocli.CommandLine.Command;

/** Commands for grants. */
@Command(
    name = "grant",
    mixinStandardHelpOptions = true,
    description = "Grants: tokens on top of the allowance, and corrections by hand.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      GrantCreate.class,
      GrantList.class,
      GrantRevoke.class,
      GrantAdjust.class,
      GrantImport.class
    })
public final class GrantCommand {}
