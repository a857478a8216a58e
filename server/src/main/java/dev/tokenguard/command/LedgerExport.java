package dev.tokenguard.command;

import dev.tokenguard.v1.ExportKind;
import dev.tokenguard.v1.ExportRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** A row for each line of each entry, by account, oldest first. */
@Command(
    name = "export",
    sortOptions = false,
    description = "A row for each line of each entry, by account, oldest first.")
final class LedgerExport extends ExportCommand {
  @Mixin private TransactionFilterOptions filter = new TransactionFilterOptions();

  @Override
  void describe(ExportRequest.Builder request) {
    request
        .setKind(ExportKind.EXPORT_KIND_TRANSACTIONS)
        .setFilter(filter.filter(terminal().zone()));
  }
}
