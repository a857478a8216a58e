package dev.tokenguard.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.tokenguard.client.FakeTokenGuard.Fate;
import dev.tokenguard.v1.Account;
import dev.tokenguard.v1.BatchCreateAccountsRequest;
import dev.tokenguard.v1.CreateGrantRequest;
import dev.tokenguard.v1.CreateGrantResponse;
import dev.tokenguard.v1.DeleteAccountRequest;
import dev.tokenguard.v1.GetAccountRequest;
import dev.tokenguard.v1.GetAccountResponse;
import dev.tokenguard.v1.GetActivityRequest;
import dev.tokenguard.v1.GetEstimatesRequest;
import dev.tokenguard.v1.Grant;
import dev.tokenguard.v1.ListGrantsRequest;
import dev.tokenguard.v1.RemoveMemberRequest;
import dev.tokenguard.v1.ResetDueAccountsRequest;
import dev.tokenguard.v1.ResetDueAccountsResponse;
import dev.tokenguard.v1.RevokeGrantRequest;
import dev.tokenguard.v1.SetLogLevelRequest;
import dev.tokenguard.v1.TokenAdminServiceGrpc;
import dev.tokenguard.v1.UpdateAccountRequest;
import dev.tokenguard.v1.UpdateMemberRequest;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every RPC is there, and is repeated safely. */
class AdminCallsTest extends ClientFixture {

  private static final NewGrant GRANT = NewGrant.of("ann", "image", 5, "purchase");

  /** A call of every unary RPC, by the RPC's name. */
  private Map<String, Supplier<CompletableFuture<?>>> calls() {
    Map<String, Supplier<CompletableFuture<?>>> calls = new LinkedHashMap<>();
    AccountAdmin accounts = admin.accounts();
    NewAccount account = NewAccount.of("ann");
    AccountUpdate update = AccountUpdate.of("ann").withPlan("pro");
    DeleteAccountRequest deletion = DeleteAccountRequest.getDefaultInstance();
    calls.put("CreateAccount", () -> accounts.createAsync(account));
    calls.put("BatchCreateAccounts", () -> accounts.createAllAsync(List.of(account)));
    calls.put("GetAccount", () -> accounts.getAsync("ann"));
    calls.put("ListAccounts", () -> accounts.list().pageAsync());
    calls.put("UpdateAccount", () -> accounts.updateAsync(update));
    calls.put("DeleteAccount", () -> accounts.deleteAsync(deletion));

    MemberAdmin members = admin.members();
    NewMember member = NewMember.of("acme", "ann");
    UpdateMemberRequest caps = UpdateMemberRequest.getDefaultInstance();
    RemoveMemberRequest removal = RemoveMemberRequest.getDefaultInstance();
    calls.put("AddMember", () -> members.addAsync(member));
    calls.put("BatchAddMembers", () -> members.addAllAsync(List.of(member)));
    calls.put("GetMember", () -> members.getAsync("acme", "ann"));
    calls.put("ListMembers", () -> members.list("acme").pageAsync());
    calls.put("UpdateMember", () -> members.updateAsync(caps));
    calls.put("RemoveMember", () -> members.removeAsync(removal));
    calls.put("BatchRemoveMembers", () -> members.removeAllAsync(List.of(removal)));

    GrantAdmin grants = admin.grants();
    Adjustment adjustment = Adjustment.of("ann", "image", -5, "error");
    RevokeGrantRequest revocation = RevokeGrantRequest.getDefaultInstance();
    calls.put("CreateGrant", () -> grants.createAsync(GRANT));
    calls.put("BatchCreateGrants", () -> grants.createAllAsync(List.of(GRANT)));
    calls.put("ListGrants", () -> grants.listAsync(ListGrantsRequest.getDefaultInstance()));
    calls.put("RevokeGrant", () -> grants.revokeAsync(revocation));
    calls.put("AdjustBalance", () -> grants.adjustAsync(adjustment));

    ReservationAdmin reservations = admin.reservations();
    calls.put("ListReservations", () -> reservations.list("ann").pageAsync());
    calls.put("GetReservation", () -> reservations.getAsync("ann", "r-1"));
    calls.put("RefundReservation", () -> reservations.refundAsync("ann", "r-1", "stuck"));

    HistoryAdmin history = admin.history();
    calls.put("ListTransactions", () -> history.transactions("ann").pageAsync());
    calls.put("GetUsage", () -> history.usageAsync(UsageQuery.of("ann")));
    calls.put("GetStatistics", () -> history.statisticsAsync("ann"));
    calls.put("ListDenials", () -> history.denialsAsync("ann"));
    calls.put("ListAdminEvents", () -> history.adminEvents().pageAsync());

    UpkeepAdmin upkeep = admin.upkeep();
    ResetDueAccountsRequest all = ResetDueAccountsRequest.getDefaultInstance();
    calls.put("ListDueAccounts", () -> upkeep.dueAccounts().pageAsync());
    calls.put("ResetDueAccounts", () -> upkeep.resetDueAsync(all));
    calls.put("AuditAccount", () -> upkeep.auditAsync("ann"));
    calls.put("GetSweep", upkeep::sweepAsync);
    calls.put("GetCatalog", upkeep::catalogAsync);
    calls.put(
        "GetEstimates", () -> upkeep.estimatesAsync(GetEstimatesRequest.getDefaultInstance()));

    calls.put("GetActivity", () -> upkeep.activityAsync(GetActivityRequest.getDefaultInstance()));

    ServerAdmin server = admin.server();
    calls.put("GetCaller", server::callerAsync);
    calls.put("GetSettings", server::settingsAsync);
    calls.put(
        "SetLogLevel", () -> server.setLogLevelAsync(SetLogLevelRequest.getDefaultInstance()));
    return calls;
  }

  @Test
  void everyRpcCanBeCalledAndIsRepeatedWordForWord() {
    Map<String, Supplier<CompletableFuture<?>>> calls = calls();
    calls.forEach(
        (name, call) -> {
          adminServer.methods.clear();
          adminServer.requests.clear();
          adminServer.next(Fate.ANSWER_LOST, Fate.DONE_IN_SILENCE);

          CompletableFuture<?> result = call.get();
          assertFalse(result.isDone(), name);
          time.pass(Duration.ofSeconds(11));

          assertTrue(result.isDone() && !result.isCompletedExceptionally(), name);
          assertEquals(List.of(name, name, name), adminServer.methods);
          assertEquals(1, new HashSet<>(adminServer.requests).size(), name + ": one request");
          assertRequestId(adminServer.requests.get(0));
        });

    TreeSet<String> called = new TreeSet<>(calls.keySet());
    called.add("Export"); // ExportTest.
    assertEquals(
        TokenAdminServiceGrpc.getServiceDescriptor().getMethods().stream()
            .map(MethodDescriptor::getBareMethodName)
            .collect(Collectors.toCollection(TreeSet::new)),
        called);
  }

  /** Whatever can carry a request id carries one, the items of a batch too. */
  private static void assertRequestId(Message request) {
    for (FieldDescriptor field : request.getDescriptorForType().getFields()) {
      if (field.getName().equals("request_id")) {
        assertTrue(
            request.getField(field).toString().matches("[0-9A-HJKMNP-TV-Z]{26}"),
            request.getClass().getSimpleName());
      } else if (field.getName().equals("requests")) {
        ((List<?>) request.getField(field)).forEach(item -> assertRequestId((Message) item));
      }
    }
  }

  @Test
  void everyCallHasARequestIdOfItsOwnUnlessOneIsGiven() {
    admin.grants().create(GRANT);
    admin.grants().create(GRANT);
    admin.grants().create(GRANT.withRequestId("pay-1"));
    admin.grants().create(GRANT.withRequestId("pay-1"));

    List<String> ids =
        adminServer.requests(CreateGrantRequest.class).stream()
            .map(CreateGrantRequest::getRequestId)
            .toList();
    assertEquals(3, new HashSet<>(ids).size());
    assertEquals(List.of("pay-1", "pay-1"), ids.subList(2, 4));
  }

  @Test
  void aReplyThatWasLostIsToldAgain() {
    Map<String, CreateGrantResponse> made = new HashMap<>();
    adminServer.answer(
        CreateGrantRequest.class,
        request -> {
          String id = request.getRequestId();
          boolean replayed = made.containsKey(id);
          return made
              .computeIfAbsent(
                  id,
                  key ->
                      CreateGrantResponse.newBuilder()
                          .setGrant(Grant.newBuilder().setGrantId(id))
                          .build())
              .toBuilder()
              .setReplayed(replayed)
              .build();
        });
    adminServer.next(Fate.ANSWER_LOST);

    var result = admin.grants().createAsync(GRANT);
    time.pass(Duration.ofSeconds(1));

    assertTrue(result.join().getReplayed());
    assertEquals(1, made.size(), "granted once");
  }

  @Test
  void theDeadlineEndsACallWithAnUnknownOutcome() {
    TokenAdminClient hasty = newAdmin(builder -> builder.deadline(Duration.ofSeconds(2)));
    adminServer.always(Fate.SILENCE);

    var result = hasty.grants().createAsync(GRANT);
    time.pass(Duration.ofMillis(1999));
    assertFalse(result.isDone());
    time.pass(Duration.ofMillis(1));

    TokenGuardException fault = RetryTest.fault(result);
    assertEquals(Status.Code.DEADLINE_EXCEEDED, fault.code());
    assertTrue(fault.outcomeUnknown());
  }

  @Test
  void defaultsAreTheDocumentedOnes() {
    adminServer.always(Fate.SILENCE);

    var result = admin.accounts().getAsync("ann");
    time.pass(Duration.ofMillis(29_999));
    assertFalse(result.isDone());
    assertEquals(3, adminServer.requests.size(), "an attempt has 10 s");
    time.pass(Duration.ofMillis(1));

    assertTrue(result.isCompletedExceptionally());
  }

  @ParameterizedTest
  @CsvSource({
    "NOT_FOUND, ACCOUNT_NOT_FOUND, NotFoundException",
    "NOT_FOUND, GRANT_NOT_FOUND, NotFoundException",
    "ALREADY_EXISTS, ACCOUNT_EXISTS, AccountExistsException",
    "ALREADY_EXISTS, IDEMPOTENCY_MISMATCH, TokenGuardException",
    "ABORTED, STALE_VERSION, StaleVersionException",
    "FAILED_PRECONDITION, MEMBER_HAS_PAYER, TokenGuardException",
    "PERMISSION_DENIED, ANOTHER, TokenGuardException"
  })
  void whatCallersBranchOnHasAClass(Status.Code code, String reason, String exception) {
    adminServer.always(Fate.fails(code, reason));
    AccountUpdate update = AccountUpdate.of("ann").withPlan("pro");

    TokenGuardException thrown =
        assertThrows(TokenGuardException.class, () -> admin.accounts().update(update));

    assertEquals(exception, thrown.getClass().getSimpleName());
    assertEquals(code, thrown.code());
    assertEquals(reason, thrown.reason());
    assertEquals(
        exception,
        RetryTest.fault(admin.accounts().updateAsync(update)).getClass().getSimpleName());
    assertEquals(2, adminServer.requests.size(), "final");
  }

  @Test
  void anUpdateOfWhatWasReadNamesItsVersion() {
    adminServer.answer(
        GetAccountRequest.class,
        request ->
            GetAccountResponse.newBuilder()
                .setAccount(Account.newBuilder().setAccountId(request.getAccountId()).setVersion(7))
                .build());
    AccountUpdate update = AccountUpdate.of(admin.accounts().get("ann")).withPlan("pro");
    adminServer.next(Fate.fails(Status.Code.ABORTED, "STALE_VERSION"));

    assertThrows(StaleVersionException.class, () -> admin.accounts().update(update));

    UpdateAccountRequest asked = adminServer.requests(UpdateAccountRequest.class).get(0);
    assertEquals(7, asked.getAccount().getVersion());
    assertEquals("ann", asked.getAccount().getAccountId());
    assertEquals(List.of("plan"), asked.getUpdateMask().getPathsList());
  }

  @Test
  void shortFormsAskForTheSame() {
    var deleted = admin.accounts().delete("ann");
    var changed = admin.members().setCaps("acme", "ann", Map.of("image", 3L));
    var removed = admin.members().remove("acme", "ann");
    var revoked = admin.grants().revoke("ann", "pay-1");

    assertEquals(
        List.of(0L, false, false, 0L),
        List.of(
            deleted.getRefundedReservations(),
            changed.getReplayed(),
            removed.getReplayed(),
            revoked.getRevoked()));
    assertEquals("ann", adminServer.requests(DeleteAccountRequest.class).get(0).getAccountId());
    assertEquals(
        Map.of("image", 3L), adminServer.requests(UpdateMemberRequest.class).get(0).getCapsMap());
    assertEquals("ann", adminServer.requests(RemoveMemberRequest.class).get(0).getMemberId());
    assertEquals("pay-1", adminServer.requests(RevokeGrantRequest.class).get(0).getGrantId());
    adminServer.requests.forEach(AdminCallsTest::assertRequestId);
    assertEquals(List.of(), admin.grants().list("ann"));
    assertEquals(List.of(), admin.upkeep().estimates());
  }

  @Test
  void resetsOfAllAreAskedForPageByPageAndSummedUp() {
    adminServer.answer(
        ResetDueAccountsRequest.class,
        request -> {
          String token = request.getPageToken();
          return ResetDueAccountsResponse.newBuilder()
              .setLookedAt(10)
              .setReset(3)
              .setNextPageToken(token.length() < 2 ? token + "p" : "")
              .build();
        });

    ResetDueAccountsResponse sums = admin.upkeep().resetAllDue();

    assertEquals(30, sums.getLookedAt());
    assertEquals(9, sums.getReset());
    assertEquals(
        List.of("", "p", "pp"),
        adminServer.requests(ResetDueAccountsRequest.class).stream()
            .map(ResetDueAccountsRequest::getPageToken)
            .toList());
  }

  @Test
  void resetsThatDoNotMoveOnEnd() {
    adminServer.answer(
        ResetDueAccountsRequest.class,
        request -> ResetDueAccountsResponse.newBuilder().setNextPageToken("again").build());

    assertEquals(
        Status.Code.INTERNAL,
        assertThrows(TokenGuardException.class, () -> admin.upkeep().resetAllDue()).code());
  }

  @Test
  void resetsOfManyNamedAccountsAreSplit() {
    List<String> ids = IntStream.range(0, 2001).mapToObj(i -> "account-" + i).toList();

    var sums =
        admin.upkeep().resetDue(ResetDueAccountsRequest.newBuilder().addAllAccountIds(ids).build());

    List<ResetDueAccountsRequest> asked = adminServer.requests(ResetDueAccountsRequest.class);
    assertEquals(0, sums.getReset());
    assertEquals(
        List.of(1000, 1000, 1),
        asked.stream().map(ResetDueAccountsRequest::getAccountIdsCount).toList());
    assertEquals(
        ids, asked.stream().flatMap(request -> request.getAccountIdsList().stream()).toList());
  }

  @Test
  void aClientThatWasClosedCallsNobody() {
    adminServer.always(Fate.unavailable());
    var waiting = admin.accounts().getAsync("ann");

    admin.close();

    assertEquals(Status.Code.UNAVAILABLE, RetryTest.fault(waiting).code());
    assertThrows(IllegalStateException.class, () -> admin.accounts().getAsync("ann"));
    assertThrows(IllegalStateException.class, () -> admin.accounts().list().iterator().next());
    assertThrows(
        IllegalStateException.class,
        () -> admin.accounts().createAll(List.of(NewAccount.of("ann"))));
    assertThrows(IllegalStateException.class, () -> admin.history().export(ExportQuery.usage()));
    assertEquals(List.of(), adminServer.requests(BatchCreateAccountsRequest.class));
  }
}
