package dev.tokenguard.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.client.FakeTokenGuard.Fate;
import dev.tokenguard.v1.Account;
import dev.tokenguard.v1.ListAccountsRequest;
import dev.tokenguard.v1.ListAccountsResponse;
import dev.tokenguard.v1.ListTransactionsRequest;
import dev.tokenguard.v1.TransactionKind;
import io.grpc.Status;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Lists that are read page by page. */
class ListingTest extends ClientFixture {

  /** Four pages, of which the second is empty. */
  private static final List<List<String>> PAGES =
      List.of(List.of("a", "b"), List.of(), List.of("c"), List.of("d"));

  @BeforeEach
  void fill() {
    adminServer.answer(
        ListAccountsRequest.class,
        request -> {
          String token = request.getPageToken();
          int page = token.isEmpty() ? 0 : Integer.parseInt(token);
          ListAccountsResponse.Builder answer = ListAccountsResponse.newBuilder();
          PAGES.get(page).forEach(id -> answer.addAccounts(Account.newBuilder().setAccountId(id)));
          return answer
              .setNextPageToken(page + 1 < PAGES.size() ? String.valueOf(page + 1) : "")
              .build();
        });
  }

  @Test
  void everyItemIsToldInOrderAndAnEmptyPageIsNoEnd() {
    List<String> ids = new ArrayList<>();
    for (Account account : admin.accounts().list()) {
      ids.add(account.getAccountId());
    }

    assertEquals(List.of("a", "b", "c", "d"), ids);
    assertEquals(List.of("", "1", "2", "3"), tokens());
  }

  @Test
  void aPageIsAskedForWhenItsFirstItemIs() {
    Iterator<Account> accounts = admin.accounts().list().iterator();
    assertEquals(0, tokens().size());

    assertEquals("a", accounts.next().getAccountId());
    assertEquals("b", accounts.next().getAccountId());
    assertEquals(1, tokens().size());

    assertEquals("c", accounts.next().getAccountId());
    assertEquals(3, tokens().size());
  }

  @Test
  void aStreamThatIsCutShortAsksForNoMore() {
    assertEquals(
        List.of("a"),
        admin.accounts().list().stream().limit(1).map(Account::getAccountId).toList());

    assertEquals(List.of(""), tokens());
  }

  @Test
  void theEndIsAnEnd() {
    Iterator<Account> accounts = admin.accounts().list().iterator();
    accounts.forEachRemaining(account -> {});

    assertThrows(NoSuchElementException.class, accounts::next);
    assertEquals(4, tokens().size());
  }

  @Test
  void onePageIsHadByItsToken() {
    ListAccountsRequest pro = ListAccountsRequest.newBuilder().setPlan("pro").build();

    Page<Account> page =
        admin.accounts().list(pro).withPageSize(50).startingAt("2").pageAsync().join();

    assertEquals("c", page.items().get(0).getAccountId());
    assertEquals("3", page.nextPageToken());
    assertFalse(page.last());
    assertEquals(
        List.of(pro.toBuilder().setPageSize(50).setPageToken("2").build()), adminServer.requests);
    assertTrue(admin.accounts().list().startingAt("3").page().last());
  }

  @Test
  void aListThatFailedGoesOnFromItsLastPage() {
    Listing<Account> list = admin.accounts().list();
    Iterator<Page<Account>> pages = list.pages().iterator();
    Page<Account> first = pages.next();
    adminServer.next(Fate.fails(Status.Code.INTERNAL, "INTERNAL"));
    assertThrows(TokenGuardException.class, pages::next);

    assertEquals(
        List.of("c", "d"),
        list.startingAt(first.nextPageToken()).stream().map(Account::getAccountId).toList());
    assertEquals(List.of(), pages.next().items(), "and the same iterator may go on");
  }

  @Test
  void aListThatDoesNotMoveOnEnds() {
    adminServer.answer(
        ListAccountsRequest.class,
        request -> ListAccountsResponse.newBuilder().setNextPageToken("again").build());

    Iterator<Account> accounts = admin.accounts().list().iterator();

    assertEquals(
        Status.Code.INTERNAL, assertThrows(TokenGuardException.class, accounts::hasNext).code());
    assertEquals(2, tokens().size());
  }

  @Test
  void aQueryBecomesAFilter() {
    TransactionQuery query =
        TransactionQuery.of("ann")
            .withKinds(List.of(TransactionKind.TRANSACTION_KIND_COMMIT))
            .withTokenType("image")
            .withFeature("paint")
            .withMember("bob")
            .withReservation("r-1")
            .from(Instant.ofEpochSecond(5, 6))
            .before(Instant.ofEpochSecond(7));

    assertEquals(0, admin.history().transactions(query).stream().count());

    ListTransactionsRequest asked = adminServer.requests(ListTransactionsRequest.class).get(0);
    assertEquals("ann", asked.getAccountId());
    assertEquals(query.filter(), asked.getFilter());
    assertEquals(7, asked.getFilter().getAllFields().size());
    assertEquals(6, asked.getFilter().getStartTime().getNanos());
    assertEquals(7, asked.getFilter().getEndTime().getSeconds());
  }

  private List<String> tokens() {
    return adminServer.requests(ListAccountsRequest.class).stream()
        .map(ListAccountsRequest::getPageToken)
        .toList();
  }
}
