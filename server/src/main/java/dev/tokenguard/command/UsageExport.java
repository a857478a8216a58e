package dev.tokenguard.command;

import dev.tokenguard.v1.ExportKind;
import dev.tokenguard.v1.ExportRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** A row for each day, feature, token type and member, by account. */
@Command(
    name = "export",
    sortOptions = false,
    description = "A row for each day, feature, token type and member, by account.")
final class UsageExport extends ExportCommand {
  @Mixin private UsageDays days = new UsageDays();

  @Override
  void describe(ExportRequest.Builder request) {
    request.setKind(ExportKind.EXPORT_KIND_USAGE).setStartDate(days.from()).setEndDate(days.to());
  }
}
