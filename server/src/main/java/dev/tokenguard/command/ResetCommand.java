package dev.tokenguard.command;

import picocli.CommandLine.Command;

/** Commands for resets. */
@Command(
    name = "reset",
    mixinStandardHelpOptions = true,
    description = "Allowances whose period is over; they reset by themselves at their next call.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {ResetList.class, ResetRun.class})
public final class ResetCommand {}
