package dev.tokenguard.products;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.util.Timestamps;
import dev.tokenguard.v1.Account;
import dev.tokenguard.v1.AccountStatus;
import dev.tokenguard.v1.ActivityResolution;
import dev.tokenguard.v1.AddMemberRequest;
import dev.tokenguard.v1.AdjustBalanceRequest;
import dev.tokenguard.v1.AuditAccountResponse;
import dev.tokenguard.v1.BatchAddMembersRequest;
import dev.tokenguard.v1.BatchCreateAccountsRequest;
import dev.tokenguard.v1.BatchCreateGrantsRequest;
import dev.tokenguard.v1.BatchRemoveMembersRequest;
import dev.tokenguard.v1.BatchResult;
import dev.tokenguard.v1.CatalogFeature;
import dev.tokenguard.v1.CatalogPlan;
import dev.tokenguard.v1.CatalogTokenType;
import dev.tokenguard.v1.CreateAccountRequest;
import dev.tokenguard.v1.CreateGrantRequest;
import dev.tokenguard.v1.DeleteAccountRequest;
import dev.tokenguard.v1.DeleteAccountResponse;
import dev.tokenguard.v1.DenialReason;
import dev.tokenguard.v1.DueAccount;
import dev.tokenguard.v1.Estimate;
import dev.tokenguard.v1.ExportFormat;
import dev.tokenguard.v1.ExportKind;
import dev.tokenguard.v1.ExportRequest;
import dev.tokenguard.v1.ExportResponse;
import dev.tokenguard.v1.GetActivityRequest;
import dev.tokenguard.v1.GetCallerRequest;
import dev.tokenguard.v1.GetCatalogRequest;
import dev.tokenguard.v1.GetCatalogResponse;
import dev.tokenguard.v1.GetEstimatesRequest;
import dev.tokenguard.v1.GetSettingsRequest;
import dev.tokenguard.v1.GetSettingsResponse;
import dev.tokenguard.v1.GetStatisticsRequest;
import dev.tokenguard.v1.GetSweepResponse;
import dev.tokenguard.v1.GetUsageRequest;
import dev.tokenguard.v1.GetUsageResponse;
import dev.tokenguard.v1.Grant;
import dev.tokenguard.v1.GrantState;
import dev.tokenguard.v1.ListAccountsRequest;
import dev.tokenguard.v1.ListAdminEventsRequest;
import dev.tokenguard.v1.ListDenialsRequest;
import dev.tokenguard.v1.ListDueAccountsRequest;
import dev.tokenguard.v1.ListDueAccountsResponse;
import dev.tokenguard.v1.ListReservationsRequest;
import dev.tokenguard.v1.ListReservationsResponse;
import dev.tokenguard.v1.ListTransactionsRequest;
import dev.tokenguard.v1.LogLevel;
import dev.tokenguard.v1.LogLevelChange;
import dev.tokenguard.v1.RefundReservationResponse;
import dev.tokenguard.v1.Reservation;
import dev.tokenguard.v1.ReservationState;
import dev.tokenguard.v1.ResetDueAccountsRequest;
import dev.tokenguard.v1.ResetDueAccountsResponse;
import dev.tokenguard.v1.SetLogLevelRequest;
import dev.tokenguard.v1.Setting;
import dev.tokenguard.v1.SettingSource;
import dev.tokenguard.v1.TokenAdminServiceGrpc;
import dev.tokenguard.v1.Transaction;
import dev.tokenguard.v1.TransactionKind;
import dev.tokenguard.v1.UsageDimension;
import dev.tokenguard.v1.UsageRow;
import dev.tokenguard.wire.Await;
import dev.tokenguard.wire.Books;
import dev.tokenguard.wire.Caller;
import dev.tokenguard.wire.WireFault;
import dev.tokenguard.wire.WireServer;
import io.grpc.Context;
import io.grpc.MethodDescriptor;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/**
 * The contract of {@code TokenAdminService} on a real server: what no product's day plays. The last
 * test holds that every RPC was called.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AdminOverTheWireTest extends AdminDesk {

  // Bulk forms.

  @Test
  void aBulkOfAccountsAnswersEachItemForItself() {
    open("bulk-there");
    BatchCreateAccountsRequest request =
        BatchCreateAccountsRequest.newBuilder()
            .addRequests(creation("bulk-1").setRequestId("b1"))
            .addRequests(creation("bulk-there").setRequestId("b2"))
            .addRequests(creation("bulk {2}"))
            .addRequests(
                CreateAccountRequest.newBuilder()
                    .setAccount(Account.newBuilder().setAccountId("bulk-3").setPlan("gold")))
            .addRequests(creation("bulk-4").setRequestId("b4"))
            .build();
    List<BatchResult> results = admin().batchCreateAccounts(request).getResultsList();
    assertEquals(
        List.of(
            "bulk-1 done",
            "bulk-there 6 ACCOUNT_EXISTS",
            "bulk {2} 3 INVALID_REQUEST",
            "bulk-3 3 INVALID_REQUEST",
            "bulk-4 done"),
        inShort(results));
    assertTrue(results.get(2).getError().getMessage().contains("requests[2].account.account_id"));
    assertTrue(results.get(3).getError().getMessage().contains("gold"));
    assertEquals("free", get("bulk-4").getPlan());
    assertEquals(
        List.of("bulk-1 replayed", "bulk-4 replayed"),
        inShort(admin().batchCreateAccounts(request).getResultsList()).stream()
            .filter(each -> each.endsWith("replayed"))
            .toList());
  }

  @Test
  void aBulkOfGrantsAnswersEachItemForItself() {
    open("gifts-1");
    BatchCreateGrantsRequest request =
        BatchCreateGrantsRequest.newBuilder()
            .addRequests(grant("gifts-1", "tokens", 5, "g1"))
            .addRequests(grant("gifts-1", "gold", 5, "g2"))
            .addRequests(grant("gifts-1", "tokens", 0, "g3"))
            .addRequests(grant("gifts-1", "tokens", 5, "g4").setReason("two words"))
            .addRequests(grant("gifts-2", "tokens", 7, "g1"))
            .addRequests(grant("gifts-1", "tokens", 6, "g1"))
            .addRequests(grant("gifts-1", "tokens", Long.MAX_VALUE, "g6"))
            .addRequests(grant("gifts-1", "tokens", 5, ""))
            .build();
    List<String> expected =
        List.of(
            "gifts-1 done",
            "gifts-1 3 INVALID_REQUEST",
            "gifts-1 3 INVALID_REQUEST",
            "gifts-1 3 INVALID_REQUEST",
            "gifts-2 done",
            "gifts-1 6 IDEMPOTENCY_MISMATCH",
            "gifts-1 11 AMOUNT_OUT_OF_RANGE",
            "gifts-1 3 INVALID_REQUEST");
    // Items run side by side: of two with one id, either is the first.
    List<String> results =
        new ArrayList<>(inShort(admin().batchCreateGrants(request).getResultsList()));
    if (results.get(5).equals("gifts-1 done")) {
      results.set(0, "gifts-1 done");
      results.set(5, "gifts-1 6 IDEMPOTENCY_MISMATCH");
    }
    assertEquals(expected, results);
    assertEquals(107, guard.balance("gifts-2").getBalances(0).getAvailable());
    inShort(admin().batchCreateGrants(request).getResultsList());
    assertEquals(107, guard.balance("gifts-2").getBalances(0).getAvailable());
    assertEquals(1, grants("gifts-1").size());
  }

  @Test
  void aBulkOfMembersAnswersEachItemForItself() {
    open("club-1");
    open("club-2");
    add("club-2", "taken");
    BatchAddMembersRequest request =
        BatchAddMembersRequest.newBuilder()
            .addRequests(addition("club-1", "zoe").putCaps("tokens", 30))
            .addRequests(addition("club-0", "yan"))
            .addRequests(addition("club-1", "taken"))
            .addRequests(addition("club-1", "xia").putCaps("gold", 1))
            .addRequests(addition("club-1", ""))
            .addRequests(addition("club-1", "club-1"))
            .addRequests(addition("club-2", "wim"))
            .build();
    List<BatchResult> results = admin().batchAddMembers(request).getResultsList();
    assertEquals(
        List.of(
            "club-1 zoe done",
            "club-0 yan 5 ACCOUNT_NOT_FOUND",
            "club-1 taken 9 MEMBER_HAS_PAYER",
            "club-1 xia 3 INVALID_REQUEST",
            "club-1 3 INVALID_REQUEST",
            "club-1 club-1 3 INVALID_REQUEST",
            "club-2 wim done"),
        inShort(results));
    assertEquals(Map.of("tokens", 30L), member("club-1", "zoe").getCapsMap());
    assertEquals(
        List.of(member("club-1", "zoe")),
        admin().listMembers(membersOf("club-1")).getMembersList());

    BatchRemoveMembersRequest removal =
        BatchRemoveMembersRequest.newBuilder()
            .addRequests(removal("club-1", "zoe").setRequestId("out-1"))
            .addRequests(removal("club-1", "taken"))
            .addRequests(removal("club-0", "yan"))
            .addRequests(removal("club-2", "wim"))
            .build();
    assertEquals(
        List.of(
            "club-1 zoe done",
            "club-1 taken 5 MEMBER_NOT_FOUND",
            "club-0 yan 5 ACCOUNT_NOT_FOUND",
            "club-2 wim done"),
        inShort(admin().batchRemoveMembers(removal).getResultsList()));
    assertEquals(
        List.of(
            "club-1 zoe replayed",
            "club-1 taken 5 MEMBER_NOT_FOUND",
            "club-0 yan 5 ACCOUNT_NOT_FOUND",
            "club-2 wim 5 MEMBER_NOT_FOUND"),
        inShort(admin().batchRemoveMembers(removal).getResultsList()));
  }

  @Test
  void whoIsThereJustSoIsReplayed() {
    open("club-3");
    BatchAddMembersRequest request =
        BatchAddMembersRequest.newBuilder()
            .addRequests(addition("club-3", "una").putCaps("tokens", 30))
            .build();
    admin().batchAddMembers(request);
    assertEquals(
        List.of("club-3 una replayed"), inShort(admin().batchAddMembers(request).getResultsList()));
    AddMemberRequest other = addition("club-3", "una").putCaps("tokens", 40).build();
    assertFalse(admin().addMember(other).getReplayed());
  }

  @Test
  void aBulkHasOneToAThousandItems() {
    CreateAccountRequest one = creation("many").build();
    for (int items : new int[] {0, 1001}) {
      WireFault fault =
          WireFault.of(
              () ->
                  admin()
                      .batchCreateAccounts(
                          BatchCreateAccountsRequest.newBuilder()
                              .addAllRequests(java.util.Collections.nCopies(items, one))
                              .build()));
      assertEquals("INVALID_ARGUMENT INVALID_REQUEST", fault.name());
      assertEquals(List.of("requests"), fault.fields());
    }
  }

  // Updates.

  @Test
  void anUpdateChangesWhatItsMaskNamesAndNothingElse() {
    Account before =
        admin()
            .createAccount(
                CreateAccountRequest.newBuilder()
                    .setAccount(
                        Account.newBuilder()
                            .setAccountId("masked")
                            .setPlan("pro")
                            .setDisplayName("Masked")
                            .setDescription("Of no use")
                            .setTimeZone("Europe/Paris")
                            .setLocale("th")
                            .setExpireTime(Timestamps.parseUnchecked("2027-01-01T00:00:00Z")))
                    .build())
            .getAccount();
    Account asked =
        Account.newBuilder()
            .setAccountId("masked")
            .setDisplayName("Renamed")
            .setPlan("free")
            .setStatus(AccountStatus.ACCOUNT_STATUS_SUSPENDED)
            .build();
    Account after = update(asked, "display_name", "description", "expire_time");
    assertEquals(
        before.toBuilder()
            .setDisplayName("Renamed")
            .clearDescription()
            .clearExpireTime()
            .setVersion(after.getVersion())
            .setRevision(after.getRevision())
            .build(),
        after);
    assertTrue(after.getVersion() > before.getVersion());
    assertEquals(after, get("masked"));
  }

  @Test
  void aMaskMustNameFieldsThatMayChange() {
    open("unmasked");
    Account asked = Account.newBuilder().setAccountId("unmasked").setDisplayName("X").build();
    for (List<String> mask :
        List.of(List.<String>of(), List.of("colour"), List.of("create_time"), List.of("version"))) {
      WireFault fault = WireFault.of(() -> update(asked, mask.toArray(String[]::new)));
      assertEquals("INVALID_ARGUMENT INVALID_REQUEST", fault.name(), mask::toString);
      assertEquals(List.of("update_mask"), fault.fields(), mask::toString);
    }
    assertEquals("", get("unmasked").getDisplayName());
  }

  @Test
  void ofTwoOperatorsWhoReadTheSameVersionOneIsAborted() {
    Account read = open("edited");
    Account first = update(read.toBuilder().setDisplayName("Mine").build(), "display_name");
    WireFault fault =
        WireFault.of(
            () -> update(read.toBuilder().setDisplayName("Yours").build(), "display_name"));
    assertEquals("ABORTED STALE_VERSION", fault.name());
    assertEquals(
        "ABORTED STALE_VERSION",
        WireFault.of(() -> delete(deletion("edited").setVersion(read.getVersion()))).name());
    assertEquals(first, get("edited"));
    update(first.toBuilder().setDisplayName("Yours").build(), "display_name");
    update(Account.newBuilder().setAccountId("edited").setLocale("th").build(), "locale");
    assertEquals("Yours", get("edited").getDisplayName());
  }

  @Test
  void whatCallersDoChangesTheRevisionAndNotTheVersion() {
    Account before = open("busy");
    guard.consume("busy", "generate", "r1");
    Account after = get("busy");
    assertEquals(before.getVersion(), after.getVersion());
    assertTrue(after.getRevision() > before.getRevision());
    guard.consume("opened-by-use", "chat", "r1");
    assertEquals(1, get("opened-by-use").getVersion());
  }

  // Request ids.

  /**
   * A change in two versions.
   *
   * @param name of its RPC
   * @param done carries it out on an account, with an id; tells whether it was replayed
   * @param other the same RPC with the same id and another request
   */
  private record Change(
      String name,
      BiFunction<String, String, Boolean> done,
      BiFunction<String, String, Boolean> other) {}

  private List<Change> changes() {
    return List.of(
        new Change(
            "UpdateAccount",
            (account, id) -> rename(account, "One", id),
            (account, id) -> rename(account, "Two", id)),
        new Change(
            "AddMember",
            (account, id) -> addOnce(account, 10, id),
            (account, id) -> addOnce(account, 20, id)),
        new Change(
            "UpdateMember",
            (account, id) -> cap(account, 30, id),
            (account, id) -> cap(account, 40, id)),
        new Change(
            "RemoveMember",
            (account, id) -> remove(account, "there-" + account, id),
            (account, id) -> remove(account, "kept-" + account, id)),
        new Change(
            "CreateGrant",
            (account, id) ->
                admin().createGrant(grant(account, "tokens", 5, id).build()).getReplayed(),
            (account, id) ->
                admin().createGrant(grant(account, "tokens", 6, id).build()).getReplayed()),
        new Change(
            "RevokeGrant",
            (account, id) -> revoke(account, "given", id),
            (account, id) -> revoke(account, "kept", id)),
        new Change(
            "AdjustBalance",
            (account, id) ->
                admin().adjustBalance(adjustment(account, "tokens", -1, id).build()).getReplayed(),
            (account, id) ->
                admin()
                    .adjustBalance(adjustment(account, "tokens", -2, id).build())
                    .getReplayed()));
  }

  @TestFactory
  Stream<DynamicTest> everyChangeIsCarriedOutOnceForItsRequestId() {
    return changes().stream()
        .map(
            change ->
                DynamicTest.dynamicTest(
                    change.name(),
                    () -> {
                      String account = furnished("once-" + change.name());
                      assertFalse(change.done().apply(account, "q1"));
                      Account after = get(account);
                      assertTrue(change.done().apply(account, "q1"), "replayed");
                      assertEquals(after, get(account), "a replay changes nothing");
                      assertEquals(
                          "ALREADY_EXISTS IDEMPOTENCY_MISMATCH",
                          WireFault.of(() -> change.other().apply(account, "q1")).name());
                      assertEquals(after, get(account), "a mismatch changes nothing");
                      assertFalse(change.other().apply(account, "q2"), "a new id is a new change");
                      assertNotEquals(after.getRevision(), get(account).getRevision());
                    }));
  }

  @Test
  void anAccountIsCreatedOnceForItsRequestId() {
    CreateAccountRequest request = creation("born").setRequestId("q1").build();
    Account born = admin().createAccount(request).getAccount();
    assertTrue(admin().createAccount(request).getReplayed());
    assertEquals(born, get("born"));
    CreateAccountRequest.Builder other = request.toBuilder();
    other.getAccountBuilder().setPlan("pro");
    assertEquals(
        "ALREADY_EXISTS IDEMPOTENCY_MISMATCH",
        WireFault.of(() -> admin().createAccount(other.build())).name());
    assertEquals(
        "ALREADY_EXISTS ACCOUNT_EXISTS",
        WireFault.of(() -> admin().createAccount(creation("born").build())).name());
    assertEquals(
        "ALREADY_EXISTS ACCOUNT_EXISTS",
        WireFault.of(() -> admin().createAccount(request.toBuilder().setRequestId("q2").build()))
            .name());
  }

  @Test
  void anAccountIsDeletedOnceForItsRequestId() {
    open("gone");
    guard.reserve("gone", "generate", "r1");
    DeleteAccountRequest.Builder request = deletion("gone").setForce(true).setRequestId("q1");
    assertEquals(1, delete(request).getRefundedReservations());
    assertTrue(delete(request).getReplayed());
    guard.consume("gone", "generate", "r2");
    assertTrue(delete(request).getReplayed(), "not the account that was opened since");
    assertEquals(10, guard.balance("gone").getBalances(0).getConsumed());
  }

  @Test
  void aDeletionIsAnsweredAgainAsItWas() {
    open("told-again");
    guard.reserve("told-again", "generate", "r1");
    DeleteAccountRequest.Builder request = deletion("told-again").setForce(true).setRequestId("q1");
    delete(request);
    assertEquals(1, delete(request).getRefundedReservations());
    assertEquals(
        "ALREADY_EXISTS IDEMPOTENCY_MISMATCH",
        WireFault.of(() -> delete(deletion("told-again").setRequestId("q1"))).name());
  }

  @Test
  void anIdOfOneChangeIsNotThatOfAnother() {
    String account = furnished("crossed");
    rename(account, "One", "q1");
    for (Change change : changes().subList(1, changes().size())) {
      assertEquals(
          "ALREADY_EXISTS IDEMPOTENCY_MISMATCH",
          WireFault.of(() -> change.done().apply(account, "q1")).name(),
          change::name);
    }
    // Another account's ids are its own, and so are those of reservations.
    assertFalse(rename(open("crossed-too").getAccountId(), "One", "q1"));
    assertFalse(guard.reserve(account, "generate", "q1").getReplayed());
  }

  @Test
  void withoutARequestIdAChangeIsCarriedOutEachTime() {
    open("each-time");
    assertFalse(rename("each-time", "One", ""));
    assertFalse(rename("each-time", "One", ""));
    assertTrue(get("each-time").getVersion() >= 3);
  }

  @Test
  void aRequestIsRememberedForDays() {
    open("remembered");
    CreateGrantRequest request = grant("remembered", "image", 5, "pay-1").build();
    admin().createGrant(request);
    clock.pass(Duration.ofDays(6));
    assertTrue(admin().createGrant(request).getReplayed());
    assertEquals(5, tokens("remembered", "image").getAvailable());
  }

  @Test
  void aGrantIsReplayedEvenAfterItHasExpired() {
    open("late-webhook");
    CreateGrantRequest request =
        grant("late-webhook", "image", 5, "pay-1").setExpireTime(in(Duration.ofHours(1))).build();
    admin().createGrant(request);
    clock.pass(Duration.ofHours(2));
    assertTrue(admin().createGrant(request).getReplayed());
  }

  @Test
  void aGrantThatHasEndedIsNotMade() {
    open("too-late");
    WireFault fault =
        WireFault.of(
            () ->
                admin()
                    .createGrant(
                        grant("too-late", "image", 5, "pay-1")
                            .setExpireTime(in(Duration.ofHours(-1)))
                            .build()));
    assertEquals("INVALID_ARGUMENT INVALID_REQUEST", fault.name());
    assertEquals(List.of("expire_time"), fault.fields());
    assertEquals(List.of("OPEN"), kinds("too-late", filter().build()));
  }

  @Test
  void aMemberThatWasRemovedDoesNotComeBackByAReplay() {
    open("left");
    AddMemberRequest request = addition("left", "lea").setRequestId("q1").build();
    admin().addMember(request);
    remove("left", "lea", "q2");
    try {
      admin().addMember(request);
    } catch (io.grpc.StatusRuntimeException e) {
      assertEquals("NOT_FOUND MEMBER_NOT_FOUND", WireFault.of(e).name());
    }
    assertEquals(0, get("left").getMemberCount());
    guard.consume("lea", "generate", "r1");
    assertEquals(0, tokens("left", "tokens").getConsumed());
    assertEquals(10, tokens("lea", "tokens").getConsumed());
  }

  // Adjustments and grants.

  @Test
  void lessIsTakenOnlyAsFarAsThereIs() {
    open("cut");
    assertEquals(40, adjust("cut", -60, false, "a1").getAvailable());
    WireFault fault = WireFault.of(() -> adjust("cut", -41, false, "a2"));
    assertEquals("FAILED_PRECONDITION INSUFFICIENT_TOKENS", fault.name());
    assertEquals("40", fault.metadata().get("available"));
    assertEquals(40, tokens("cut", "tokens").getAvailable());
    assertEquals(0, adjust("cut", -40, false, "a2").getAvailable());
    assertBalanced("cut");
  }

  @Test
  void debtIsOnlyMadeIfAllowedAndIsCoveredFirst() {
    open("owing");
    assertEquals(
        "granted -20, consumed 0, held 0, available 0, debt 20",
        Books.shortly(adjust("owing", -120, true, "a1")));
    assertEquals(
        DenialReason.DENIAL_REASON_INSUFFICIENT_TOKENS,
        guard.reserve("owing", "generate", "r1").getDenial().getReason());
    assertEquals(10, adjust("owing", 10, false, "a2").getDebt());
    assertEquals(10, adjust("owing", 20, false, "a3").getAvailable());
    assertTrue(guard.reserve("owing", "generate", "r1").hasReservation());
    assertBalanced("owing");
    Transaction last = transactions("owing", filter().build(), 1).get(0);
    assertEquals(TransactionKind.TRANSACTION_KIND_ADJUST, last.getKind());
    assertEquals("correction", last.getReason());
    assertEquals(Map.of("actor", "op", "note", "by hand"), last.getMetadataMap());
    assertEquals(20, last.getLines(0).getAmount());
  }

  @Test
  void anAdjustmentOfATypeWithoutAllowanceIsAGrant() {
    open("extra");
    AdjustBalanceRequest request = adjustment("extra", "image", 3, "a1").build();
    assertEquals(3, admin().adjustBalance(request).getBalance().getAvailable());
    assertEquals(1, grants("extra").size());
    assertFalse(grants("extra").get(0).hasExpireTime());
    for (String wrong : List.of("amount", "reason", "request_id", "token_type")) {
      AdjustBalanceRequest cleared =
          request.toBuilder()
              .clearField(AdjustBalanceRequest.getDescriptor().findFieldByName(wrong))
              .build();
      assertEquals(List.of(wrong), WireFault.of(() -> admin().adjustBalance(cleared)).fields());
    }
  }

  @Test
  void aScheduledGrantCountsFromItsStart() {
    open("planned");
    Grant made =
        admin()
            .createGrant(
                grant("planned", "image", 5, "g1")
                    .setStartTime(in(Duration.ofDays(2)))
                    .setExpireTime(in(Duration.ofDays(4)))
                    .build())
            .getGrant();
    assertEquals(GrantState.GRANT_STATE_SCHEDULED, made.getState());
    assertTrue(guard.reserve("planned", "draw", "r1").hasDenial());
    clock.pass(Duration.ofDays(2).plusMinutes(1));
    assertTrue(guard.reserve("planned", "draw", "r1").hasReservation());
    Grant now = grants("planned").get(0);
    assertEquals(GrantState.GRANT_STATE_ACTIVE, now.getState());
    assertEquals(4, now.getRemaining());
    assertEquals(1, now.getHeld());
    assertBalanced("planned");
  }

  @Test
  void whatIsLeftOfAnExpiringGrantLapses() {
    open("fading");
    admin()
        .createGrant(
            grant("fading", "image", 5, "g1").setExpireTime(in(Duration.ofHours(1))).build());
    guard.consume("fading", "draw", "r1");
    clock.pass(Duration.ofHours(1));
    assertTrue(guard.consume("fading", "draw", "r2").hasDenial());
    assertEquals(List.of(), grants("fading"));
    assertEquals(4, tokens("fading", "image").getLifetime().getLapsed());
    Transaction last = transactions("fading", filter().build(), 1).get(0);
    assertEquals(TransactionKind.TRANSACTION_KIND_EXPIRE, last.getKind());
    assertEquals(4, last.getLines(0).getLapsed());
    assertBalanced("fading");
  }

  @Test
  void grantsBurnInTheOrderInWhichTheyAreListed() {
    open("burning");
    admin().createGrant(grant("burning", "image", 1, "last").build());
    admin()
        .createGrant(
            grant("burning", "image", 1, "second").setExpireTime(in(Duration.ofDays(9))).build());
    admin().createGrant(grant("burning", "image", 1, "first").setPriority(-5).build());
    List<String> order = List.of("first", "second", "last");
    for (int i = 0; i <= 3; i++) {
      assertEquals(order.subList(i, 3), grants("burning").stream().map(Grant::getGrantId).toList());
      guard.consume("burning", "draw", "r" + i);
    }
  }

  @Test
  void aGrantIsRevokedWhileItIsHeld() {
    open("taken-back");
    admin().createGrant(grant("taken-back", "image", 5, "g1").build());
    guard.reserve("taken-back", "draw", "kept");
    guard.reserve("taken-back", "draw", "returned");
    assertEquals(
        3,
        admin().revokeGrant(revocation("taken-back", "g1", "").build()).getRevoked(),
        "what is free");
    assertEquals(0, tokens("taken-back", "image").getAvailable());
    assertEquals(2, tokens("taken-back", "image").getLifetime().getHeld());
    assertBalanced("taken-back");
    guard.commit("taken-back", "kept");
    guard.refund("taken-back", "returned");
    assertEquals(1, tokens("taken-back", "image").getLifetime().getConsumed());
    assertEquals(0, tokens("taken-back", "image").getAvailable(), "it does not come back");
    assertBalanced("taken-back");
    assertEquals(
        "NOT_FOUND GRANT_NOT_FOUND",
        WireFault.of(() -> admin().revokeGrant(revocation("taken-back", "g1", "").build())).name());
  }

  // Deletion.

  @Test
  void anAccountOnWhichWorkRunsIsDeletedOnlyByForce() {
    open("closing");
    add("closing", "cleo");
    guard.reserve("closing", "generate", "r1");
    guard.reserve("cleo", "generate", "r2");
    WireFault fault = WireFault.of(() -> delete(deletion("closing")));
    assertEquals("FAILED_PRECONDITION OPEN_RESERVATIONS", fault.name());
    assertEquals("2", fault.metadata().get("open"));
    assertEquals(2, get("closing").getOpenReservations());

    DeleteAccountResponse deleted = delete(deletion("closing").setForce(true));
    assertEquals(2, deleted.getRefundedReservations());
    assertFalse(exists("closing"));
    assertEquals(
        "NOT_FOUND ACCOUNT_NOT_FOUND", WireFault.of(() -> delete(deletion("closing"))).name());
    assertTrue(delete(deletion("closing").setAllowMissing(true)).getReplayed());
    assertEquals(
        "NOT_FOUND RESERVATION_NOT_FOUND",
        WireFault.of(() -> guard.commit("closing", "r1")).name());
    assertEquals(List.of(), ids(ListAccountsRequest.newBuilder().setIdPrefix("closing").build()));
    assertEquals(List.of(), ids(ListAccountsRequest.newBuilder().setMemberOf("cleo").build()));

    guard.consume("closing", "generate", "r1");
    guard.consume("cleo", "generate", "r2");
    assertEquals(10, tokens("closing", "tokens").getConsumed(), "opened anew");
    assertEquals(10, tokens("cleo", "tokens").getConsumed(), "pays for itself");
    assertEquals(
        2, transactions("closing", filter().build(), 100).size(), "without its old history");
  }

  // Reservations.

  @Test
  void openReservationsAreListedThoseThatExpireFirstFirst() {
    open("working");
    for (int i = 9; i >= 0; i--) {
      reserveFor("working", i % 2 == 0 ? "eve" : "odd", "r" + i, Duration.ofMinutes(10 + i));
    }
    List<String> told = new ArrayList<>();
    ListReservationsRequest.Builder request =
        ListReservationsRequest.newBuilder().setAccountId("working").setPageSize(4);
    do {
      ListReservationsResponse page = admin().listReservations(request.build());
      page.getReservationsList().forEach(each -> told.add(each.getReservationId()));
      request.setPageToken(page.getNextPageToken());
      // One that was told ends, and the next one does not slip.
      guard.refund("working", told.get(0));
    } while (!request.getPageToken().isEmpty());
    assertEquals(IntStream.range(0, 10).mapToObj(i -> "r" + i).toList(), told);
    assertEquals(
        List.of("r2", "r4", "r6", "r8"),
        admin()
            .listReservations(
                ListReservationsRequest.newBuilder()
                    .setAccountId("working")
                    .setMemberId("eve")
                    .build())
            .getReservationsList()
            .stream()
            .map(Reservation::getReservationId)
            .toList());
  }

  @Test
  void aReservationIsReturnedByHand() {
    open("helped");
    guard.reserve("helped", "generate", "r1");
    guard.reserve("helped", "generate", "r2");
    guard.commit("helped", "r2");
    assertEquals(ReservationState.RESERVATION_STATE_OPEN, reservation("helped", "r1").getState());
    RefundReservationResponse refunded = refund("helped", "r1");
    assertEquals(Map.of("tokens", 10L), refunded.getReturnedMap());
    assertFalse(refunded.getReplayed());
    assertTrue(refund("helped", "r1").getReplayed());
    assertEquals(
        ReservationState.RESERVATION_STATE_REFUNDED, reservation("helped", "r1").getState());
    assertEquals("stuck", transactions("helped", filter().build(), 1).get(0).getReason());
    WireFault ended = WireFault.of(() -> refund("helped", "r2"));
    assertEquals("FAILED_PRECONDITION RESERVATION_ENDED", ended.name());
    assertEquals("COMMITTED", ended.metadata().get("state"));
    assertEquals(
        "NOT_FOUND RESERVATION_NOT_FOUND", WireFault.of(() -> refund("helped", "r3")).name());
    assertEquals(
        "NOT_FOUND RESERVATION_NOT_FOUND", WireFault.of(() -> reservation("helped", "r3")).name());
  }

  // Upkeep.

  @Test
  void whatIsDueIsListedAndResetOnce() {
    openAll("due-", 0, 5, 1);
    open("due-pro", "pro");
    for (int i = 0; i < 5; i++) {
      guard.consume(String.format("due-%03d", i), "generate", "r1");
    }
    assertEquals(List.of(), due("due-"));
    clock.pass(Duration.ofDays(1));
    List<DueAccount> due = due("due-");
    assertEquals(
        List.of("due-000", "due-001", "due-002", "due-003", "due-004"),
        due.stream().map(DueAccount::getAccountId).toList());
    assertEquals("free", due.get(0).getPlan());
    assertEquals(List.of("tokens"), due.get(0).getTokenTypesList());
    assertTrue(Timestamps.toMillis(due.get(0).getDueTime()) <= clock.millis());

    guard.consume("due-000", "generate", "r2");
    ResetDueAccountsRequest named =
        ResetDueAccountsRequest.newBuilder()
            .addAllAccountIds(List.of("due-000", "due-001", "due-pro"))
            .build();
    ResetDueAccountsResponse reset = admin().resetDueAccounts(named);
    assertEquals(1, reset.getReset(), "a call came first to one, and another is not due");
    assertEquals(List.of(), reset.getErrorsList());
    assertEquals(0, admin().resetDueAccounts(named).getReset());
    assertEquals(List.of("RESET", "COMMIT", "OPEN"), kinds("due-001", filter().build()));

    long lookedAt = 0;
    long resets = 0;
    ResetDueAccountsRequest.Builder all = ResetDueAccountsRequest.newBuilder().setPageSize(10);
    do {
      ResetDueAccountsResponse page = admin().resetDueAccounts(all.build());
      lookedAt += page.getLookedAt();
      resets += page.getReset();
      all.setPageToken(page.getNextPageToken());
    } while (!all.getPageToken().isEmpty());
    assertTrue(resets >= 3 && lookedAt >= 6, resets + " of " + lookedAt);
    assertEquals(List.of(), due(""));
    assertEquals(0, admin().resetDueAccounts(named).getReset());
    assertEquals(List.of("RESET", "COMMIT", "OPEN"), kinds("due-002", filter().build()));
    assertEquals(100, tokens("due-002", "tokens").getAvailable());
  }

  @Test
  void dueAccountsArePagedAndFiltered() {
    openAll("dues-", 0, 9, 1);
    clock.pass(Duration.ofDays(1));
    List<String> told = new ArrayList<>();
    ListDueAccountsRequest.Builder request =
        ListDueAccountsRequest.newBuilder().setIdPrefix("dues-").setPlan("free").setPageSize(2);
    do {
      ListDueAccountsResponse page = admin().listDueAccounts(request.build());
      page.getAccountsList().forEach(each -> told.add(each.getAccountId()));
      request.setPageToken(page.getNextPageToken());
      // The next one is looked at meanwhile, and so is not due any more.
      guard.consume(told.get(told.size() - 1), "chat", "r1");
    } while (!request.getPageToken().isEmpty());
    assertEquals(IntStream.range(0, 9).mapToObj(i -> String.format("dues-%03d", i)).toList(), told);
    assertEquals(
        0,
        admin()
            .listDueAccounts(
                ListDueAccountsRequest.newBuilder().setIdPrefix("dues-").setPlan("pro").build())
            .getAccountsCount());
  }

  @Test
  void anAuditAddsUpAWholeLife() {
    open("audited", "pro");
    admin().createGrant(grant("audited", "image", 5, "g1").build());
    guard.reserve("audited", "generate", "r1");
    guard.commit("audited", "r1", Map.of("tokens", 30L));
    guard.reserve("audited", "generate", "r2");
    guard.refund("audited", "r2");
    admin().adjustBalance(adjustment("audited", "tokens", -5, "a1").build());
    guard.reserve("audited", "draw", "r3");
    clock.pass(Duration.ofDays(40));
    guard.reserve("audited", "draw", "r4");
    long revision = get("audited").getRevision();
    int entries = transactions("audited", filter().build(), 100).size();
    AuditAccountResponse audit = assertBalanced("audited");
    assertEquals(List.of("image", "tokens"), types(audit));
    assertEquals(entries, audit.getLedgerEntries());
    assertEquals(1, audit.getOpenReservations());
    assertEquals(1, audit.getTypes(0).getReservationsHeld());
    assertEquals(30, audit.getTypes(1).getConsumed());
    assertEquals(revision, audit.getRevision());
  }

  @Test
  void theSweepTellsOfItsLastWalk(@TempDir Path folder) throws Exception {
    try (WireServer sweeping = another("swept", folder, "sweep.pause=100ms")) {
      Caller caller = sweeping.caller();
      caller.consume("s-1", "generate", "r1");
      caller.consume("s-2", "generate", "r1");
      caller.reserve("s-3", "generate", "r1");
      clock.pass(Duration.ofHours(1));
      Await.untilEquals(
          TransactionKind.TRANSACTION_KIND_EXPIRE,
          () ->
              adminOf(caller)
                  .listTransactions(
                      ListTransactionsRequest.newBuilder().setAccountId("s-3").build())
                  .getTransactions(0)
                  .getKind());
      Await.untilEquals(3L, () -> sweepOf(caller).getAccounts());
      GetSweepResponse sweep = sweepOf(caller);
      assertFalse(sweep.getHolder().isEmpty());
      assertTrue(sweep.hasLastWalkTime());
      assertEquals(0, sweep.getDrifted());
      assertEquals(0, sweep.getDriftedAccountIdsCount());
    }
  }

  @Test
  void theServerTellsHowItIsSetAndWhatItIs() {
    GetSettingsResponse server = admin().getSettings(GetSettingsRequest.getDefaultInstance());
    assertEquals("dev", server.getVersion());
    assertEquals(Runtime.version().toString(), server.getJavaVersion());
    assertTrue(server.getRedisVersion().matches("(Redis|Valkey) \\d+\\.\\d+.*"), server::toString);
    assertEquals(3, server.getLayout());
    assertTrue(server.hasStartTime());
    Map<String, Setting> byName =
        server.getSettingsList().stream().collect(Collectors.toMap(Setting::getName, each -> each));
    assertEquals(
        Setting.newBuilder()
            .setName("sweep.enabled")
            .setValue("false")
            .setDefaultValue("true")
            .setSource(SettingSource.SETTING_SOURCE_FLAG)
            .setOrigin("--sweep.enabled")
            .build(),
        byName.get("sweep.enabled"));
    assertEquals(
        Setting.newBuilder()
            .setName("redis.namespace")
            .setValue("tg")
            .setDefaultValue("tg")
            .setSource(SettingSource.SETTING_SOURCE_DEFAULT)
            .build(),
        byName.get("redis.namespace"));
  }

  @Test
  void theLogLevelIsChangedAndRestored() {
    SetLogLevelRequest request =
        SetLogLevelRequest.newBuilder()
            .setLogger("dev.tokenguard.service")
            .setLevel(LogLevel.LOG_LEVEL_ERROR)
            .setDuration(com.google.protobuf.Duration.newBuilder().setSeconds(600))
            .build();
    LogLevelChange changed = admin().setLogLevel(request).getLogLevel();
    assertEquals(LogLevel.LOG_LEVEL_ERROR, changed.getLevel());
    assertEquals(in(Duration.ofMinutes(10)), changed.getRestoreTime());
    assertEquals(
        List.of(changed),
        admin().getSettings(GetSettingsRequest.getDefaultInstance()).getLogLevelsList());
    LogLevelChange restored =
        admin()
            .setLogLevel(
                SetLogLevelRequest.newBuilder()
                    .setLogger("dev.tokenguard.service")
                    .setRestore(true)
                    .build())
            .getLogLevel();
    assertFalse(restored.hasRestoreTime());
    assertEquals(
        0, admin().getSettings(GetSettingsRequest.getDefaultInstance()).getLogLevelsCount());

    WireFault fault =
        WireFault.of(
            () ->
                admin()
                    .setLogLevel(
                        SetLogLevelRequest.newBuilder()
                            .setLogger("dev.tokengard")
                            .setDuration(com.google.protobuf.Duration.newBuilder().setSeconds(-1))
                            .build()));
    assertEquals(Set.of("logger", "level", "duration"), Set.copyOf(fault.fields()));
  }

  @Test
  void theCatalogIsToldAsItIsWritten() {
    GetCatalogResponse catalog = admin().getCatalog(GetCatalogRequest.getDefaultInstance());
    assertEquals("free", catalog.getDefaultPlan());
    assertEquals(
        List.of(
            CatalogTokenType.newBuilder()
                .setName("image")
                .setTitle("Images")
                .setLowPercent(50)
                .build(),
            CatalogTokenType.newBuilder()
                .setName("tokens")
                .setTitle("Tokens")
                .setLowPercent(20)
                .build()),
        catalog.getTokenTypesList());
    assertEquals(
        List.of("chat", "draw", "generate", "guess"),
        catalog.getFeaturesList().stream().map(CatalogFeature::getName).toList());
    assertEquals(Map.of(), catalog.getFeatures(0).getCostMap());
    assertEquals(Map.of("tokens", 10L), catalog.getFeatures(2).getCostMap());
    assertEquals("Generate", catalog.getFeatures(2).getTitle());
    CatalogPlan free = catalog.getPlans(0);
    CatalogPlan pro = catalog.getPlans(1);
    assertEquals("Free", free.getTitle());
    assertTrue(free.getAllFeatures());
    assertEquals("charge", free.getOverage());
    assertEquals("Asia/Tokyo", pro.getTimeZone());
    assertFalse(pro.getAllFeatures());
    assertEquals(List.of("draw", "generate"), pro.getFeaturesList().stream().sorted().toList());
    assertEquals("cap", pro.getOverage());
    assertEquals("reject", pro.getLateCommit());
    assertEquals("every 30 days", pro.getAllowances(0).getResets());
    assertEquals(1000, pro.getAllowances(1).getAmount());
    assertEquals(50, pro.getAllowances(1).getRolloverMax());
    assertTrue(catalog.hasLoadTime());
    assertFalse(catalog.hasRejection());
  }

  @Test
  void estimatesAreComparedWithWhatWasUsed() throws Exception {
    open("guessing", "pro");
    admin().createGrant(grant("guessing", "tokens", 1000, "g1").build());
    update(Account.newBuilder().setAccountId("guessing").setPlan("free").build(), "plan");
    for (long i = 1; i <= 20; i++) {
      guard.reserve("guessing", "guess", "r" + i);
      guard.commit("guessing", "r" + i, Map.of("tokens", i));
    }
    GetEstimatesRequest request = GetEstimatesRequest.newBuilder().setFeature("guess").build();
    Await.untilEquals(
        20L,
        () ->
            admin().getEstimates(request).getEstimatesList().stream()
                .mapToLong(Estimate::getCount)
                .sum());
    Estimate estimate = admin().getEstimates(request).getEstimates(0);
    assertEquals("guess tokens", estimate.getFeature() + " " + estimate.getTokenType());
    assertEquals(10, estimate.getMeanEstimated(), 0.2);
    assertEquals(10.5, estimate.getMeanActual(), 0.2);
    assertEquals(10, estimate.getP50Actual());
    assertEquals(19, estimate.getP95Actual());
    assertEquals(20, estimate.getMaxActual());
    assertEquals(0.5, estimate.getOverrunRatio(), 0.01);
    assertEquals(10, estimate.getCatalogCost());
    assertEquals(
        List.of("days"),
        WireFault.of(
                () -> admin().getEstimates(GetEstimatesRequest.newBuilder().setDays(91).build()))
            .fields());
  }

  // Usage and exports.

  @Test
  void theTopSpendersOfAnAccountAreTold() {
    open("spending", "pro");
    for (int i = 0; i < 6; i++) {
      consumeAs("spending", i < 3 ? "most" : i < 5 ? "some" : "least", "generate", "r" + i);
    }
    GetUsageResponse top =
        admin()
            .getUsage(
                GetUsageRequest.newBuilder()
                    .setAccountId("spending")
                    .addGroupBy(UsageDimension.USAGE_DIMENSION_MEMBER)
                    .setLimit(2)
                    .build());
    assertEquals(
        List.of("most 30", "some 20"),
        top.getRowsList().stream().map(row -> row.getMemberId() + " " + row.getAmount()).toList());
    assertTrue(top.getTruncated());
    assertEquals(Map.of("tokens", 60L), top.getTotalsMap());
    assertEquals(
        Map.of("tokens", 60L),
        admin()
            .getStatistics(GetStatisticsRequest.newBuilder().setAccountId("spending").build())
            .getConsumedTodayMap());
    assertEquals(
        List.of("", ""),
        top.getRowsList().stream().map(UsageRow::getFeature).toList(),
        "not told apart by it");
    assertEquals(
        List.of("group_by[0]"),
        WireFault.of(
                () ->
                    admin()
                        .getUsage(
                            GetUsageRequest.newBuilder()
                                .setAccountId("spending")
                                .addGroupBy(UsageDimension.USAGE_DIMENSION_UNSPECIFIED)
                                .build()))
            .fields());
  }

  @Test
  void allAccountsAreExportedAsCsvAndAsJsonLines() throws Exception {
    openAll("export-", 0, 300, 1);
    guard.consume("export-007", "generate", "r1");
    for (ExportKind kind :
        List.of(ExportKind.EXPORT_KIND_BALANCES, ExportKind.EXPORT_KIND_TRANSACTIONS)) {
      File csv = export(kind, ExportFormat.EXPORT_FORMAT_CSV, "");
      File json = export(kind, ExportFormat.EXPORT_FORMAT_JSON_LINES, "");
      assertTrue(csv.rows() >= 300, kind::toString);
      assertEquals(csv.rows(), json.rows());
      List<String> lines = List.of(csv.text().split("\r\n", -1));
      assertTrue(lines.get(0).startsWith("account_id,"), lines.get(0));
      assertEquals(csv.rows() + 2, lines.size(), "a header, the rows, and nothing after the last");
      assertEquals("", lines.get(lines.size() - 1));
      List<String> objects = json.text().lines().toList();
      assertEquals(json.rows(), objects.size());
      for (int i = 0; i < objects.size(); i++) {
        assertTrue(
            lines.get(i + 1).startsWith(field(objects.get(i), "account_id") + ","),
            lines.get(i + 1));
      }
    }
    File usage = export(ExportKind.EXPORT_KIND_USAGE, ExportFormat.EXPORT_FORMAT_CSV, "export-007");
    assertEquals(1, usage.rows());
    assertTrue(usage.text().contains("generate,tokens,,10\r\n"), usage.text());
  }

  @Test
  void textsAreQuotedInAFile() throws Exception {
    open("quoting");
    String note = "said \"no\", twice\r\nand left";
    admin().createGrant(grant("quoting", "image", 1, "g1").setNote(note).build());
    ExportKind kind = ExportKind.EXPORT_KIND_TRANSACTIONS;
    String csv = export(kind, ExportFormat.EXPORT_FORMAT_CSV, "quoting").text();
    assertTrue(csv.contains("said") && csv.contains("\"\""), csv);
    List<String> json =
        export(kind, ExportFormat.EXPORT_FORMAT_JSON_LINES, "quoting").text().lines().toList();
    assertEquals(2, json.size());
    assertEquals(
        note,
        struct(json.get(1))
            .getFieldsOrThrow("metadata")
            .getStructValue()
            .getFieldsOrThrow("note")
            .getStringValue());
  }

  @Test
  void anExportThatIsCancelledHalfWayLeavesNothingBehind() throws Exception {
    openAll("leaving-", 0, 1000, 1);
    // More than may run at a time: each must have freed its place.
    for (int i = 0; i < 40; i++) {
      ExportRequest request =
          ExportRequest.newBuilder()
              .setKind(ExportKind.EXPORT_KIND_TRANSACTIONS)
              .setFormat(
                  i % 2 == 0
                      ? ExportFormat.EXPORT_FORMAT_CSV
                      : ExportFormat.EXPORT_FORMAT_JSON_LINES)
              .build();
      Context.CancellableContext half = Context.current().withCancellation();
      ExportResponse first = half.call(() -> admin().export(request).next());
      half.cancel(null);
      assertTrue(first.getRows() > 0 && first.getRows() < 1000, first.getRows() + " rows");
    }
    assertTrue(
        export(ExportKind.EXPORT_KIND_TRANSACTIONS, ExportFormat.EXPORT_FORMAT_CSV, "").rows()
            >= 1000);
  }

  @Test
  void anExportOfNothingIsRefused() {
    assertEquals(
        List.of("kind"),
        WireFault.of(() -> admin().export(ExportRequest.getDefaultInstance()).next()).fields());
    assertEquals(
        "NOT_FOUND ACCOUNT_NOT_FOUND",
        WireFault.of(
                () ->
                    export(
                        ExportKind.EXPORT_KIND_TRANSACTIONS,
                        ExportFormat.EXPORT_FORMAT_CSV,
                        "nobody"))
            .name());
  }

  // All of them.

  @Test
  void whoDoesNotExistIsNotFound() {
    String nobody = "nobody";
    Map<String, Executable> calls =
        Map.ofEntries(
            Map.entry("get", () -> get(nobody)),
            Map.entry("update", () -> rename(nobody, "X", "")),
            Map.entry("delete", () -> delete(deletion(nobody))),
            Map.entry("add", () -> add(nobody, "m")),
            Map.entry("member", () -> member(nobody, "m")),
            Map.entry("members", () -> admin().listMembers(membersOf(nobody))),
            Map.entry("cap", () -> cap(nobody, 1, "")),
            Map.entry("remove", () -> remove(nobody, "m", "")),
            Map.entry("grants", () -> grants(nobody)),
            Map.entry("revoke", () -> revoke(nobody, "g", "")),
            Map.entry("adjust", () -> adjust(nobody, 1, false, "a")),
            Map.entry("transactions", () -> transactions(nobody, filter().build(), 1)),
            Map.entry(
                "reservations",
                () ->
                    admin()
                        .listReservations(
                            ListReservationsRequest.newBuilder().setAccountId(nobody).build())),
            Map.entry(
                "usage",
                () -> admin().getUsage(GetUsageRequest.newBuilder().setAccountId(nobody).build())),
            Map.entry(
                "statistics",
                () ->
                    admin()
                        .getStatistics(
                            GetStatisticsRequest.newBuilder().setAccountId(nobody).build())),
            Map.entry("audit", () -> audit(nobody)));
    assertEquals(
        calls.keySet().stream()
            .collect(Collectors.toMap(name -> name, name -> "NOT_FOUND ACCOUNT_NOT_FOUND")),
        calls.entrySet().stream()
            .collect(
                Collectors.toMap(Map.Entry::getKey, each -> WireFault.of(each.getValue()).name())));
    assertFalse(exists(nobody));
  }

  @Test
  void everythingThatIsWrongWithAGrantIsToldAtOnce() {
    WireFault fault =
        WireFault.of(
            () ->
                admin()
                    .createGrant(
                        CreateGrantRequest.newBuilder()
                            .setAccountId("a b")
                            .setTokenType("gold")
                            .setAmount(-1)
                            .setNote("x".repeat(257))
                            .setActor("{}")
                            .setPriority(1001)
                            .setStartTime(in(Duration.ofDays(2)))
                            .setExpireTime(in(Duration.ofDays(1)))
                            .build()));
    assertEquals("INVALID_ARGUMENT INVALID_REQUEST", fault.name());
    assertEquals(
        Set.of(
            "account_id",
            "token_type",
            "amount",
            "reason",
            "note",
            "actor",
            "priority",
            "expire_time",
            "request_id"),
        Set.copyOf(fault.fields()));
  }

  /** What it tells has a test of its own. */
  @Test
  void whatOperatorsDidIsTold() {
    open("told");

    assertEquals(
        "CreateAccount",
        admin()
            .listAdminEvents(ListAdminEventsRequest.newBuilder().setAccountId("told").build())
            .getEvents(0)
            .getRpc());
  }

  /** What a console asks has tests of its own. */
  @Test
  void aConsoleIsAnswered() {
    open("shown");

    assertEquals("admin", admin().getCaller(GetCallerRequest.getDefaultInstance()).getRole());
    assertEquals(
        0,
        admin()
            .listDenials(ListDenialsRequest.newBuilder().setAccountId("shown").build())
            .getDenialsCount());
    assertEquals(
        ActivityResolution.ACTIVITY_RESOLUTION_DAY,
        admin()
            .getActivity(
                GetActivityRequest.newBuilder()
                    .setResolution(ActivityResolution.ACTIVITY_RESOLUTION_DAY)
                    .build())
            .getResolution());
  }

  @Test
  @Order(Integer.MAX_VALUE)
  void everyRpcOfTheServiceWasAnswered() {
    assertEquals(
        TokenAdminServiceGrpc.getServiceDescriptor().getMethods().stream()
            .map(MethodDescriptor::getFullMethodName)
            .collect(Collectors.toCollection(TreeSet::new)),
        new TreeSet<>(answered()));
  }
}
