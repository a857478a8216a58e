package dev.tokenguard.command;

import picocli.CommandLine.Command;

/** Commands for reservations. */
@Command(
    name = "reservation",
    mixinStandardHelpOptions = true,
    description = "Reservations: tokens held for work that runs.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {ReservationList.class, ReservationGet.class, ReservationRefund.class})
public final class ReservationCommand {}
