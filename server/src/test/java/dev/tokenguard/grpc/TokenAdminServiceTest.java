package dev.tokenguard.grpc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.tokenguard.domain.Amounts;
import dev.tokenguard.domain.Fault;
import dev.tokenguard.domain.LedgerEntry;
import dev.tokenguard.testing.Samples;
import dev.tokenguard.testing.ScriptedAdminStore;
import dev.tokenguard.v1.Account;
import dev.tokenguard.v1.BatchCreateAccountsRequest;
import dev.tokenguard.v1.BatchResult;
import dev.tokenguard.v1.CreateAccountRequest;
import dev.tokenguard.v1.ExportKind;
import dev.tokenguard.v1.ExportRequest;
import dev.tokenguard.v1.ExportResponse;
import dev.tokenguard.v1.GetCatalogRequest;
import dev.tokenguard.v1.GetCatalogResponse;
import dev.tokenguard.v1.TokenAdminServiceGrpc;
import dev.tokenguard.v1.TransactionKind;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TokenAdminServiceTest {

  private final TestServer server;
  private final ForeignClient client;
  private final ScriptedAdminStore store;

  TokenAdminServiceTest() throws IOException {
    server = new TestServer();
    client = new ForeignClient(server.operators());
    store = server.admin.store;
  }

  @AfterEach
  void stop() throws InterruptedException {
    server.close();
  }

  @Test
  void anAccountGoesInAndComesOutAsItIs() throws IOException {
    String fields =
        "\"displayName\":\"A\",\"description\":\"B\",\"plan\":\"free\","
            + "\"status\":\"ACCOUNT_STATUS_SUSPENDED\",\"expireTime\":\"2027-01-01T00:00:00.500Z\","
            + "\"gracePeriod\":\"3.500s\",\"membersOnly\":true,\"timeZone\":\"Asia/Bangkok\","
            + "\"locale\":\"fa-IR\",\"allowances\":[{\"tokenType\":\"image\",\"amount\":\"5\","
            + "\"resets\":\"every 30 days\",\"rolloverMax\":\"2\",\"carryDebt\":true},"
            + "{\"tokenType\":\"website\"}],";
    String json =
        client.call("CreateAccount", "{account: {account_id: 'a', " + fields + " version: 7}}");
    assertTrue(json.startsWith("{\"account\":{\"accountId\":\"a\"," + fields), json);
    assertTrue(json.endsWith("\"version\":\"1\",\"revision\":\"1\"}}"), json);
  }

  @Test
  void everyRpcAnswers() throws IOException {
    store.accounts.put("a", ScriptedAdminStore.account("a", 4));
    store.ledgers.put(
        "a",
        Arrays.stream(LedgerEntry.Kind.values())
            .map(
                kind ->
                    ScriptedAdminStore.entry(
                        kind.ordinal(),
                        kind,
                        "f",
                        "m",
                        "r",
                        List.of(new LedgerEntry.Line("website", 1, 2, 3, 4, 5))))
            .toList());
    store.reservations.put(
        "a", List.of(Samples.reservation("r", "a", "create_website", Amounts.of("website", 1))));
    String m = "{account_id: 'a', member_id: 'm'}";
    assertAnswer("GetAccount", "{account_id: 'a'}", "\"remainingPercent\":80.0");
    assertAnswer("ListAccounts", "{}", "\"accountId\":\"a\"");
    assertAnswer(
        "UpdateAccount",
        "{account: {account_id: 'a', version: 1}, update_mask: 'timeZone,displayName'}",
        "\"version\":\"1\"");
    assertAnswer("AddMember", m, "\"added\":true");
    assertAnswer("GetMember", m, "\"caps\":{\"website\":\"3\"}");
    assertAnswer("GetMember", m, "{\"tokenType\":\"x\",\"consumed\":\"2\"}");
    assertAnswer("ListMembers", "{account_id: 'a'}", "\"nextPageToken\":");
    assertAnswer(
        "UpdateMember", "{account_id: 'a', member_id: 'm', caps: {image: 1}}", "\"image\":\"1\"");
    assertAnswer("RemoveMember", m, "{}");
    assertAnswer(
        "CreateGrant",
        "{account_id: 'a', token_type: 'website', amount: 3, reason: 'reward', note: 'n',"
            + " actor: 'ops', request_id: 'g', start_time: '2026-03-02T00:00:00Z',"
            + " expire_time: '2026-04-02T00:00:00Z'}",
        "{\"grant\":{\"grantId\":\"g\",\"accountId\":\"a\",\"tokenType\":\"website\","
            + "\"amount\":\"3\",\"remaining\":\"3\",\"reason\":\"reward\",\"note\":\"n\","
            + "\"actor\":\"ops\",\"priority\":100,\"createTime\":\"2026-03-01T12:00:00Z\","
            + "\"startTime\":\"2026-03-02T00:00:00Z\",\"expireTime\":\"2026-04-02T00:00:00Z\","
            + "\"state\":\"GRANT_STATE_SCHEDULED\"},\"balance\":{\"tokenType\":\"website\"");
    assertAnswer("ListGrants", "{account_id: 'a'}", "\"grantId\":\"g\"");
    assertAnswer("ListGrants", "{account_id: 'a', token_type: 'image'}", "{}");
    assertAnswer("RevokeGrant", "{account_id: 'a', grant_id: 'g'}", "\"revoked\":\"3\"");
    assertAnswer(
        "AdjustBalance",
        "{account_id: 'a', token_type: 'website', amount: -1, reason: 'x', request_id: 'q'}",
        "\"revision\":\"9\"");
    assertAnswer("ListReservations", "{account_id: 'a'}", "\"reservationId\":\"r\"");
    assertAnswer(
        "GetReservation", "{account_id: 'a', reservation_id: 'r'}", "RESERVATION_STATE_OPEN");
    assertAnswer(
        "RefundReservation",
        "{account_id: 'a', reservation_id: 'r'}",
        "\"returned\":{\"website\":\"1\"}");
    for (TransactionKind kind : TransactionKind.values()) {
      if (kind.name().endsWith("UNSPECIFIED") || kind == TransactionKind.UNRECOGNIZED) {
        continue;
      }
      assertAnswer(
          "ListTransactions",
          "{account_id: 'a', filter: {kinds: ['" + kind + "']}}",
          "\"kind\":\""
              + kind
              + "\",\"lines\":[{\"tokenType\":\"website\",\"amount\":\"-4\","
              + "\"granted\":\"1\",\"consumed\":\"2\",\"lapsed\":\"3\",\"released\":\"4\","
              + "\"balance\":\"5\"}]");
    }
    assertAnswer("GetUsage", "{account_id: 'a'}", "\"startDate\":\"2026-01-31\"");
    assertAnswer("GetStatistics", "{account_id: 'a'}", "\"totalAvailable\":\"4\"");
    assertAnswer("ListDueAccounts", "{plan: 'free'}", "\"dueTime\":\"2026-03-01T12:00:00Z\"");
    assertAnswer(
        "ResetDueAccounts",
        "{}",
        "{\"lookedAt\":\"10\",\"reset\":\"3\",\"errors\":[{\"accountId\":\"bad\",\"error\":"
            + "{\"code\":13,\"reason\":\"ACCOUNT_CORRUPT\",\"message\":\"unreadable\"}}]");
    assertAnswer(
        "AuditAccount", "{account_id: 'a'}", "\"drift\":\"1\",\"heldDrift\":\"1\"}],\"findings\"");
    assertAnswer("ListAdminEvents", "{who: 'tests'}", "\"outcome\":\"ADMIN_EVENT_OUTCOME_DONE\"");
    assertAnswer("GetSweep", "{}", "\"lastWalkSeconds\":1.5");
    assertAnswer("GetEstimates", "{}", "\"overrunRatio\":0.25,\"catalogCost\":\"1\"");
    assertAnswer("DeleteAccount", "{account_id: 'a'}", "{\"refundedReservations\":\"2\"}");
    assertEquals(
        List.of("due", "", "", 100, 10_000, true, false), server.admin.upkeep.asked.get(0));
    assertEquals(
        List.of("resetDue", List.of(), "", 1000, true, true), server.admin.upkeep.asked.get(1));
    assertEquals(List.of("estimates", "", 30), server.admin.upkeep.asked.get(4));
  }

  private void assertAnswer(String method, String json, String expected) throws IOException {
    String answer = client.call(method, json);
    assertTrue(answer.contains(expected), answer);
  }

  @Test
  void tellsTheCatalogInForce() {
    GetCatalogResponse catalog =
        server.adminClient().getCatalog(GetCatalogRequest.getDefaultInstance());
    assertEquals(2, catalog.getTokenTypesCount());
    assertEquals(3, catalog.getFeaturesCount());
    assertEquals("free", catalog.getDefaultPlan());
    assertEquals("daily", catalog.getPlans(0).getAllowances(0).getResets());
    assertTrue(catalog.getPlans(0).getAllFeatures());
    assertEquals("charge", catalog.getPlans(0).getOverage());
    assertEquals("line 3: no such plan", catalog.getRejection().getError());
  }

  @Test
  void aBatchAnswersItemByItemWithTheirPaths() {
    store.accounts.put("there", ScriptedAdminStore.account("there", 5));
    BatchCreateAccountsRequest.Builder batch = BatchCreateAccountsRequest.newBuilder();
    for (Account account :
        List.of(
            Account.newBuilder().setAccountId("new").build(),
            Account.newBuilder().setAccountId("there").build(),
            Account.newBuilder().setAccountId("bad").setPlan("fre").build())) {
      batch.addRequests(CreateAccountRequest.newBuilder().setAccount(account));
    }
    List<BatchResult> results =
        server.adminClient().batchCreateAccounts(batch.build()).getResultsList();
    assertEquals(
        List.of("new", "there", "bad"), results.stream().map(BatchResult::getAccountId).toList());
    assertFalse(results.get(0).hasError());
    assertEquals(Status.Code.ALREADY_EXISTS.value(), results.get(1).getError().getCode());
    assertEquals(Fault.ACCOUNT_EXISTS.name(), results.get(1).getError().getReason());
    assertEquals(Status.Code.INVALID_ARGUMENT.value(), results.get(2).getError().getCode());
    assertEquals(
        "requests[2].account.plan: unknown plan \"fre\"; did you mean \"free\"?",
        results.get(2).getError().getMessage());
  }

  @Test
  void everyMethodHasItsNameInTheMetrics() throws IOException, InterruptedException {
    client.call("GetCatalog", "{}");
    assertEquals("GetCatalog OK", server.nextEnded());
    server.adminClient().export(export()).forEachRemaining(response -> {});
    assertEquals("Export OK", server.nextEnded());
  }

  @Test
  void streamsAFileWhole() throws IOException {
    store.fillLedger("a", 20_000);
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    long rows = 0;
    Iterator<ExportResponse> stream = server.adminClient().export(export());
    while (stream.hasNext()) {
      ExportResponse next = stream.next();
      next.getData().writeTo(file);
      rows = next.getRows();
    }
    assertEquals(20_000, rows);
    List<String> lines = file.toString(UTF_8).lines().toList();
    assertEquals(20_001, lines.size());
    assertTrue(lines.get(20_000).startsWith("a,19999,"), lines.get(20_000));
  }

  /**
   * Nothing is read ahead for a caller that does not read, and all comes to one that does later.
   */
  @Test
  void waitsForASlowCallerAndEndsForOneThatLeaves() throws InterruptedException {
    store.fillLedger("a", 100_000);
    Reader reader = new Reader();
    TokenAdminServiceGrpc.newStub(server.operators()).export(export(), reader);
    reader.ask(1);
    reader.await();
    int asked = settled();
    assertTrue(asked < 300, "of 1,000 pieces it has read " + asked);
    reader.ask(1);
    reader.await();
    assertTrue(settled() < 400, "" + store.asked.size());

    reader.call().cancel("enough", null);
    assertEquals("Export CANCELLED", server.nextEnded());
    int atEnd = settled();
    assertEquals(atEnd, settled());
  }

  /** Requests to the store, once they stay the same for a while. */
  private int settled() throws InterruptedException {
    int before = -1;
    while (before != store.asked.size()) {
      before = store.asked.size();
      TimeUnit.MILLISECONDS.sleep(100);
    }
    return before;
  }

  @Test
  void aCallerThatLeavesWhileTheStoreWorksFreesItsPlace() throws InterruptedException {
    store.fillLedger("a", 10);
    CompletableFuture<Void> gate = new CompletableFuture<>();
    store.gate = gate;
    for (int i = 0; i < 20; i++) {
      Reader reader = new Reader();
      TokenAdminServiceGrpc.newStub(server.operators()).export(export(), reader);
      reader.ask(1);
      while (store.asked.size() == i) {
        TimeUnit.MILLISECONDS.sleep(1);
      }
      reader.call().cancel("enough", null);
      assertEquals("Export CANCELLED", server.nextEnded());
    }
    gate.complete(null);
    assertEquals(1, count(server.adminClient().export(export())));
  }

  @Test
  void tooManyExportsAreTurnedAway() throws InterruptedException {
    store.fillLedger("a", 10);
    store.gate = new CompletableFuture<>();
    List<Reader> readers = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      Reader reader = new Reader();
      readers.add(reader);
      TokenAdminServiceGrpc.newStub(server.operators()).export(export(), reader);
    }
    while (store.asked.size() < 16) {
      TimeUnit.MILLISECONDS.sleep(1);
    }
    StatusRuntimeException e =
        assertThrows(
            StatusRuntimeException.class, () -> count(server.adminClient().export(export())));
    assertEquals("OVERLOADED", TestServer.reason(e));
    readers.forEach(reader -> reader.call().cancel("enough", null));
  }

  private static ExportRequest export() {
    return ExportRequest.newBuilder().setKind(ExportKind.EXPORT_KIND_TRANSACTIONS).build();
  }

  private static int count(Iterator<ExportResponse> stream) {
    int count = 0;
    while (stream.hasNext()) {
      stream.next();
      count++;
    }
    return count;
  }

  /** Reads as much as it is told to. */
  private static final class Reader
      implements ClientResponseObserver<ExportRequest, ExportResponse> {
    private final BlockingQueue<ByteString> read = new LinkedBlockingQueue<>();
    private final CompletableFuture<ClientCallStreamObserver<ExportRequest>> call =
        new CompletableFuture<>();

    ClientCallStreamObserver<ExportRequest> call() {
      return call.join();
    }

    void ask(int messages) {
      call().request(messages);
    }

    void await() throws InterruptedException {
      assertTrue(read.poll(TestServer.LONG.toSeconds(), TimeUnit.SECONDS) != null);
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<ExportRequest> stream) {
      stream.disableAutoRequestWithInitial(0);
      call.complete(stream);
    }

    @Override
    public void onNext(ExportResponse response) {
      read.add(response.getData());
    }

    @Override
    public void onError(Throwable thrown) {}

    @Override
    public void onCompleted() {}
  }
}
