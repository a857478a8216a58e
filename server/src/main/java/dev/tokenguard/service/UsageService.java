package dev.tokenguard.service;

import dev.tokenguard.domain.Account;
import dev.tokenguard.domain.AccountSnapshot;
import dev.tokenguard.domain.Balance;
import dev.tokenguard.domain.Catalog;
import dev.tokenguard.domain.UsageCell;
import dev.tokenguard.service.UsageTable.Dimension;
import dev.tokenguard.store.AccountStore;
import dev.tokenguard.store.HistoryStore;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/** What accounts have used; as {@link AccountService}. */
public final class UsageService {

  private final AccountStore accounts;
  private final HistoryStore history;
  private final Supplier<Catalog> catalog;
  private final Limits limits;
  private final Clock clock;

  /**
   * A service on a store.
   *
   * @param catalog the catalog in force, asked once for each request
   * @param clock tells which day it is
   */
  public UsageService(
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

  /** What was charged, summed up. */
  public CompletionStage<UsageReport> usage(HistoryRequest.Usage request) {
    return Stages.of(
        () -> {
          RequestChecks checks = new RequestChecks(catalog.get(), limits);
          ListChecks lists = new ListChecks(checks);
          checks.id("account_id", request.account()).optionalId("member_id", request.member());
          DayRange days = lists.days(request.startDate(), request.endDate());
          Set<Dimension> groupBy = groupBy(request.groupBy(), lists, checks);
          lists.name("token_type", request.tokenType()).name("feature", request.feature());
          int limit =
              lists.count(
                  "limit",
                  request.limit(),
                  AdminLimits.DEFAULT_USAGE_ROWS,
                  AdminLimits.MAX_USAGE_ROWS);
          checks.throwIfWrong();
          return today(history, clock, request.account())
              .thenCompose(
                  today -> {
                    LocalDate first = days.first(today);
                    LocalDate last = days.last(today);
                    return history
                        .usage(request.account(), first, last)
                        .thenApply(cells -> report(cells, request, groupBy, limit, first, last));
                  });
        });
  }

  /** Which day it is for an account. */
  static CompletionStage<LocalDate> today(HistoryStore history, Clock clock, String account) {
    Instant now = clock.instant();
    return history.zone(account).thenApply(zone -> LocalDate.ofInstant(now, zone));
  }

  private static Set<Dimension> groupBy(
      List<String> names, ListChecks lists, RequestChecks checks) {
    List<String> known = Arrays.stream(Dimension.values()).map(Enum::name).toList();
    EnumSet<Dimension> dimensions = EnumSet.noneOf(Dimension.class);
    for (int i = 0; i < names.size(); i++) {
      String field = "group_by[" + i + "]";
      String name = lists.oneOf(field, names.get(i), known);
      if (name != null) {
        dimensions.add(Dimension.valueOf(name));
      } else if (names.get(i).isEmpty()) {
        checks.malformed(field, "is not one of " + String.join(", ", known));
      }
    }
    return dimensions.isEmpty() ? EnumSet.of(Dimension.TOKEN_TYPE) : dimensions;
  }

  private static UsageReport report(
      List<UsageCell> cells,
      HistoryRequest.Usage request,
      Set<Dimension> groupBy,
      int limit,
      LocalDate first,
      LocalDate last) {
    UsageTable table = new UsageTable(groupBy);
    for (UsageCell cell : cells) {
      if ((request.tokenType().isEmpty() || request.tokenType().equals(cell.tokenType()))
          && (request.feature().isEmpty() || request.feature().equals(cell.feature()))
          && (request.member().isEmpty() || request.member().equals(cell.member()))) {
        table.add(cell);
      }
    }
    return new UsageReport(table.rows(limit), table.totals(), first, last, table.size() > limit);
  }

  /**
   * An account in numbers: its own, also where another account pays for it, so that they are those
   * of the account that was asked for.
   */
  public CompletionStage<Statistics> statistics(String account) {
    return Stages.of(
        () -> {
          new RequestChecks(catalog.get(), limits).id("account_id", account).throwIfWrong();
          return accounts.get(account).thenCompose(this::statistics);
        });
  }

  private CompletionStage<Statistics> statistics(Account account) {
    return today(history, clock, account.id())
        .thenCompose(
            today ->
                history
                    .usage(account.id(), today.minusDays(AdminLimits.DEFAULT_USAGE_DAYS - 1), today)
                    .thenApply(cells -> statistics(account, cells, today)));
  }

  private Statistics statistics(Account account, List<UsageCell> cells, LocalDate today) {
    SortedMap<String, Long> ofToday = new TreeMap<>();
    SortedMap<String, Long> ofMonth = new TreeMap<>();
    for (UsageCell cell : cells) {
      Sums.add(ofMonth, cell.tokenType(), cell.amount());
      if (cell.day().equals(today)) {
        Sums.add(ofToday, cell.tokenType(), cell.amount());
      }
    }
    return new Statistics(
        new AccountSnapshot(
            account.id(),
            account.fields().plan(),
            null,
            account.balances(),
            List.of(),
            account.openReservations(),
            account.revision(),
            clock.instant(),
            List.of()),
        sum(account, Balance::granted),
        sum(account, Balance::consumed),
        sum(account, Balance::held),
        sum(account, Balance::available),
        account.balances().stream()
            .map(Balance::resetAt)
            .filter(Objects::nonNull)
            .min(Instant::compareTo)
            .orElse(null),
        ofToday,
        ofMonth);
  }

  private static long sum(Account account, ToLongFunction<Balance> what) {
    return account.balances().stream().mapToLong(what).reduce(0, Sums::plus);
  }
}
