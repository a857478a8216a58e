package dev.tokenguard.command;

import dev.tokenguard.v1.AccountStatus;
import picocli.CommandLine.Command;

/** Lets a suspended account spend again. */
@Command(
    name = "activate",
    sortOptions = false,
    description = "Lets a suspended account spend again.")
final class AccountActivate extends StatusCommand {
  @Override
  AccountStatus status() {
    return AccountStatus.ACCOUNT_STATUS_ACTIVE;
  }
}
