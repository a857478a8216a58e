package dev.tokenguard.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.auth.ApiKey;
import dev.tokenguard.testing.Keys;
import dev.tokenguard.v1.Account;
import dev.tokenguard.v1.AddMemberRequest;
import dev.tokenguard.v1.BatchCreateGrantsRequest;
import dev.tokenguard.v1.CheckAndReserveRequest;
import dev.tokenguard.v1.CommitRequest;
import dev.tokenguard.v1.CreateAccountRequest;
import dev.tokenguard.v1.CreateGrantRequest;
import dev.tokenguard.v1.ExportKind;
import dev.tokenguard.v1.ExportRequest;
import dev.tokenguard.v1.GetAccountRequest;
import dev.tokenguard.v1.GetBalanceRequest;
import dev.tokenguard.v1.GetReservationRequest;
import dev.tokenguard.v1.GetSweepRequest;
import dev.tokenguard.v1.ListAccountsRequest;
import dev.tokenguard.v1.ResetDueAccountsRequest;
import dev.tokenguard.v1.TokenAdminServiceGrpc;
import dev.tokenguard.v1.TokenAdminServiceGrpc.TokenAdminServiceBlockingStub;
import dev.tokenguard.v1.TokenGuardServiceGrpc;
import dev.tokenguard.v1.TokenGuardServiceGrpc.TokenGuardServiceBlockingStub;
import dev.tokenguard.v1.WatchBalanceRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Credentials that are limited to accounts, to a prefix, to a namespace, to so many calls. */
class LimitedCredentialsTest {
  private static final String SHOP = ApiKey.create();
  private static final String ONE = ApiKey.create();
  private static final String ACME = ApiKey.create();
  private static final String SLOW = ApiKey.create();

  @TempDir static Path folder;
  private static WireServer server;

  @BeforeAll
  static void start() throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("keys.yaml"),
            """
            keys:
              tests: {role: admin, sha256: %s}
              shop: {role: admin, sha256: %s, prefixes: [shop-]}
              one: {role: admin, sha256: %s, accounts: [only]}
              acme: {role: admin, sha256: %s, namespace: acme}
              slow: {role: guard, sha256: %s, calls_per_second: 1}
            """
                .formatted(
                    ApiKey.sha256(Keys.ADMIN),
                    ApiKey.sha256(SHOP),
                    ApiKey.sha256(ONE),
                    ApiKey.sha256(ACME),
                    ApiKey.sha256(SLOW)));
    server =
        WireServer.start(
            folder.resolve("redis"),
            "auth.credentials_file=" + file,
            "redis.tenant_namespaces=acme,zeta");
    // Somebody else's, with a reservation.
    assertTrue(server.caller().reserve("other", "create_website", "r1").hasReservation());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static TokenGuardServiceBlockingStub guard(String key) {
    return TokenGuardServiceGrpc.newBlockingStub(Keys.with(key, server.caller().channel()))
        .withDeadlineAfter(Await.LONG.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static TokenAdminServiceBlockingStub admin(String key) {
    return TokenAdminServiceGrpc.newBlockingStub(Keys.with(key, server.caller().channel()))
        .withDeadlineAfter(Await.LONG.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static String refusal(Executable call) {
    Status status = assertThrows(StatusRuntimeException.class, call).getStatus();
    return status.getCode() + " " + status.getDescription();
  }

  @Test
  void anothersAccountSoundsLikeNone() {
    for (String account : List.of("other", "nobody-has-it")) {
      String none = "NOT_FOUND no account " + account;
      assertEquals(none, refusal(() -> admin(SHOP).getAccount(get(account))));
      assertEquals(none, refusal(() -> guard(SHOP).getBalance(balance(account))));
      assertEquals(none, refusal(() -> guard(SHOP).checkAndReserve(reserve(account, "s1"))));
      assertEquals(none, refusal(() -> admin(SHOP).createAccount(create(account))));
      assertEquals(none, refusal(() -> admin(SHOP).createGrant(grant(account))));
      assertEquals(none, refusal(() -> admin(ONE).getAccount(get(account))));
      assertEquals(
          none,
          refusal(
              () ->
                  guard(SHOP)
                      .watchBalance(WatchBalanceRequest.newBuilder().setAccountId(account).build())
                      .hasNext()));
      String noReservation =
          "NOT_FOUND account " + account + " has no reservation r1, or it ended too long ago";
      assertEquals(noReservation, refusal(() -> guard(SHOP).commit(commit(account, "r1"))));
      assertEquals(
          noReservation,
          refusal(
              () ->
                  admin(SHOP)
                      .getReservation(
                          GetReservationRequest.newBuilder()
                              .setAccountId(account)
                              .setReservationId("r1")
                              .build())));
    }
    // The same words as of a reservation that is really not there.
    assertEquals(
        "NOT_FOUND account shop-1 has no reservation r1, or it ended too long ago",
        refusal(() -> guard(SHOP).commit(commit("shop-1", "r1"))));
    // And nothing was done.
    assertEquals(
        "granted 5, consumed 0, held 1, available 4, debt 0",
        server.caller().balance("other", "website"));
    assertFalse(server.redis().keys("*").stream().anyMatch(key -> key.contains("nobody-has-it")));
  }

  /** So that time does not tell either: what is refused asks the store as often. */
  @Test
  void aRefusalTakesAsLongAsALook() {
    refusal(() -> guard(SHOP).commit(commit("other", "r1"))); // its plan is known from now on
    refusal(() -> guard(SHOP).commit(commit("shop-1", "none")));
    long before = server.scriptsRun();
    refusal(() -> guard(SHOP).commit(commit("other", "r1")));
    long refused = server.scriptsRun();
    refusal(() -> guard(SHOP).commit(commit("shop-1", "none")));
    assertEquals(server.scriptsRun() - refused, refused - before);
    assertEquals(1, refused - before);
  }

  @Test
  void anAccountInScopeIsServedAsEver() {
    assertTrue(guard(SHOP).checkAndReserve(reserve("shop-1", "s1")).hasReservation());
    assertEquals("shop-1", admin(SHOP).getAccount(get("shop-1")).getAccount().getAccountId());
    assertTrue(guard(ONE).checkAndReserve(reserve("only", "s1")).hasReservation());
    // Bad input is bad input.
    assertTrue(
        refusal(() -> guard(SHOP).checkAndReserve(CheckAndReserveRequest.getDefaultInstance()))
            .startsWith(
                "PERMISSION_DENIED the request names no account, and 'shop' is limited to"));
  }

  @Test
  void listsAreNarrowed() {
    server.caller().consume("shop-7", "create_website", "a");
    server.caller().consume("zoo", "create_website", "a");
    List<String> seen =
        admin(SHOP)
            .listAccounts(ListAccountsRequest.getDefaultInstance())
            .getAccountsList()
            .stream()
            .map(Account::getAccountId)
            .toList();
    assertTrue(seen.contains("shop-7"), seen.toString());
    assertTrue(seen.stream().allMatch(id -> id.startsWith("shop-")), seen.toString());
    assertEquals(
        1,
        admin(SHOP)
            .listAccounts(ListAccountsRequest.newBuilder().setIdPrefix("shop-7").build())
            .getAccountsCount());
    assertEquals(
        "PERMISSION_DENIED id_prefix: 'z' is of others too; 'shop' is limited to accounts that begin"
            + " with 'shop-'",
        refusal(
            () ->
                admin(SHOP)
                    .listAccounts(ListAccountsRequest.newBuilder().setIdPrefix("z").build())));
    assertTrue(
        refusal(
                () ->
                    admin(SHOP)
                        .listAccounts(ListAccountsRequest.newBuilder().setMemberOf("zoo").build()))
            .startsWith("PERMISSION_DENIED member_of"));
    assertTrue(
        refusal(() -> admin(ONE).listAccounts(ListAccountsRequest.getDefaultInstance()))
            .startsWith("PERMISSION_DENIED id_prefix"));
  }

  @Test
  void whatIsAboutAllAccountsIsRefused() {
    assertTrue(
        refusal(() -> admin(SHOP).getSweep(GetSweepRequest.getDefaultInstance()))
            .startsWith("PERMISSION_DENIED 'shop' has the role admin and may not call GetSweep"));
    assertTrue(
        refusal(
                () ->
                    admin(SHOP)
                        .export(
                            ExportRequest.newBuilder()
                                .setKind(ExportKind.EXPORT_KIND_BALANCES)
                                .build())
                        .hasNext())
            .startsWith("PERMISSION_DENIED the request names no account"));
    assertTrue(
        refusal(() -> admin(SHOP).resetDueAccounts(ResetDueAccountsRequest.getDefaultInstance()))
            .startsWith("PERMISSION_DENIED the request names no account"));
    assertEquals(
        "NOT_FOUND no account other",
        refusal(
            () ->
                admin(SHOP)
                    .resetDueAccounts(
                        ResetDueAccountsRequest.newBuilder()
                            .addAccountIds("shop-1")
                            .addAccountIds("other")
                            .build())));
  }

  @Test
  void aBatchWithOneOfAnothersIsRefusedWhole() {
    assertEquals(
        "NOT_FOUND no account other",
        refusal(
            () ->
                admin(SHOP)
                    .batchCreateGrants(
                        BatchCreateGrantsRequest.newBuilder()
                            .addRequests(grant("shop-9"))
                            .addRequests(grant("other"))
                            .build())));
    assertEquals(
        "NOT_FOUND no account shop-9", refusal(() -> admin(SHOP).getAccount(get("shop-9"))));
  }

  /** It would be charged to the limited credential's account, and its own would be changed. */
  @Test
  void anothersUserCannotBeTakenIn() {
    server.caller().consume("shop-2", "create_website", "a");
    assertEquals(
        "NOT_FOUND no account other",
        refusal(
            () ->
                admin(SHOP)
                    .addMember(
                        AddMemberRequest.newBuilder()
                            .setAccountId("shop-2")
                            .setMemberId("other")
                            .build())));
  }

  @Test
  void aNamespaceIsAWorldOfItsOwn() {
    assertTrue(guard(ACME).checkAndReserve(reserve("same", "r1")).hasReservation());
    assertEquals(
        "granted 5, consumed 0, held 0, available 5, debt 0",
        server.caller().balance("same", "website"));
    assertTrue(server.caller().reserve("same", "create_website", "r1").hasReservation());
    server.caller().commit("same", "r1");
    assertEquals(
        "granted 5, consumed 0, held 1, available 4, debt 0",
        Books.shortly(Books.of(guard(ACME).getBalance(balance("same")).getAccount(), "website")));
    assertEquals("NOT_FOUND no account other", refusal(() -> admin(ACME).getAccount(get("other"))));
    List<String> seen =
        admin(ACME)
            .listAccounts(ListAccountsRequest.getDefaultInstance())
            .getAccountsList()
            .stream()
            .map(Account::getAccountId)
            .toList();
    assertEquals(List.of("same"), seen);
    assertTrue(server.redis().keys("acme:*").stream().anyMatch(key -> key.contains("{same}")));
  }

  @Test
  void aCredentialHasItsQuota() {
    String second = "";
    for (int i = 0; second.isEmpty() && i < 100; i++) {
      try {
        guard(SLOW).getBalance(balance("shop-1"));
      } catch (StatusRuntimeException e) {
        second = String.valueOf(e.getStatus());
      }
    }
    assertTrue(
        second.contains("RESOURCE_EXHAUSTED") && second.contains("'slow' has made its 1 calls"),
        second);
  }

  private static GetAccountRequest get(String account) {
    return GetAccountRequest.newBuilder().setAccountId(account).build();
  }

  private static GetBalanceRequest balance(String account) {
    return GetBalanceRequest.newBuilder().setAccountId(account).build();
  }

  private static CheckAndReserveRequest reserve(String account, String id) {
    return Caller.reserveRequest(account, "create_website", id).build();
  }

  private static CommitRequest commit(String account, String id) {
    return CommitRequest.newBuilder().setAccountId(account).setReservationId(id).build();
  }

  private static CreateAccountRequest create(String account) {
    return CreateAccountRequest.newBuilder()
        .setAccount(Account.newBuilder().setAccountId(account))
        .build();
  }

  private static CreateGrantRequest grant(String account) {
    return CreateGrantRequest.newBuilder()
        .setAccountId(account)
        .setTokenType("website")
        .setAmount(1)
        .setReason("gift")
        .setRequestId("g-" + account)
        .build();
  }
}
