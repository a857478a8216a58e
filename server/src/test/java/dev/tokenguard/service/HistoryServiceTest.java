package dev.tokenguard.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tokenguard.domain.Amounts;
import dev.tokenguard.domain.Fault;
import dev.tokenguard.domain.LedgerEntry;
import dev.tokenguard.domain.LedgerEntry.Kind;
import dev.tokenguard.domain.LedgerEntry.Line;
import dev.tokenguard.domain.Reservation;
import dev.tokenguard.testing.Samples;
import dev.tokenguard.testing.ScriptedAdminStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class HistoryServiceTest {

  private static final HistoryRequest.Filter ALL = HistoryRequest.Filter.ALL;

  private final ScriptedAdminStore store = new ScriptedAdminStore();
  private final HistoryService service =
      new HistoryService(store, () -> Samples.CATALOG, Limits.DEFAULT);

  @Test
  void tellsEveryTransactionOnceNewestFirst() {
    store.fillLedger("a", 25);
    List<Long> told = new ArrayList<>();
    String token = "";
    int pages = 0;
    do {
      Listed<LedgerEntry> page = page(10, token, ALL);
      page.items().forEach(entry -> told.add(entry.revision()));
      token = page.nextToken();
      pages++;
      // What comes meanwhile is newer, and moves nothing.
      store.ledgers.computeIfPresent(
          "a",
          (id, ledger) ->
              Stream.concat(
                      ledger.stream(), Stream.of(ScriptedAdminStore.commit(ledger.size(), "new")))
                  .toList());
    } while (!token.isEmpty());
    assertEquals(LongStream.range(0, 25).map(i -> 24 - i).boxed().toList(), told);
    assertEquals(3, pages);
  }

  @Test
  void aFullPageThatIsTheLastSaysSo() {
    store.fillLedger("a", 10);
    assertEquals("", page(10, "", ALL).nextToken());
    assertEquals(1, store.asked.size());
  }

  static Stream<Arguments> filters() {
    return Stream.of(
        Arguments.of(filter(List.of("COMMIT", "EXPIRE"), "", "", "", ""), List.of(4L, 1L)),
        Arguments.of(filter(List.of(""), "", "", "", ""), List.of(4L, 3L, 2L, 1L, 0L)),
        Arguments.of(filter(List.of(), "image", "", "", ""), List.of(3L, 2L)),
        Arguments.of(filter(List.of(), "", "shop", "", ""), List.of(3L)),
        Arguments.of(filter(List.of(), "", "", "m", ""), List.of(4L, 3L)),
        Arguments.of(filter(List.of(), "", "", "", "r"), List.of(4L)),
        Arguments.of(filter(List.of(), "image", "", "m", ""), List.of(3L)),
        Arguments.of(
            new HistoryRequest.Filter(
                List.of(), "", "", "", "", Samples.NOW.plusSeconds(1), Samples.NOW.plusSeconds(3)),
            List.of(2L, 1L)));
  }

  @ParameterizedTest
  @MethodSource("filters")
  void tellsOnlyWhatMeetsEveryCondition(HistoryRequest.Filter filter, List<Long> revisions) {
    List<Line> website = List.of(new Line("website", 1, 0, 0, 0, 1));
    List<Line> image = List.of(new Line("image", 1, 0, 0, 0, 1), website.get(0));
    store.accounts.put("a", ScriptedAdminStore.account("a", 5));
    store.ledgers.put(
        "a",
        List.of(
            ScriptedAdminStore.entry(0, Kind.OPEN, "", "", "", website),
            ScriptedAdminStore.entry(1, Kind.COMMIT, "site", "", "q", website),
            ScriptedAdminStore.entry(2, Kind.GRANT, "", "", "g", image),
            ScriptedAdminStore.entry(3, Kind.REFUND, "shop", "m", "p", image),
            ScriptedAdminStore.entry(4, Kind.EXPIRE, "site", "m", "r", List.of())));
    Listed<LedgerEntry> page = page(10, "", filter);
    assertEquals(revisions, page.items().stream().map(LedgerEntry::revision).toList());
    assertEquals("", page.nextToken());
  }

  /** However few pass, one page is bounded work, and the next goes on where it stopped. */
  @Test
  void looksAtABoundedNumberOfEntries() {
    store.fillLedger("a", 12_000);
    HistoryRequest.Filter rare = filter(List.of(), "", "", "", "r100");
    Listed<LedgerEntry> first = page(10, "", rare);
    assertEquals(0, first.items().size());
    assertEquals(11, store.asked.size());
    Listed<LedgerEntry> second = page(10, first.nextToken(), rare);
    assertEquals(0, second.items().size());
    Listed<LedgerEntry> third = page(10, second.nextToken(), rare);
    assertEquals(List.of(100L), third.items().stream().map(LedgerEntry::revision).toList());
    assertEquals("", third.nextToken());
  }

  @Test
  void stopsWhereEntriesAreTooOld() {
    store.fillLedger("a", 12_000);
    HistoryRequest.Filter recent =
        new HistoryRequest.Filter(
            List.of(), "", "", "x", "", Samples.NOW.plusSeconds(11_990), null);
    Listed<LedgerEntry> page = page(10, "", recent);
    assertEquals("", page.nextToken());
    assertEquals(1, store.asked.size());
  }

  @Test
  void aTokenOfAnotherListIsNone() {
    store.fillLedger("a", 30);
    store.fillLedger("b", 30);
    String token = page(10, "", ALL).nextToken();
    assertEquals(5, page(5, token, ALL).items().size(), "a page of another size is the same list");
    HistoryRequest.Filter other = filter(List.of("COMMIT"), "", "", "", "");
    assertRefused(service.transactions(new HistoryRequest.Transactions("b", 10, token, ALL)));
    assertRefused(service.transactions(new HistoryRequest.Transactions("a", 10, token, other)));
    assertRefused(service.reservations(new HistoryRequest.Reservations("a", 10, token, "")));
    assertRefused(service.transactions(new HistoryRequest.Transactions("a", 10, token + "A", ALL)));
    assertRefused(
        service.transactions(new HistoryRequest.Transactions("a", 10, token.substring(1), ALL)));
  }

  @Test
  void tellsOpenReservationsOfAMember() {
    List<Reservation> open = new ArrayList<>();
    for (int i = 0; i < 25; i++) {
      Reservation each = Samples.reservation("r" + i, "a", "create_website", Amounts.NONE);
      open.add(
          new Reservation(
              each.id(),
              "a",
              i % 10 == 0 ? "m" : "",
              each.feature(),
              each.amounts(),
              each.state(),
              each.createdAt(),
              each.expiresAt()));
    }
    store.reservations.put("a", open);
    List<String> all = new ArrayList<>();
    List<String> ofMember = new ArrayList<>();
    for (String member : List.of("", "m")) {
      String token = "";
      do {
        Listed<Reservation> page =
            service
                .reservations(new HistoryRequest.Reservations("a", 10, token, member))
                .toCompletableFuture()
                .join();
        page.items().forEach(each -> (member.isEmpty() ? all : ofMember).add(each.id()));
        token = page.nextToken();
      } while (!token.isEmpty());
    }
    assertEquals(25, all.size());
    assertEquals(List.of("r0", "r10", "r20"), ofMember);
  }

  private Listed<LedgerEntry> page(int size, String token, HistoryRequest.Filter filter) {
    return service
        .transactions(new HistoryRequest.Transactions("a", size, token, filter))
        .toCompletableFuture()
        .join();
  }

  private static HistoryRequest.Filter filter(
      List<String> kinds, String tokenType, String feature, String member, String reservation) {
    return new HistoryRequest.Filter(kinds, tokenType, feature, member, reservation, null, null);
  }

  private static void assertRefused(CompletionStage<?> stage) {
    CompletionException thrown =
        assertThrows(CompletionException.class, () -> stage.toCompletableFuture().join());
    assertEquals(Fault.INVALID_REQUEST, Faults.of(thrown).fault());
    assertEquals("page_token", Faults.of(thrown).violations().get(0).field());
  }
}
