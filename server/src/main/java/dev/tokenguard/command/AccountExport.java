package dev.tokenguard.command;

import dev.tokenguard.v1.ExportKind;
import dev.tokenguard.v1.ExportRequest;
import picocli.CommandLine.Command;

/** Every balance, a row each. */
@Command(name = "export", sortOptions = false, description = "Every balance, a row each.")
final class AccountExport extends ExportCommand {
  @Override
  void describe(ExportRequest.Builder request) {
    request.setKind(ExportKind.EXPORT_KIND_BALANCES);
  }
}
