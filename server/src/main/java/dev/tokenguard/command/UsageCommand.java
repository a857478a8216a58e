package dev.tokenguard.command;

import picocli.CommandLine.Command;

/** Commands for usage. */
@Command(
    name = "usage",
    mixinStandardHelpOptions = true,
    description = "What was charged, and what work really costs.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {UsageShow.class, UsageExport.class, UsageStatistics.class, UsageEstimates.class})
public final class UsageCommand {}
