package dev.tokenguard.store.redis;

import dev.tokenguard.domain.AccountAudit;
import dev.tokenguard.domain.Reservation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Compares what the parts of an account say of each other. Not thread-safe. */
final class AuditFindings {
  /** An account that is off everywhere need not be told in full. */
  private static final int MOST = 100;

  private final AuditData data;
  private final LedgerSums ledger;
  private final List<String> findings = new ArrayList<>();
  private final Map<String, Long> heldByType = new HashMap<>();
  private final Map<String, Long> heldByPocket = new HashMap<>();
  private long open;

  private AuditFindings(AuditData data, LedgerSums ledger) {
    this.data = data;
    this.ledger = ledger;
  }

  /** The audit of an account, of which everything has been read. */
  static AccountAudit audit(String account, AuditData data, LedgerSums ledger) {
    AuditFindings audit = new AuditFindings(data, ledger);
    audit.findings.addAll(data.account().problems());
    audit.findings.addAll(data.problems());
    audit.findings.addAll(ledger.problems());
    data.due().forEach(audit::addUp);
    audit.compareCounts();
    List<AccountAudit.TypeAudit> types =
        data.account().isReadable() ? audit.compareTypes() : List.of();
    List<String> told =
        audit.findings.size() <= MOST ? audit.findings : audit.findings.subList(0, MOST);
    return new AccountAudit(
        account, types, List.copyOf(told), ledger.entries(), audit.open, data.account().revision());
  }

  private void addUp(AuditData.Due due) {
    byte[] packed = due.packed();
    if (due.isGrant()) {
      if (packed == null) {
        findings.add("grant " + due.id().substring(1) + " is due and missing");
      }
      return;
    }
    String name = "reservation " + due.id();
    if (packed == null) {
      findings.add(name + " is due and missing");
      return;
    }
    HoldValue hold;
    try {
      hold = HoldValue.of(packed);
    } catch (RuntimeException e) { // bytes that no script wrote
      findings.add(name + " cannot be read");
      return;
    }
    if (hold.state() != Reservation.State.OPEN) {
      findings.add(name + " is due to expire and is " + hold.state());
      return;
    }
    if (hold.expires() != due.time()) {
      findings.add(name + " expires at " + hold.expires() + " and is due at " + due.time());
    }
    open++;
    for (HoldValue.Take take : hold.takes()) {
      heldByType.merge(take.type(), take.amount(), Long::sum);
      heldByPocket.merge(pocket(take.type(), take.pocket()), take.amount(), Long::sum);
    }
  }

  private static String pocket(String type, long id) {
    return type + "/" + id;
  }

  private void compareCounts() {
    AccountValue account = data.account();
    if (account.problems().isEmpty()) {
      if (account.open() != open) {
        findings.add(
            "the account counts " + account.open() + " open reservations, there are " + open);
      }
      if (!data.due().isEmpty() && data.due().get(0).time() < account.nextDue()) {
        findings.add(
            "%s is due at %d, and the account looks for nothing before %d"
                .formatted(data.due().get(0).id(), data.due().get(0).time(), account.nextDue()));
      }
    }
    long grants = data.due().stream().filter(AuditData.Due::isGrant).count();
    if (data.held() >= 0 && data.timed() >= 0 && data.held() != data.timed() - grants) {
      findings.add(
          "there are %d reservations, open or remembered, and times of %d"
              .formatted(data.held(), data.timed() - grants));
    }
  }

  private List<AccountAudit.TypeAudit> compareTypes() {
    TreeSet<String> names = new TreeSet<>(data.account().types().keySet());
    names.addAll(heldByType.keySet());
    for (String type : ledger.types()) {
      if (!ledger.of(type).equals(LedgerSums.Sum.ZERO)) {
        names.add(type);
      }
    }
    List<AccountAudit.TypeAudit> types = new ArrayList<>(names.size());
    for (String name : names) {
      AccountValue.TypeValue value = data.account().types().get(name);
      types.add(compare(name, value == null ? AccountValue.TypeValue.NONE : value));
    }
    return types;
  }

  private AccountAudit.TypeAudit compare(String name, AccountValue.TypeValue value) {
    LedgerSums.Sum sum = ledger.of(name);
    AccountAudit.TypeAudit type =
        new AccountAudit.TypeAudit(
            name,
            value.granted(),
            value.consumed(),
            value.lapsed(),
            value.held(),
            value.free(),
            sum.balance(),
            heldByType.getOrDefault(name, 0L));
    if (type.drift() != 0) {
      findings.add(
          "%s: granted %d is not free %d + held %d + consumed %d + lapsed %d: off by %d"
              .formatted(
                  name,
                  type.granted(),
                  type.free(),
                  type.held(),
                  type.consumed(),
                  type.lapsed(),
                  type.drift()));
    }
    if (type.ledgerDrift() != 0) {
      findings.add(
          "%s: free and held are %d, and the ledger adds up to %d"
              .formatted(name, type.free() + type.held(), type.ledgerBalance()));
    }
    if (type.heldDrift() != 0) {
      findings.add(
          "%s: held is %d, and open reservations hold %d"
              .formatted(name, type.held(), type.reservationsHeld()));
    }
    compare(name, "granted", value.granted(), sum.granted());
    compare(name, "consumed", value.consumed(), sum.consumed());
    compare(name, "lapsed", value.lapsed(), sum.lapsed());
    for (AccountValue.Pocket pocket : value.pockets()) {
      long held = heldByPocket.getOrDefault(pocket(name, pocket.id()), 0L);
      if (held != pocket.held()) {
        findings.add(
            "%s: held of pocket %d is %d, and open reservations hold %d of it"
                .formatted(name, pocket.id(), pocket.held(), held));
      }
    }
    return type;
  }

  private void compare(String name, String what, long balance, long ledgerSum) {
    if (balance != ledgerSum) {
      findings.add("%s: %s is %d, and %d by the ledger".formatted(name, what, balance, ledgerSum));
    }
  }
}
