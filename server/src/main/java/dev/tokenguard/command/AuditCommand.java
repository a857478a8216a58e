package dev.tokenguard.command;

import dev.tokenguard.v1.AuditAccountRequest;
import dev.tokenguard.v1.AuditAccountResponse;
import dev.tokenguard.v1.ListAccountsRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Adds up accounts from their ledgers and open reservations, and compares. */
@Command(
    name = "audit",
    sortOptions = false,
    description = {
      "Adds up an account, or all, from the ledger and the open reservations, and compares.",
      "",
      "Exits 1 if anything is off.",
      ""
    },
    subcommands = AuditSweep.class)
public final class AuditCommand extends AdminCommand {
  @Parameters(paramLabel = "ACCOUNT", arity = "0..1", description = "Which account.")
  private String account = "";

  @Option(names = "--all", description = "Every account, in order of id.")
  private boolean all;

  @Option(names = "--plan", paramLabel = "PLAN", description = "Of --all, only those on this plan.")
  private String plan = "";

  @Option(
      names = "--prefix",
      paramLabel = "TEXT",
      description = "Of --all, only those whose id begins so.")
  private String prefix = "";

  private long audited;
  private long off;

  @Override
  void check() throws CommandException {
    if (account.isEmpty() != all) {
      throw CommandException.wrong("expected: either an account, or --all");
    }
    if (!all && !(plan + prefix).isEmpty()) {
      throw CommandException.wrong("--plan and --prefix go with --all");
    }
  }

  @Override
  int run(Session session) throws CommandException, InterruptedException {
    if (all) {
      return all(session);
    }
    AuditAccountResponse answer = audit(session, account);
    answer(answer, () -> AuditView.print(this, account, answer));
    return answer.getBalanced() ? DONE : FAILED;
  }

  private int all(Session session) throws CommandException, InterruptedException {
    Progress progress = progress();
    ListAccountsRequest.Builder accounts =
        ListAccountsRequest.newBuilder().setPlan(plan).setIdPrefix(prefix);
    try {
      PageOptions.each(
          AccountList.fetch(session, accounts),
          each -> {
            one(session, each.getAccountId(), progress);
            progress.at(String.format(Locale.ROOT, "%,d audited, %,d off", audited, off));
          });
    } finally {
      progress.clear();
    }
    if (!json()) {
      say("%,d accounts audited, %,d off", audited, off);
    }
    return off == 0 ? DONE : FAILED;
  }

  private void one(Session session, String id, Progress progress) {
    AuditAccountResponse answer;
    try {
      answer = audit(session, id);
    } catch (StatusRuntimeException e) {
      CallFault fault = CallFault.of(e);
      if (fault.code() == Status.Code.NOT_FOUND) {
        return; // It was deleted since it was listed.
      }
      if (!fault.reason().equals("ACCOUNT_CORRUPT")) {
        throw e;
      }
      answer = AuditAccountResponse.newBuilder().addFindings(fault.message()).build();
    }
    audited++;
    if (!answer.getBalanced()) {
      off++;
    }
    if (json()) {
      out().println(AuditView.jsonLine(id, answer));
    } else if (!answer.getBalanced()) {
      progress.clear();
      AuditView.print(this, id, answer);
    }
  }

  private static AuditAccountResponse audit(Session session, String id) {
    return session.admin().auditAccount(AuditAccountRequest.newBuilder().setAccountId(id).build());
  }
}
