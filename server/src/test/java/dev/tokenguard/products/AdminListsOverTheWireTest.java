package dev.tokenguard.products;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Timestamp;
import dev.tokenguard.v1.Account;
import dev.tokenguard.v1.AccountStatus;
import dev.tokenguard.v1.BatchAddMembersRequest;
import dev.tokenguard.v1.ListAccountsRequest;
import dev.tokenguard.v1.ListAccountsResponse;
import dev.tokenguard.v1.ListDueAccountsRequest;
import dev.tokenguard.v1.ListMembersRequest;
import dev.tokenguard.v1.ListMembersResponse;
import dev.tokenguard.v1.ListReservationsRequest;
import dev.tokenguard.v1.ListTransactionsRequest;
import dev.tokenguard.v1.ListTransactionsResponse;
import dev.tokenguard.v1.ResetDueAccountsRequest;
import dev.tokenguard.v1.Transaction;
import dev.tokenguard.v1.TransactionFilter;
import dev.tokenguard.v1.TransactionKind;
import dev.tokenguard.wire.WireFault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Lists of operators: pages that survive what goes on meanwhile, and filters. */
class AdminListsOverTheWireTest extends AdminDesk {

  @Test
  void accountsAreToldOnceWhileOthersComeAndGo() {
    openAll("page-", 0, 40, 2);
    Set<String> gone = new HashSet<>();
    List<String> told = new ArrayList<>();
    int came = 0;
    String token = "";
    do {
      ListAccountsResponse page =
          admin()
              .listAccounts(
                  ListAccountsRequest.newBuilder()
                      .setIdPrefix("page-")
                      .setPageSize(7)
                      .setPageToken(token)
                      .build());
      page.getAccountsList().forEach(each -> told.add(each.getAccountId()));
      token = page.getNextPageToken();
      // Behind the page and before it, one comes; the very last that was told goes, and one ahead.
      open(String.format("page-%03d", 2 * came + 1));
      open(String.format("page-%03d", 79 - 2 * came));
      came++;
      for (String id : List.of(told.get(told.size() - 1), String.format("page-%03d", 60 + came))) {
        if (exists(id)) {
          delete(deletion(id));
          gone.add(id);
        }
      }
    } while (!token.isEmpty());
    assertEquals(new ArrayList<>(new TreeSet<>(told)), told, "in order, none twice");
    for (int i = 0; i < 80; i += 2) {
      String id = String.format("page-%03d", i);
      assertTrue(told.contains(id) || gone.contains(id), id);
    }
    assertTrue(told.contains("page-079") && !told.contains("page-001"));
  }

  @Test
  void transactionsAreToldOnceWhileOthersAreWritten() {
    open("ledger");
    for (int i = 0; i < 9; i++) {
      guard.consume("ledger", "generate", "r" + i);
    }
    List<Transaction> before = transactions("ledger", TransactionFilter.getDefaultInstance(), 100);
    assertEquals(10, before.size());
    List<Transaction> told = new ArrayList<>();
    ListTransactionsRequest.Builder request =
        ListTransactionsRequest.newBuilder().setAccountId("ledger").setPageSize(3);
    do {
      ListTransactionsResponse page = admin().listTransactions(request.build());
      told.addAll(page.getTransactionsList());
      request.setPageToken(page.getNextPageToken());
      admin().adjustBalance(adjustment("ledger", "tokens", 1, "a" + told.size()).build());
    } while (!request.getPageToken().isEmpty());
    assertEquals(before, told);
  }

  @Test
  void membersAreToldWhileOthersJoinAndLeave() {
    open("crowd");
    BatchAddMembersRequest.Builder all = BatchAddMembersRequest.newBuilder();
    for (int i = 0; i < 700; i++) {
      all.addRequests(addition("crowd", "c-" + i));
    }
    admin().batchAddMembers(all.build());
    assertEquals(700, get("crowd").getMemberCount());
    Set<String> told = new HashSet<>();
    ListMembersRequest.Builder request =
        ListMembersRequest.newBuilder().setAccountId("crowd").setPageSize(100);
    int pages = 0;
    do {
      ListMembersResponse page = admin().listMembers(request.build());
      page.getMembersList().forEach(each -> told.add(each.getMemberId()));
      request.setPageToken(page.getNextPageToken());
      remove("crowd", "c-" + pages, "");
      add("crowd", "n-" + pages);
      pages++;
    } while (!request.getPageToken().isEmpty());
    assertTrue(pages >= 5, pages + " pages");
    for (int i = pages; i < 700; i++) {
      assertTrue(told.contains("c-" + i), "c-" + i);
    }
  }

  @Test
  void aTokenOfAnotherListOrFilterIsRefused() {
    openAll("token-", 0, 6, 1);
    ListAccountsRequest request =
        ListAccountsRequest.newBuilder().setIdPrefix("token-").setPageSize(2).build();
    String token = admin().listAccounts(request).getNextPageToken();
    ListAccountsRequest next = request.toBuilder().setPageToken(token).build();
    assertEquals("token-002", admin().listAccounts(next).getAccounts(0).getAccountId());
    assertEquals(
        4, admin().listAccounts(next.toBuilder().setPageSize(5).build()).getAccountsCount());
    for (int i = 0; i < 3; i++) {
      guard.consume("token-000", "generate", "r" + i);
    }
    ListTransactionsRequest ledger =
        ListTransactionsRequest.newBuilder().setAccountId("token-000").setPageSize(1).build();
    String ledgerToken = admin().listTransactions(ledger).getNextPageToken();
    List<Executable> refused =
        List.of(
            () -> admin().listAccounts(next.toBuilder().setIdPrefix("toke").build()),
            () -> admin().listAccounts(next.toBuilder().setPlan("free").build()),
            () -> admin().listAccounts(next.toBuilder().setLow(true).build()),
            () -> admin().listAccounts(next.toBuilder().setPageToken("AAAA").build()),
            () -> admin().listAccounts(next.toBuilder().setPageToken(ledgerToken).build()),
            () ->
                admin()
                    .listDueAccounts(
                        ListDueAccountsRequest.newBuilder().setPageToken(token).build()),
            () ->
                admin()
                    .resetDueAccounts(
                        ResetDueAccountsRequest.newBuilder().setPageToken(token).build()),
            () ->
                admin()
                    .listTransactions(
                        ledger.toBuilder()
                            .setAccountId("token-001")
                            .setPageToken(ledgerToken)
                            .build()),
            () ->
                admin()
                    .listTransactions(
                        ledger.toBuilder()
                            .setFilter(TransactionFilter.newBuilder().setFeature("generate"))
                            .setPageToken(ledgerToken)
                            .build()),
            () ->
                admin()
                    .listMembers(
                        ListMembersRequest.newBuilder()
                            .setAccountId("token-000")
                            .setPageToken(token)
                            .build()),
            () ->
                admin()
                    .listReservations(
                        ListReservationsRequest.newBuilder()
                            .setAccountId("token-000")
                            .setPageToken(token)
                            .build()));
    for (Executable each : refused) {
      WireFault fault = WireFault.of(each);
      assertEquals("INVALID_ARGUMENT INVALID_REQUEST", fault.name());
      assertEquals(List.of("page_token"), fault.fields());
    }
    WireFault fault =
        WireFault.of(() -> admin().listAccounts(request.toBuilder().setPageSize(1001).build()));
    assertEquals(List.of("page_size"), fault.fields());
  }

  @Test
  void accountsAreFiltered() {
    open("sift-1");
    open("sift-2", "pro");
    open("sift-3", "pro");
    update(
        Account.newBuilder()
            .setAccountId("sift-3")
            .setStatus(AccountStatus.ACCOUNT_STATUS_SUSPENDED)
            .build(),
        "status");
    for (int i = 0; i < 9; i++) {
      guard.consume("sift-1", "generate", "r" + i);
    }
    // Half of the images is low here: the catalog says so.
    for (int i = 0; i < 6; i++) {
      guard.consume("sift-2", "draw", "r" + i);
    }
    add("sift-1", "sue");
    addingForItself("sift-3", "sue");
    ListAccountsRequest all = ListAccountsRequest.newBuilder().setIdPrefix("sift-").build();
    assertEquals(List.of("sift-1", "sift-2", "sift-3"), ids(all));
    assertEquals(List.of("sift-2", "sift-3"), ids(all.toBuilder().setPlan("pro").build()));
    assertEquals(List.of(), ids(all.toBuilder().setPlan("gold").build()));
    assertEquals(
        List.of("sift-3"),
        ids(all.toBuilder().setStatus(AccountStatus.ACCOUNT_STATUS_SUSPENDED).build()));
    assertEquals(
        List.of("sift-2"),
        ids(all.toBuilder().setPlan("pro").setStatus(AccountStatus.ACCOUNT_STATUS_ACTIVE).build()));
    assertEquals(List.of("sift-1", "sift-2"), ids(all.toBuilder().setLow(true).build()));
    assertEquals(List.of("sift-2"), ids(all.toBuilder().setLow(true).setPlan("pro").build()));
    ListAccountsRequest ofSue = ListAccountsRequest.newBuilder().setMemberOf("sue").build();
    assertEquals(List.of("sift-1", "sift-3"), ids(ofSue));
    assertEquals(List.of("sift-3"), ids(ofSue.toBuilder().setPlan("pro").build()));
    remove("sift-1", "sue", "");
    assertEquals(List.of("sift-3"), ids(ofSue));
    assertEquals(
        List.of("member_of"),
        WireFault.of(() -> admin().listAccounts(all.toBuilder().setMemberOf("sue").build()))
            .fields());
  }

  @Test
  void transactionsAreFiltered() {
    open("story", "pro");
    admin().createGrant(grant("story", "image", 5, "g1").build());
    Timestamp noon = in(Duration.ofHours(3));
    clock.pass(Duration.ofHours(4));
    consumeAs("story", "ann", "generate", "r1");
    consumeAs("story", "bob", "draw", "r2");
    guard.reserve("story", "generate", "r3");
    guard.refund("story", "r3");
    admin().adjustBalance(adjustment("story", "tokens", -5, "a1").build());

    assertEquals(
        List.of("ADJUST", "REFUND", "COMMIT", "COMMIT", "GRANT", "OPEN"),
        kinds("story", TransactionFilter.getDefaultInstance()));
    Map<TransactionFilter, List<String>> expected =
        Map.of(
            filter().addKinds(TransactionKind.TRANSACTION_KIND_GRANT).build(),
            List.of("GRANT"),
            filter()
                .addKinds(TransactionKind.TRANSACTION_KIND_OPEN)
                .addKinds(TransactionKind.TRANSACTION_KIND_ADJUST)
                .build(),
            List.of("ADJUST", "OPEN"),
            filter().setTokenType("image").build(),
            List.of("COMMIT", "GRANT", "OPEN"),
            filter().setFeature("generate").build(),
            List.of("REFUND", "COMMIT"),
            filter().setMemberId("bob").build(),
            List.of("COMMIT"),
            filter().setReservationId("r3").build(),
            List.of("REFUND"),
            filter().setReservationId("g1").build(),
            List.of("GRANT"),
            filter().setEndTime(noon).build(),
            List.of("GRANT", "OPEN"),
            filter().setStartTime(noon).setFeature("draw").build(),
            List.of("COMMIT"),
            filter().setMemberId("ann").setFeature("draw").build(),
            List.of());
    expected.forEach(
        (filter, kinds) -> assertEquals(kinds, kinds("story", filter), filter::toString));
  }
}
