package dev.tokenguard.service;

import dev.tokenguard.domain.Catalog;
import dev.tokenguard.domain.Fault;
import dev.tokenguard.domain.FaultException;
import dev.tokenguard.store.AccountStore;
import dev.tokenguard.store.HistoryStore;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Files of transactions, usage and balances. Thread-safe. */
public final class ExportService {

  /** Exports at a time: each has a call at the store nearly always. */
  static final int MAX_OPEN = 16;

  private static final String TRANSACTIONS = "TRANSACTIONS";
  private static final String USAGE = "USAGE";
  private static final String BALANCES = "BALANCES";

  private static final String CSV = "CSV";
  private static final String JSON_LINES = "JSON_LINES";

  private final AccountStore accounts;
  private final HistoryStore history;
  private final Supplier<Catalog> catalog;
  private final Limits limits;
  private final Clock clock;
  private final AtomicInteger open = new AtomicInteger();

  /**
   * A service on a store.
   *
   * @param catalog the catalog in force, asked once for each request
   * @param clock tells which day it is
   */
  public ExportService(
      AccountStore accounts,
      HistoryStore history,
      Supplier<Catalog> catalog,
      Limits limits,
      Clock clock) {
    this.accounts = accounts;
    this.history = history;
    this.catalog = catalog;
    this.limits = limits;
    this.clock = clock;
  }

  /**
   * Begins an export, which must be closed.
   *
   * @throws FaultException if the request is malformed, or there are too many exports
   */
  public Export open(HistoryRequest.Export request) {
    RequestChecks checks = new RequestChecks(catalog.get(), limits);
    ListChecks lists = new ListChecks(checks);
    String kind = lists.oneOf("kind", request.kind(), List.of(TRANSACTIONS, USAGE, BALANCES));
    if (request.kind().isEmpty()) {
      checks.malformed("kind", "is required");
    }
    String format = lists.oneOf("format", request.format(), List.of(CSV, JSON_LINES));
    checks.optionalId("account_id", request.account());
    TransactionFilter filter = filter(request, kind, lists, checks);
    DayRange days = lists.days(request.startDate(), request.endDate());
    if (!USAGE.equals(kind)) {
      ofUsageOnly("start_date", request.startDate(), checks);
      ofUsageOnly("end_date", request.endDate(), checks);
    }
    checks.throwIfWrong();
    RowSource rows =
        switch (String.valueOf(kind)) {
          case TRANSACTIONS ->
              rows(request.account(), id -> new TransactionRows(history, id, filter));
          case USAGE -> rows(request.account(), id -> new UsageRows(history, clock, id, days));
          default -> balances(request.account(), checks.catalog());
        };
    RowWriter writer =
        JSON_LINES.equals(format) ? new JsonLines() : new Csv(columns(String.valueOf(kind)));
    enter();
    return new Export(rows, writer, open::decrementAndGet, System::nanoTime);
  }

  private static TransactionFilter filter(
      HistoryRequest.Export request,
      @Nullable String kind,
      ListChecks lists,
      RequestChecks checks) {
    HistoryRequest.Filter filter = request.filter();
    if (filter != null && !TRANSACTIONS.equals(kind)) {
      checks.malformed("filter", "is for TRANSACTIONS alone");
    }
    return lists.transactions("filter.", filter == null ? HistoryRequest.Filter.ALL : filter);
  }

  /** A range that would not be looked at would not be missed either, until the file is read. */
  private static void ofUsageOnly(String field, String date, RequestChecks checks) {
    if (!date.isEmpty()) {
      checks.malformed(field, "is for USAGE alone");
    }
  }

  private RowSource rows(String account, Rows rows) {
    return account.isEmpty()
        ? new AllAccounts(accounts, each -> rows.of(each.id()))
        : rows.of(account);
  }

  private RowSource balances(String account, Catalog names) {
    return account.isEmpty()
        ? new AllAccounts(accounts, each -> BalanceRows.of(each, names))
        : new BalanceRows(() -> accounts.get(account), names);
  }

  private static List<String> columns(String kind) {
    return switch (kind) {
      case TRANSACTIONS -> ExportRows.TRANSACTIONS;
      case USAGE -> ExportRows.USAGE;
      default -> ExportRows.BALANCES;
    };
  }

  private void enter() {
    if (open.incrementAndGet() > MAX_OPEN) {
      open.decrementAndGet();
      throw FaultException.of(
          Fault.OVERLOADED, MAX_OPEN + " exports are running, as many as this server makes");
    }
  }

  /** The rows of one account. */
  private interface Rows {
    RowSource of(String account);
  }
}
