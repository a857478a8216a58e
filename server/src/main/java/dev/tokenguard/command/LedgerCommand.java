package dev.tokenguard.command;

import picocli.CommandLine.Command;

/** Commands for ledgers. */
@Command(
    name = "ledger",
    mixinStandardHelpOptions = true,
    description = "The ledger: every change to an account's tokens.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {LedgerList.class, LedgerExport.class})
public final class LedgerCommand {}
