package dev.tokenguard.command;

import picocli.CommandLine.Command;

/** Commands for accounts. */
@Command(
    name = "account",
    mixinStandardHelpOptions = true,
    description = "Accounts: who owns balances.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      AccountCreate.class,
      AccountGet.class,
      AccountList.class,
      AccountUpdate.class,
      AccountDelete.class,
      AccountSuspend.class,
      AccountActivate.class,
      AccountImport.class,
      AccountExport.class
    })
public final class AccountCommand {}
