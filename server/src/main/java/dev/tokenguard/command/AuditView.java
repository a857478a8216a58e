package dev.tokenguard.command;

import dev.tokenguard.v1.AuditAccountResponse;
import dev.tokenguard.v1.TypeAudit;

/** Prints an audit. */
final class AuditView {
  private AuditView() {}

  static void print(AdminCommand command, String account, AuditAccountResponse audit) {
    command.say(
        "%s is %s: %,d ledger entries and %,d open reservations, at revision %d",
        account,
        audit.getBalanced() ? "balanced" : "OFF",
        audit.getLedgerEntries(),
        audit.getOpenReservations(),
        audit.getRevision());
    Table table =
        new Table(
            command.out(),
            "token type",
            ">granted",
            ">free",
            ">held",
            ">consumed",
            ">lapsed",
            ">drift",
            ">ledger",
            ">drift",
            ">reserved",
            ">drift");
    for (TypeAudit each : audit.getTypesList()) {
      table.row(
          each.getTokenType(),
          each.getGranted(),
          each.getFree(),
          each.getHeld(),
          each.getConsumed(),
          each.getLapsed(),
          each.getDrift(),
          each.getLedgerBalance(),
          each.getLedgerDrift(),
          each.getReservationsHeld(),
          each.getHeldDrift());
    }
    table.print();
    audit.getFindingsList().forEach(finding -> command.say("  %s", finding));
  }

  /** An audit does not say whose it is; of many, each line has to. */
  static String jsonLine(String account, AuditAccountResponse audit) {
    // An id has no character that JSON would want escaped.
    return "{\"accountId\":\"" + account + "\"," + Json.line(audit).substring(1);
  }
}
