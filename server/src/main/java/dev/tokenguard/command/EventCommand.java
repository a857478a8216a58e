package dev.tokenguard.command;

import picocli.CommandLine.Command;

/** Commands for admin events. */
@Command(
    name = "events",
    mixinStandardHelpOptions = true,
    description = "Admin events: who changed what, and who tried.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = EventList.class)
public final class EventCommand {}
