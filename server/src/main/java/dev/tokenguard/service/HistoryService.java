package dev.tokenguard.service;

import dev.tokenguard.domain.Catalog;
import dev.tokenguard.domain.LedgerEntry;
import dev.tokenguard.domain.RecentDenials;
import dev.tokenguard.domain.Reservation;
import dev.tokenguard.store.HistoryStore;
import dev.tokenguard.store.Page;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** What happened to accounts, and what runs on them; as {@link AccountService}. */
public final class HistoryService {

  private final HistoryStore store;
  private final Supplier<Catalog> catalog;
  private final Limits limits;

  /**
   * A service on a store.
   *
   * @param catalog the catalog in force, asked once for each request
   */
  public HistoryService(HistoryStore store, Supplier<Catalog> catalog, Limits limits) {
    this.store = store;
    this.catalog = catalog;
    this.limits = limits;
  }

  /** The ledger, newest first; with the token of the next page. */
  public CompletionStage<Listed<LedgerEntry>> transactions(HistoryRequest.Transactions request) {
    return Stages.of(
        () -> {
          RequestChecks checks = new RequestChecks(catalog.get(), limits);
          ListChecks lists = new ListChecks(checks);
          checks.id("account_id", request.account());
          int size = lists.pageSize(request.pageSize());
          TransactionFilter filter = lists.transactions("filter.", request.filter());
          String list = filter.addTo(Fingerprint.of("transactions").text(request.account())).end();
          String position = PageToken.position(list, request.pageToken(), checks);
          checks.throwIfWrong();
          long before = position.isEmpty() ? Long.MAX_VALUE : Long.parseLong(position);
          return new LedgerPage(store, request.account(), filter, size, before)
              .read()
              .thenApply(page -> Listed.of(list, page));
        });
  }

  /** Open reservations, those that expire first first; with the token of the next page. */
  public CompletionStage<Listed<Reservation>> reservations(HistoryRequest.Reservations request) {
    return Stages.of(
        () -> {
          RequestChecks checks = new RequestChecks(catalog.get(), limits);
          checks.id("account_id", request.account()).optionalId("member_id", request.member());
          int size = new ListChecks(checks).pageSize(request.pageSize());
          String list =
              Fingerprint.of("reservations").text(request.account()).text(request.member()).end();
          String cursor = PageToken.position(list, request.pageToken(), checks);
          checks.throwIfWrong();
          return store
              .openReservations(request.account(), cursor, size)
              .thenApply(page -> Listed.of(list, of(request.member(), page)));
        });
  }

  /** A page of which the member's are few is short: it has looked at as many as a full one. */
  private static Page<Reservation> of(String member, Page<Reservation> page) {
    if (member.isEmpty()) {
      return page;
    }
    List<Reservation> some =
        page.items().stream().filter(each -> each.member().equals(member)).toList();
    return new Page<>(some, page.next());
  }

  /**
   * Why an account was denied lately.
   *
   * @param size at most so many; 0 for all that are kept
   */
  public CompletionStage<RecentDenials> denials(String account, int size) {
    return Stages.of(
        () -> {
          RequestChecks checks = new RequestChecks(catalog.get(), limits);
          checks.id("account_id", account);
          int most =
              new ListChecks(checks)
                  .count("page_size", size, AdminLimits.MAX_PAGE, AdminLimits.MAX_PAGE);
          checks.throwIfWrong();
          return store.denials(account, most);
        });
  }

  /** One reservation, open or remembered. */
  public CompletionStage<Reservation> reservation(String account, String id) {
    return Stages.of(
        () -> {
          new RequestChecks(catalog.get(), limits)
              .id("account_id", account)
              .id("reservation_id", id)
              .throwIfWrong();
          return store.reservation(account, id);
        });
  }
}
