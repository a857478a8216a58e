package dev.tokenguard.command;

import dev.tokenguard.v1.AccountStatus;
import picocli.CommandLine.Command;

/** Lets an account spend nothing; what it holds can be settled. */
@Command(
    name = "suspend",
    sortOptions = false,
    description = "Lets an account spend nothing; what it holds can be settled.")
final class AccountSuspend extends StatusCommand {
  @Override
  AccountStatus status() {
    return AccountStatus.ACCOUNT_STATUS_SUSPENDED;
  }
}
