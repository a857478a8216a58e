package dev.tokenguard.products;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.FieldMask;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.JsonFormat;
import com.google.protobuf.util.Timestamps;
import dev.tokenguard.testing.ManualClock;
import dev.tokenguard.v1.Account;
import dev.tokenguard.v1.AddMemberRequest;
import dev.tokenguard.v1.AdjustBalanceRequest;
import dev.tokenguard.v1.AuditAccountRequest;
import dev.tokenguard.v1.AuditAccountResponse;
import dev.tokenguard.v1.BatchCreateAccountsRequest;
import dev.tokenguard.v1.BatchResult;
import dev.tokenguard.v1.CheckAndReserveRequest;
import dev.tokenguard.v1.CreateAccountRequest;
import dev.tokenguard.v1.CreateGrantRequest;
import dev.tokenguard.v1.DeleteAccountRequest;
import dev.tokenguard.v1.DeleteAccountResponse;
import dev.tokenguard.v1.DueAccount;
import dev.tokenguard.v1.ExportFormat;
import dev.tokenguard.v1.ExportKind;
import dev.tokenguard.v1.ExportRequest;
import dev.tokenguard.v1.ExportResponse;
import dev.tokenguard.v1.GetAccountRequest;
import dev.tokenguard.v1.GetMemberRequest;
import dev.tokenguard.v1.GetReservationRequest;
import dev.tokenguard.v1.GetSweepRequest;
import dev.tokenguard.v1.GetSweepResponse;
import dev.tokenguard.v1.Grant;
import dev.tokenguard.v1.ListAccountsRequest;
import dev.tokenguard.v1.ListAccountsResponse;
import dev.tokenguard.v1.ListDueAccountsRequest;
import dev.tokenguard.v1.ListGrantsRequest;
import dev.tokenguard.v1.ListMembersRequest;
import dev.tokenguard.v1.ListTransactionsRequest;
import dev.tokenguard.v1.Member;
import dev.tokenguard.v1.RefundReservationRequest;
import dev.tokenguard.v1.RefundReservationResponse;
import dev.tokenguard.v1.RemoveMemberRequest;
import dev.tokenguard.v1.Reservation;
import dev.tokenguard.v1.RevokeGrantRequest;
import dev.tokenguard.v1.TokenAdminServiceGrpc;
import dev.tokenguard.v1.TokenAdminServiceGrpc.TokenAdminServiceBlockingStub;
import dev.tokenguard.v1.Transaction;
import dev.tokenguard.v1.TransactionFilter;
import dev.tokenguard.v1.TypeAudit;
import dev.tokenguard.v1.UpdateAccountRequest;
import dev.tokenguard.v1.UpdateMemberRequest;
import dev.tokenguard.wire.Await;
import dev.tokenguard.wire.Books;
import dev.tokenguard.wire.Caller;
import dev.tokenguard.wire.WireServer;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Where an operator sits: a real server on a small catalog, and verbs for the generated stubs. The
 * background walk is off, so that what is due stays due until a test asks for it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class AdminDesk {

  static final String CATALOG =
      """
      token_types:
        tokens: {title: Tokens}
        image: {title: Images, low_percent: 50}
      features:
        generate: {title: Generate, cost: {tokens: 10}}
        draw: {cost: {image: 1}}
        guess: {cost: {tokens: 10}}
        chat: {}
      plans:
        free:
          title: Free
          allowances:
            tokens: {amount: 100, resets: daily}
        pro:
          zone: Asia/Tokyo
          features: [generate, draw]
          allowances:
            tokens: {amount: 1000, resets: monthly, rollover_max: 50}
            image: {amount: 10, resets: every 30 days}
          policies: {overage: cap, late_commit: reject}
      default_plan: free
      """;

  final ManualClock clock = new ManualClock(Instant.parse("2026-03-10T09:00:00Z"));
  private final AnsweredMethods answered = new AnsweredMethods();
  private WireServer server;
  Caller guard;

  /** On which Redis, as a setting; empty for one of the server's own. */
  String redisIn(Path folder) {
    return "redis.uri=";
  }

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    server = WireServer.start(CATALOG, clock, folder, redisIn(folder), "sweep.enabled=false");
    guard = server.caller();
  }

  @AfterAll
  void stop() {
    server.close();
  }

  /** A server more on the same Redis, for accounts of its own. */
  WireServer another(String namespace, Path folder, String... settings) throws Exception {
    List<String> all = new ArrayList<>(List.of(settings));
    all.add("redis.uri=" + server.redisUri());
    all.add("redis.namespace=" + namespace);
    return WireServer.start(CATALOG, clock, folder, all.toArray(String[]::new));
  }

  /** Full names of the methods that have answered. */
  Set<String> answered() {
    return answered.names;
  }

  TokenAdminServiceBlockingStub admin() {
    return adminOf(guard);
  }

  TokenAdminServiceBlockingStub adminOf(Caller caller) {
    return TokenAdminServiceGrpc.newBlockingStub(caller.operators())
        .withInterceptors(answered)
        .withDeadlineAfter(Await.LONG.toMillis(), TimeUnit.MILLISECONDS);
  }

  GetSweepResponse sweepOf(Caller caller) {
    return adminOf(caller).getSweep(GetSweepRequest.getDefaultInstance());
  }

  Timestamp in(Duration time) {
    return Timestamps.fromMillis(clock.instant().plus(time).toEpochMilli());
  }

  static CreateAccountRequest.Builder creation(String id) {
    return CreateAccountRequest.newBuilder().setAccount(Account.newBuilder().setAccountId(id));
  }

  Account open(String id) {
    return open(id, "");
  }

  Account open(String id, String plan) {
    CreateAccountRequest.Builder request = creation(id);
    request.getAccountBuilder().setPlan(plan);
    return admin().createAccount(request.build()).getAccount();
  }

  /** Opens so many at once, their numbers so far apart. */
  void openAll(String prefix, int first, int count, int step) {
    BatchCreateAccountsRequest.Builder all = BatchCreateAccountsRequest.newBuilder();
    for (int i = 0; i < count; i++) {
      all.addRequests(creation(String.format("%s%03d", prefix, first + i * step)));
    }
    for (BatchResult each : admin().batchCreateAccounts(all.build()).getResultsList()) {
      assertFalse(each.hasError(), each::toString);
    }
  }

  /** An account with members and grants to change. */
  String furnished(String id) {
    open(id);
    add(id, "there-" + id);
    add(id, "kept-" + id);
    admin().createGrant(grant(id, "tokens", 5, "given").build());
    admin().createGrant(grant(id, "tokens", 5, "kept").build());
    return id;
  }

  Account get(String id) {
    return admin().getAccount(GetAccountRequest.newBuilder().setAccountId(id).build()).getAccount();
  }

  boolean exists(String id) {
    return ids(ListAccountsRequest.newBuilder().setIdPrefix(id).build()).contains(id);
  }

  List<String> ids(ListAccountsRequest request) {
    ListAccountsResponse page = admin().listAccounts(request);
    assertEquals("", page.getNextPageToken());
    return page.getAccountsList().stream().map(Account::getAccountId).toList();
  }

  Account update(Account account, String... mask) {
    return admin()
        .updateAccount(
            UpdateAccountRequest.newBuilder()
                .setAccount(account)
                .setUpdateMask(FieldMask.newBuilder().addAllPaths(List.of(mask)))
                .build())
        .getAccount();
  }

  boolean rename(String account, String name, String id) {
    return admin()
        .updateAccount(
            UpdateAccountRequest.newBuilder()
                .setAccount(Account.newBuilder().setAccountId(account).setDisplayName(name))
                .setUpdateMask(FieldMask.newBuilder().addPaths("display_name"))
                .setRequestId(id)
                .build())
        .getReplayed();
  }

  static DeleteAccountRequest.Builder deletion(String account) {
    return DeleteAccountRequest.newBuilder().setAccountId(account);
  }

  DeleteAccountResponse delete(DeleteAccountRequest.Builder request) {
    return admin().deleteAccount(request.build());
  }

  static AddMemberRequest.Builder addition(String account, String member) {
    return AddMemberRequest.newBuilder().setAccountId(account).setMemberId(member);
  }

  Member add(String account, String member) {
    return admin().addMember(addition(account, member).build()).getMember();
  }

  void addingForItself(String account, String member) {
    admin().addMember(addition(account, member).setPaysForItself(true).build());
  }

  boolean addOnce(String account, long cap, String id) {
    return admin()
        .addMember(
            addition(account, "new-" + account).putCaps("tokens", cap).setRequestId(id).build())
        .getReplayed();
  }

  boolean cap(String account, long cap, String id) {
    return admin()
        .updateMember(
            UpdateMemberRequest.newBuilder()
                .setAccountId(account)
                .setMemberId("there-" + account)
                .putCaps("tokens", cap)
                .setRequestId(id)
                .build())
        .getReplayed();
  }

  static RemoveMemberRequest.Builder removal(String account, String member) {
    return RemoveMemberRequest.newBuilder().setAccountId(account).setMemberId(member);
  }

  boolean remove(String account, String member, String id) {
    return admin().removeMember(removal(account, member).setRequestId(id).build()).getReplayed();
  }

  Member member(String account, String member) {
    return admin()
        .getMember(GetMemberRequest.newBuilder().setAccountId(account).setMemberId(member).build())
        .getMember();
  }

  static ListMembersRequest membersOf(String account) {
    return ListMembersRequest.newBuilder().setAccountId(account).build();
  }

  static CreateGrantRequest.Builder grant(String account, String type, long amount, String id) {
    return CreateGrantRequest.newBuilder()
        .setAccountId(account)
        .setTokenType(type)
        .setAmount(amount)
        .setReason("reward")
        .setRequestId(id);
  }

  List<Grant> grants(String account) {
    return admin()
        .listGrants(ListGrantsRequest.newBuilder().setAccountId(account).build())
        .getGrantsList();
  }

  static RevokeGrantRequest.Builder revocation(String account, String grant, String id) {
    return RevokeGrantRequest.newBuilder().setAccountId(account).setGrantId(grant).setRequestId(id);
  }

  boolean revoke(String account, String grant, String id) {
    return admin().revokeGrant(revocation(account, grant, id).build()).getReplayed();
  }

  static AdjustBalanceRequest.Builder adjustment(
      String account, String type, long amount, String id) {
    return AdjustBalanceRequest.newBuilder()
        .setAccountId(account)
        .setTokenType(type)
        .setAmount(amount)
        .setReason("correction")
        .setNote("by hand")
        .setActor("op")
        .setRequestId(id);
  }

  dev.tokenguard.v1.Balance adjust(String account, long amount, boolean allowDebt, String id) {
    return admin()
        .adjustBalance(adjustment(account, "tokens", amount, id).setAllowDebt(allowDebt).build())
        .getBalance();
  }

  dev.tokenguard.v1.Balance tokens(String account, String type) {
    return Books.of(guard.balance(account), type);
  }

  void consumeAs(String account, String member, String feature, String id) {
    assertTrue(
        guard
            .stub()
            .consume(
                dev.tokenguard.v1.ConsumeRequest.newBuilder()
                    .setAccountId(account)
                    .setMemberId(member)
                    .setFeature(feature)
                    .setReservationId(id)
                    .build())
            .hasReservation());
  }

  void reserveFor(String account, String member, String id, Duration ttl) {
    CheckAndReserveRequest request =
        Caller.reserveRequest(account, "generate", id)
            .setMemberId(member)
            .setTtl(com.google.protobuf.Duration.newBuilder().setSeconds(ttl.toSeconds()))
            .build();
    assertTrue(guard.stub().checkAndReserve(request).hasReservation());
  }

  Reservation reservation(String account, String id) {
    return admin()
        .getReservation(
            GetReservationRequest.newBuilder().setAccountId(account).setReservationId(id).build())
        .getReservation();
  }

  RefundReservationResponse refund(String account, String id) {
    return admin()
        .refundReservation(
            RefundReservationRequest.newBuilder()
                .setAccountId(account)
                .setReservationId(id)
                .setReason("stuck")
                .build());
  }

  static TransactionFilter.Builder filter() {
    return TransactionFilter.newBuilder();
  }

  List<Transaction> transactions(String account, TransactionFilter filter, int size) {
    return admin()
        .listTransactions(
            ListTransactionsRequest.newBuilder()
                .setAccountId(account)
                .setFilter(filter)
                .setPageSize(size)
                .build())
        .getTransactionsList();
  }

  List<String> kinds(String account, TransactionFilter filter) {
    return transactions(account, filter, 100).stream()
        .map(each -> each.getKind().name().replace("TRANSACTION_KIND_", ""))
        .toList();
  }

  List<DueAccount> due(String prefix) {
    return admin()
        .listDueAccounts(ListDueAccountsRequest.newBuilder().setIdPrefix(prefix).build())
        .getAccountsList();
  }

  AuditAccountResponse audit(String account) {
    return admin().auditAccount(AuditAccountRequest.newBuilder().setAccountId(account).build());
  }

  AuditAccountResponse assertBalanced(String account) {
    AuditAccountResponse audit = audit(account);
    assertTrue(audit.getBalanced(), audit::toString);
    assertEquals(List.of(), audit.getFindingsList());
    for (TypeAudit each : audit.getTypesList()) {
      assertEquals(0, each.getDrift(), each::toString);
      assertEquals(0, each.getLedgerDrift(), each::toString);
      assertEquals(0, each.getHeldDrift(), each::toString);
    }
    return audit;
  }

  static List<String> types(AuditAccountResponse audit) {
    return audit.getTypesList().stream().map(TypeAudit::getTokenType).toList();
  }

  static List<String> inShort(List<BatchResult> results) {
    return results.stream()
        .map(
            each ->
                each.getAccountId()
                    + (each.getMemberId().isEmpty() ? "" : " " + each.getMemberId())
                    + (each.hasError()
                        ? " " + each.getError().getCode() + " " + each.getError().getReason()
                        : each.getReplayed() ? " replayed" : " done"))
        .toList();
  }

  /**
   * What was exported.
   *
   * @param text all of it
   * @param rows so many
   */
  record File(String text, long rows) {}

  File export(ExportKind kind, ExportFormat format, String account) {
    Iterator<ExportResponse> parts =
        admin()
            .export(
                ExportRequest.newBuilder()
                    .setKind(kind)
                    .setFormat(format)
                    .setAccountId(account)
                    .build());
    ByteString all = ByteString.EMPTY;
    long rows = 0;
    while (parts.hasNext()) {
      ExportResponse part = parts.next();
      all = all.concat(part.getData());
      assertTrue(part.getRows() >= rows);
      rows = part.getRows();
    }
    return new File(all.toString(UTF_8), rows);
  }

  static Struct struct(String json) throws InvalidProtocolBufferException {
    Struct.Builder struct = Struct.newBuilder();
    JsonFormat.parser().merge(json, struct);
    return struct.build();
  }

  static String field(String json, String name) throws InvalidProtocolBufferException {
    return struct(json).getFieldsOrThrow(name).getStringValue();
  }

  /** Notes the methods that have answered. */
  private static final class AnsweredMethods implements ClientInterceptor {

    private final Set<String> names = ConcurrentHashMap.newKeySet();

    @Override
    public <Q, P> ClientCall<Q, P> interceptCall(
        MethodDescriptor<Q, P> method, CallOptions options, Channel next) {
      return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
        @Override
        public void start(Listener<P> listener, Metadata headers) {
          super.start(
              new SimpleForwardingClientCallListener<>(listener) {
                @Override
                public void onMessage(P message) {
                  names.add(method.getFullMethodName());
                  super.onMessage(message);
                }
              },
              headers);
        }
      };
    }
  }
}
