package dev.tokenguard.products;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Duration;
import com.google.protobuf.FieldMask;
import com.google.protobuf.Timestamp;
import dev.tokenguard.auth.ApiKey;
import dev.tokenguard.testing.CapturedLog;
import dev.tokenguard.testing.Keys;
import dev.tokenguard.v1.Account;
import dev.tokenguard.v1.AccountStatus;
import dev.tokenguard.v1.AdminEvent;
import dev.tokenguard.v1.AdminEventOutcome;
import dev.tokenguard.v1.Allowance;
import dev.tokenguard.v1.BatchAddMembersRequest;
import dev.tokenguard.v1.BatchCreateAccountsRequest;
import dev.tokenguard.v1.BatchCreateGrantsRequest;
import dev.tokenguard.v1.BatchRemoveMembersRequest;
import dev.tokenguard.v1.ListAdminEventsRequest;
import dev.tokenguard.v1.ListAdminEventsResponse;
import dev.tokenguard.v1.RefundReservationRequest;
import dev.tokenguard.v1.ResetDueAccountsRequest;
import dev.tokenguard.v1.SetLogLevelRequest;
import dev.tokenguard.v1.TokenAdminServiceGrpc;
import dev.tokenguard.v1.TokenAdminServiceGrpc.TokenAdminServiceBlockingStub;
import dev.tokenguard.v1.UpdateAccountRequest;
import dev.tokenguard.v1.UpdateMemberRequest;
import dev.tokenguard.wire.Await;
import dev.tokenguard.wire.WireFault;
import dev.tokenguard.wire.WireServer;
import io.grpc.MethodDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What operators do is recorded: who, what, before, after, when; over the wire. */
class AdminEventsOverTheWireTest extends AdminDesk {
  private static final AdminEventOutcome DONE = AdminEventOutcome.ADMIN_EVENT_OUTCOME_DONE;

  /** RPCs that begin so change nothing. */
  private static final List<String> READING = List.of("Get", "List", "Audit", "Export");

  private List<AdminEvent> events(ListAdminEventsRequest.Builder request) {
    return events(admin(), request);
  }

  /** All of them, page by page. */
  private static List<AdminEvent> events(
      TokenAdminServiceBlockingStub operator, ListAdminEventsRequest.Builder request) {
    List<AdminEvent> all = new ArrayList<>();
    String token = "";
    do {
      ListAdminEventsResponse page = operator.listAdminEvents(request.setPageToken(token).build());
      all.addAll(page.getEventsList());
      token = page.getNextPageToken();
    } while (!token.isEmpty());
    return all;
  }

  private List<AdminEvent> eventsOf(String account) {
    return events(ListAdminEventsRequest.newBuilder().setAccountId(account));
  }

  private AdminEvent lastOf(String account) {
    return eventsOf(account).get(0);
  }

  /** {@code UpdateAccount DONE before after}, or with the reason instead. */
  private static String inShort(AdminEvent event) {
    String outcome = event.getOutcome().name().replace("ADMIN_EVENT_OUTCOME_", "");
    return String.join(
        " ", event.getRpc(), outcome, event.getReason() + event.getBefore(), event.getAfter());
  }

  /** For each RPC that changes something, how to call it on an account of its own. */
  private Map<String, Consumer<String>> changes() {
    Map<String, Consumer<String>> changes = new TreeMap<>();
    changes.put("CreateAccount", this::open);
    changes.put(
        "BatchCreateAccounts",
        id ->
            admin()
                .batchCreateAccounts(
                    BatchCreateAccountsRequest.newBuilder().addRequests(creation(id)).build()));
    changes.put(
        "UpdateAccount",
        id -> {
          open(id);
          rename(id, "Name", "u");
        });
    changes.put(
        "DeleteAccount",
        id -> {
          open(id);
          delete(deletion(id));
        });
    changes.put(
        "AddMember",
        id -> {
          open(id);
          add(id, "m-" + id);
        });
    changes.put(
        "BatchAddMembers",
        id -> {
          open(id);
          admin()
              .batchAddMembers(
                  BatchAddMembersRequest.newBuilder().addRequests(addition(id, "m-" + id)).build());
        });
    changes.put(
        "UpdateMember",
        id -> {
          furnished(id);
          cap(id, 7, "c");
        });
    changes.put(
        "RemoveMember",
        id -> {
          furnished(id);
          remove(id, "there-" + id, "");
        });
    changes.put(
        "BatchRemoveMembers",
        id -> {
          furnished(id);
          admin()
              .batchRemoveMembers(
                  BatchRemoveMembersRequest.newBuilder()
                      .addRequests(removal(id, "there-" + id))
                      .build());
        });
    changes.put("CreateGrant", id -> admin().createGrant(grant(id, "tokens", 5, "g").build()));
    changes.put(
        "BatchCreateGrants",
        id ->
            admin()
                .batchCreateGrants(
                    BatchCreateGrantsRequest.newBuilder()
                        .addRequests(grant(id, "tokens", 5, "g"))
                        .build()));
    changes.put(
        "RevokeGrant",
        id -> {
          furnished(id);
          revoke(id, "given", "");
        });
    changes.put("AdjustBalance", id -> adjust(open(id).getAccountId(), 5, false, "a"));
    changes.put(
        "RefundReservation",
        id -> {
          guard.reserve(id, "generate", "r");
          refund(id, "r");
        });
    changes.put(
        "ResetDueAccounts",
        id ->
            admin()
                .resetDueAccounts(
                    ResetDueAccountsRequest.newBuilder()
                        .addAccountIds(open(id).getAccountId())
                        .build()));
    changes.put(
        "SetLogLevel",
        id ->
            admin()
                .setLogLevel(
                    SetLogLevelRequest.newBuilder()
                        .setLogger("dev.tokenguard.store")
                        .setRestore(true)
                        .build()));
    return changes;
  }

  /** A new RPC that changes something, and one that leaves no event, fail here. */
  @Test
  void everyRpcThatChangesSomethingLeavesAnEvent() {
    Map<String, Consumer<String>> changes = changes();
    assertEquals(
        TokenAdminServiceGrpc.getServiceDescriptor().getMethods().stream()
            .map(MethodDescriptor::getBareMethodName)
            .map(Objects::requireNonNull)
            .filter(rpc -> READING.stream().noneMatch(rpc::startsWith))
            .collect(Collectors.toCollection(TreeSet::new)),
        changes.keySet());

    changes.forEach(
        (rpc, change) -> {
          String account = rpc.equals("SetLogLevel") ? "" : "each-" + rpc;
          change.accept(account);
          AdminEvent event = lastOf(account);
          assertEquals(rpc, event.getRpc());
          assertEquals(DONE, event.getOutcome(), event::toString);
          assertEquals("tests", event.getCaller().getName());
          assertEquals("admin", event.getCaller().getRole());
          assertEquals("127.0.0.1", event.getCaller().getPeer());
          assertEquals(account, event.getAccountId());
          assertEquals(
              clock.instant().getEpochSecond(), event.getTime().getSeconds(), "by whose clock");
        });
  }

  @Test
  void whatReadsLeavesNone() {
    open("reader");
    get("reader");
    audit("reader");
    eventsOf("reader");

    assertEquals(1, eventsOf("reader").size());
  }

  @Test
  void anUpdateTellsTheFieldsThatChanged() {
    open("changing");
    Account asked =
        Account.newBuilder()
            .setAccountId("changing")
            .setPlan("pro")
            .setStatus(AccountStatus.ACCOUNT_STATUS_SUSPENDED)
            .setDisplayName("Ünïcode \"quoted\" \n line")
            .setExpireTime(Timestamp.newBuilder().setSeconds(1_800_000_000))
            .setGracePeriod(Duration.newBuilder().setSeconds(60))
            .addAllowances(Allowance.newBuilder().setTokenType("tokens").setAmount(1L << 50))
            .build();
    update(
        asked,
        "plan",
        "status",
        "display_name",
        "expire_time",
        "grace_period",
        "allowances",
        "members_only");

    assertEquals(
        "UpdateAccount DONE {\"display_name\":\"\",\"plan\":\"free\",\"status\":"
            + "\"ACCOUNT_STATUS_ACTIVE\",\"allowances\":[]} {\"display_name\":\"Ünïcode"
            + " \\\"quoted\\\" \\n line\",\"plan\":\"pro\",\"status\":\"ACCOUNT_STATUS_SUSPENDED\","
            + "\"expire_time\":\"2027-01-15T08:00:00Z\",\"grace_period\":\"60s\",\"allowances\":"
            + "[{\"token_type\":\"tokens\",\"amount\":\"1125899906842624\"}]}",
        inShort(lastOf("changing")));

    update(asked.toBuilder().clearExpireTime().build(), "expire_time", "plan");
    assertEquals(
        "UpdateAccount DONE {\"expire_time\":\"2027-01-15T08:00:00Z\"} {}",
        inShort(lastOf("changing")));
    update(asked, "plan");
    assertEquals("UpdateAccount DONE  ", inShort(lastOf("changing")), "nothing became another");
  }

  @Test
  void membersGrantsAndReservationsTellWhatChanged() {
    open("rich");
    addOnce("rich", 5, "m1");
    assertEquals("AddMember DONE  {\"caps\":{\"tokens\":\"5\"}}", inShort(lastOf("rich")));
    addOnce("rich", 6, "m2");
    assertEquals(
        "AddMember DONE {\"caps\":{\"tokens\":\"5\"}} {\"caps\":{\"tokens\":\"6\"}}",
        inShort(lastOf("rich")));
    admin()
        .updateMember(
            UpdateMemberRequest.newBuilder().setAccountId("rich").setMemberId("new-rich").build());
    assertEquals(
        "UpdateMember DONE {\"caps\":{\"tokens\":\"6\"}} {\"caps\":{}}", inShort(lastOf("rich")));
    remove("rich", "new-rich", "");
    assertEquals("RemoveMember DONE {\"caps\":{}} ", inShort(lastOf("rich")));
    assertEquals("new-rich", lastOf("rich").getMemberId());

    admin().createGrant(grant("rich", "tokens", 50, "paid").setNote("thanks").build());
    assertEquals("CreateGrant DONE " + tokens(100, 0) + " " + tokens(150, 0), last("rich"));
    assertEquals(
        "{\"token_type\":\"tokens\",\"amount\":\"50\",\"reason\":\"reward\",\"note\":\"thanks\"}",
        lastOf("rich").getRequest());
    assertEquals("paid", lastOf("rich").getRequestId());
    adjust("rich", -160, true, "a1");
    assertEquals("AdjustBalance DONE " + tokens(150, 0) + " " + tokens(0, 10), last("rich"));
    assertEquals("op", lastOf("rich").getActor());
    adjust("rich", 30, true, "a2");
    assertEquals("AdjustBalance DONE " + tokens(0, 10) + " " + tokens(20, 0), last("rich"));
    admin().createGrant(grant("rich", "tokens", 40, "more").build());
    revoke("rich", "more", "");
    assertEquals("RevokeGrant DONE " + tokens(60, 0) + " " + tokens(20, 0), last("rich"));

    guard.reserve("rich", "generate", "job");
    refund("rich", "job");
    assertEquals(
        "RefundReservation DONE {\"amounts\":{\"tokens\":\"10\"},\"state\":\"RESERVATION_STATE_OPEN\"}"
            + " {\"state\":\"RESERVATION_STATE_REFUNDED\"}",
        last("rich"));
    assertEquals("job", lastOf("rich").getRequestId());
    delete(deletion("rich"));
    assertEquals(
        "DeleteAccount DONE {\"plan\":\"free\",\"status\":\"ACCOUNT_STATUS_ACTIVE\"} ",
        last("rich"));
  }

  private String last(String account) {
    return inShort(lastOf(account));
  }

  private static String tokens(long available, long debt) {
    return "{\"token_type\":\"tokens\",\"available\":\""
        + available
        + "\",\"debt\":\""
        + debt
        + "\"}";
  }

  @Test
  void whatChangesNothingIsTold() {
    open("quiet");
    rename("quiet", "Name", "once");
    rename("quiet", "Name", "once");
    assertEquals("UpdateAccount REPLAYED  ", last("quiet"));
    WireFault.of(() -> open("quiet"));
    assertEquals("CreateAccount REFUSED ACCOUNT_EXISTS ", last("quiet"));
    WireFault.of(() -> rename("quiet", "Other", "once"));
    assertEquals("UpdateAccount REFUSED IDEMPOTENCY_MISMATCH ", last("quiet"));
    assertEquals("{\"display_name\":\"Other\"}", lastOf("quiet").getRequest());
    WireFault.of(() -> update(get("quiet").toBuilder().setVersion(99).build(), "locale"));
    assertEquals("UpdateAccount REFUSED STALE_VERSION ", last("quiet"));
    WireFault.of(
        () ->
            admin()
                .refundReservation(
                    RefundReservationRequest.newBuilder()
                        .setAccountId("quiet")
                        .setReservationId("none")
                        .build()));
    assertEquals("RefundReservation REFUSED RESERVATION_NOT_FOUND ", last("quiet"));
    assertEquals(
        2,
        events(ListAdminEventsRequest.newBuilder().setAccountId("quiet").addOutcomes(DONE)).size());
  }

  @Test
  void eachItemOfABatchHasItsEvent() {
    open("b-2");
    admin()
        .batchCreateAccounts(
            BatchCreateAccountsRequest.newBuilder()
                .addRequests(creation("b-1").setRequestId("r1"))
                .addRequests(creation("b-2").setRequestId("r2"))
                .addRequests(creation("b 3"))
                .build());
    assertEquals("BatchCreateAccounts DONE  ", last("b-1"));
    assertEquals("r1", lastOf("b-1").getRequestId());
    assertEquals("BatchCreateAccounts REFUSED ACCOUNT_EXISTS ", last("b-2"));
    AdminEvent invalid =
        events(ListAdminEventsRequest.newBuilder().setRpc("BatchCreateAccounts")).get(0);
    assertEquals("b 3", invalid.getAccountId());
    assertEquals("INVALID_REQUEST", invalid.getReason());

    addOnce("b-1", 5, "");
    admin()
        .batchAddMembers(
            BatchAddMembersRequest.newBuilder()
                .addRequests(addition("b-1", "new-b-1").putCaps("tokens", 9))
                .addRequests(addition("b-1", "second"))
                .build());
    assertEquals(
        List.of(
            "BatchAddMembers DONE  {\"caps\":{}}",
            "BatchAddMembers DONE {\"caps\":{\"tokens\":\"5\"}} {\"caps\":{\"tokens\":\"9\"}}"),
        eventsOf("b-1").stream().limit(2).map(AdminEventsOverTheWireTest::inShort).toList());
    BatchCreateAccountsRequest.Builder many = BatchCreateAccountsRequest.newBuilder();
    IntStream.range(0, 1001).forEach(i -> many.addRequests(creation("many-" + i)));
    WireFault.of(() -> admin().batchCreateAccounts(many.build()));
    AdminEvent whole =
        events(ListAdminEventsRequest.newBuilder().setRpc("BatchCreateAccounts")).get(0);
    assertEquals("INVALID_REQUEST", whole.getReason());
    assertEquals("", whole.getAccountId());
  }

  @Test
  void aRefusedRequestMayHoldAnything() {
    String odd = "{x}\n\u0000\t'\"\\\u202e\uD83D\uDE00" + "y".repeat(300);
    WireFault.of(
        () ->
            admin()
                .adjustBalance(
                    adjustment(odd, "tokens", 1, odd)
                        .setActor(odd)
                        .setNote("z".repeat(10_000))
                        .build()));

    AdminEvent event = events(ListAdminEventsRequest.newBuilder().setRpc("AdjustBalance")).get(0);
    assertEquals(odd.substring(0, 256), event.getAccountId());
    assertEquals(odd.substring(0, 256), event.getActor());
    assertTrue(event.getRequest().matches("\\{\"omitted_bytes\":1\\d{4}}"), event::getRequest);
    assertEquals("INVALID_REQUEST", event.getReason());
  }

  @Test
  void filtersAndPagesInBothDirections() {
    open("paged");
    IntStream.range(0, 9).forEach(i -> rename("paged", "Name " + i, ""));
    ListAdminEventsRequest.Builder request =
        ListAdminEventsRequest.newBuilder().setAccountId("paged").setPageSize(4);
    List<AdminEvent> newest = events(request);
    List<AdminEvent> oldest = events(request.setOldestFirst(true));

    assertEquals(10, newest.size());
    assertEquals(
        oldest.stream().map(AdminEvent::getEventId).toList(),
        newest.stream().map(AdminEvent::getEventId).sorted().toList());
    assertEquals("CreateAccount", oldest.get(0).getRpc());
    assertEquals(
        newest,
        events(
            ListAdminEventsRequest.newBuilder(request.build())
                .setOldestFirst(false)
                .setRpc("")
                .setWho("tests")));
    assertEquals(
        List.of(), events(ListAdminEventsRequest.newBuilder(request.build()).setWho("nobody")));
    WireFault foreign =
        WireFault.of(
            () ->
                admin()
                    .listAdminEvents(
                        request
                            .setPageToken(
                                admin()
                                    .listAdminEvents(request.clearPageToken().build())
                                    .getNextPageToken())
                            .setWho("tests")
                            .build()));
    assertEquals(List.of("page_token"), foreign.fields());
  }

  /** Each changed what another one had left, and says so: it is one chain. */
  @Test
  void sixtyFourOperatorsAtATimeLeaveOneChain(@TempDir Path folder) throws Exception {
    open("chain");
    rename("chain", "start", "");
    try (WireServer second = another("tg", folder)) {
      ExecutorService operators = Executors.newFixedThreadPool(64);
      CountDownLatch go = new CountDownLatch(1);
      List<Future<?>> done = new ArrayList<>();
      for (int i = 0; i < 64; i++) {
        String name = "name-" + i;
        TokenAdminServiceBlockingStub operator = adminOf(i % 2 == 0 ? guard : second.caller());
        done.add(
            operators.submit(
                () -> {
                  go.await();
                  return operator.updateAccount(
                      UpdateAccountRequest.newBuilder()
                          .setAccount(
                              Account.newBuilder().setAccountId("chain").setDisplayName(name))
                          .setUpdateMask(FieldMask.newBuilder().addPaths("display_name"))
                          .build());
                }));
      }
      go.countDown();
      for (Future<?> each : done) {
        each.get(Await.LONG.toSeconds(), TimeUnit.SECONDS);
      }
      operators.shutdown();
    }

    Map<String, String> next = new HashMap<>();
    for (AdminEvent event : eventsOf("chain")) {
      if (event.getBefore().isEmpty() || event.getRpc().equals("CreateAccount")) {
        continue;
      }
      assertEquals(DONE, event.getOutcome(), event::toString);
      assertEquals(null, next.put(event.getBefore(), event.getAfter()), event::getBefore);
    }
    String name = "{\"display_name\":\"\"}";
    for (int i = 0; i < 65; i++) {
      name = Objects.requireNonNull(next.get(name), name);
    }
    assertEquals("{\"display_name\":\"" + get("chain").getDisplayName() + "\"}", name);
  }

  @Test
  void aLimitedKeySeesItsAccountsAndANamespaceIsAnotherOne(@TempDir Path folder) throws Exception {
    String shops = ApiKey.create();
    String viewer = ApiKey.create();
    String tenant = ApiKey.create();
    Path file =
        Files.writeString(
            folder.resolve("credentials.yaml"),
            """
            keys:
              tests: {role: admin, sha256: %s}
              shops: {role: operator, sha256: %s, prefixes: [shop-]}
              eyes: {role: guard, sha256: %s}
              tenant: {role: operator, sha256: %s, namespace: theirs}
            """
                .formatted(
                    ApiKey.sha256(Keys.ADMIN),
                    ApiKey.sha256(shops),
                    ApiKey.sha256(viewer),
                    ApiKey.sha256(tenant)));
    try (WireServer server =
        another(
            "limited",
            folder.resolve("redis"),
            "auth.credentials_file=" + file,
            "redis.tenant_namespaces=theirs")) {
      TokenAdminServiceBlockingStub all = adminOf(server.caller());
      all.createAccount(creation("shop-1").build());
      all.createAccount(creation("bank-1").build());
      TokenAdminServiceBlockingStub limited = with(shops, server);
      limited.deleteAccount(deletion("shop-1").build());

      ListAdminEventsRequest.Builder any = ListAdminEventsRequest.newBuilder();
      ListAdminEventsRequest.Builder own = ListAdminEventsRequest.newBuilder();
      assertEquals(
          List.of("shops", "tests"),
          events(limited, own.setAccountId("shop-1")).stream()
              .map(event -> event.getCaller().getName())
              .toList());
      assertEquals(
          "PERMISSION_DENIED PERMISSION_DENIED", WireFault.of(() -> events(limited, any)).name());
      ListAdminEventsRequest.Builder others =
          ListAdminEventsRequest.newBuilder().setAccountId("bank-1");
      assertEquals(
          "NOT_FOUND ACCOUNT_NOT_FOUND", WireFault.of(() -> events(limited, others)).name());
      assertEquals(
          "PERMISSION_DENIED PERMISSION_DENIED",
          WireFault.of(() -> events(with(viewer, server), any)).name());
      WireFault.of(() -> limited.deleteAccount(deletion("bank-1").build()));
      Await.untilEquals(
          List.of("shops DeleteAccount REFUSED ACCOUNT_NOT_FOUND ", "tests CreateAccount DONE"),
          () ->
              events(all, others).stream()
                  .map(
                      each ->
                          each.getCaller().getName()
                              + " "
                              + (each.getOutcome() == DONE
                                  ? each.getRpc() + " DONE"
                                  : inShort(each)))
                  .toList());

      TokenAdminServiceBlockingStub theirs = with(tenant, server);
      assertEquals(List.of(), events(theirs, any));
      theirs.createAccount(creation("shop-1").build());
      assertEquals("theirs", events(theirs, any).get(0).getCaller().getNamespace());
      assertEquals(1, events(theirs, any).size());
      assertEquals(4, events(all, any).size());
    }
  }

  private static TokenAdminServiceBlockingStub with(String key, WireServer server) {
    return TokenAdminServiceGrpc.newBlockingStub(Keys.with(key, server.caller().channel()))
        .withDeadlineAfter(Await.LONG.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** A server that dies in between leaves the same behind as one that only begins. */
  @Test
  void whatCannotBeRecordedIsNotDone(@TempDir Path folder) throws Exception {
    try (WireServer server = another("spoilt", folder);
        CapturedLog log = new CapturedLog("dev.tokenguard.store.redis.ScriptRunner")) {
      server.redis().set("spoilt:{!admin-events}:attempts", "no sorted set");
      TokenAdminServiceBlockingStub operator = adminOf(server.caller());

      WireFault fault = WireFault.of(() -> operator.createAccount(creation("acme").build()));
      assertEquals("INTERNAL ACCOUNT_CORRUPT", fault.name());
      assertFalse(log.messages().isEmpty());
      server.redis().del("spoilt:{!admin-events}:attempts");
      assertFalse(
          operator.createAccount(creation("acme").build()).getReplayed(), "it was not there");
      assertEquals(1, events(operator, ListAdminEventsRequest.newBuilder()).size());
    }
  }

  @Test
  void resetsOfAllAreOneEvent() {
    admin().resetDueAccounts(ResetDueAccountsRequest.newBuilder().setPlan("none").build());
    AdminEvent event =
        events(ListAdminEventsRequest.newBuilder().setRpc("ResetDueAccounts")).get(0);

    assertEquals("", event.getAccountId());
    assertEquals("{\"plan\":\"none\"}", event.getRequest());
    assertTrue(
        event.getAfter().matches("\\{\"looked_at\":\"\\d+\",\"reset\":\"0\"}"), event::getAfter);
  }
}
