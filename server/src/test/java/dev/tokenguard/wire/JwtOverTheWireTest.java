package dev.tokenguard.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.testing.JwksServer;
import dev.tokenguard.testing.Keys;
import dev.tokenguard.testing.TokenIssuer;
import dev.tokenguard.testing.TokenIssuer.Key;
import dev.tokenguard.v1.Account;
import dev.tokenguard.v1.CreateAccountRequest;
import dev.tokenguard.v1.GetAccountRequest;
import dev.tokenguard.v1.GetBalanceRequest;
import dev.tokenguard.v1.ListAccountsRequest;
import dev.tokenguard.v1.TokenAdminServiceGrpc;
import dev.tokenguard.v1.TokenAdminServiceGrpc.TokenAdminServiceBlockingStub;
import dev.tokenguard.v1.TokenGuardServiceGrpc;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What a signed token lets its bearer do and see, on a server that is started by its settings. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JwtOverTheWireTest {
  private static final Key KEY = Key.of("one", "ES256");
  private static final Key NEXT = Key.of("two", "ES256");
  private static final TokenIssuer ISSUER = new TokenIssuer(Clock.systemUTC());

  private Path jwks;
  private WireServer server;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    jwks = Files.writeString(folder.resolve("jwks.json"), TokenIssuer.jwks(KEY));
    server =
        WireServer.start(
            folder.resolve("redis"),
            "auth.jwks=" + jwks,
            "auth.jwt_issuer=" + TokenIssuer.NAME,
            "auth.jwt_audience=" + TokenIssuer.AUDIENCE,
            "auth.reload_interval=100ms",
            "auth.failed_logins=0",
            "redis.tenant_namespaces=shop");
  }

  @AfterAll
  void stop() {
    server.close();
  }

  @Test
  void aRoleMayWhatItMay() {
    create(token("operator", Map.of()), "role-1");

    assertEquals("role-1", account(token("viewer", Map.of()), "role-1"));
    assertEquals(
        Status.Code.PERMISSION_DENIED, code(() -> create(token("viewer", Map.of()), "role-2")));
    assertEquals(
        Status.Code.PERMISSION_DENIED, code(() -> account(token("guard", Map.of()), "role-1")));
    assertEquals(Status.Code.UNAUTHENTICATED, code(() -> account(token("root", Map.of()), "x")));
  }

  @Test
  void anothersAccountIsNotThere() {
    create(Keys.ADMIN, "scope-mine");
    create(Keys.ADMIN, "scope-other");
    String mine = token("operator", Map.of("tokenguard_accounts", List.of("scope-m*", "scope-x")));

    assertEquals("scope-mine", account(mine, "scope-mine"));
    StatusRuntimeException other =
        assertThrows(StatusRuntimeException.class, () -> account(mine, "scope-other"));
    StatusRuntimeException absent =
        assertThrows(StatusRuntimeException.class, () -> account(mine, "scope-x"));
    assertEquals(Status.Code.NOT_FOUND, other.getStatus().getCode());
    assertEquals(
        String.valueOf(absent.getStatus().getDescription()).replace("scope-x", "scope-other"),
        other.getStatus().getDescription());
    assertEquals(
        List.of("scope-mine"),
        admin(mine)
            .listAccounts(ListAccountsRequest.newBuilder().setIdPrefix("scope-m").build())
            .getAccountsList()
            .stream()
            .map(each -> each.getAccountId())
            .toList());
  }

  @Test
  void aTenantSeesItsOwn() {
    String shop = token("admin", Map.of("tokenguard_namespace", "shop"));
    create(shop, "tenant-1");

    assertEquals("tenant-1", account(shop, "tenant-1"));
    assertEquals(Status.Code.NOT_FOUND, code(() -> account(Keys.ADMIN, "tenant-1")));
    assertEquals(
        Status.Code.UNAUTHENTICATED,
        code(() -> account(token("admin", Map.of("tokenguard_namespace", "tg2")), "tenant-1")));
  }

  @Test
  void whoShowsABadTokenIsNobodyEvenHere() {
    String wrong = TokenIssuer.token(new Key("one", "ES256", NEXT.pair()), claims("guard"));

    StatusRuntimeException e =
        assertThrows(
            StatusRuntimeException.class,
            () ->
                TokenGuardServiceGrpc.newBlockingStub(Keys.with(wrong, server.caller().channel()))
                    .withDeadlineAfter(Await.LONG.toSeconds(), TimeUnit.SECONDS)
                    .getBalance(GetBalanceRequest.newBuilder().setAccountId("any").build()));
    assertEquals(Status.Code.UNAUTHENTICATED, e.getStatus().getCode());
    assertEquals("authorization: JWT: its signature is wrong", e.getStatus().getDescription());
  }

  /** Metrics are for every role: over HTTP a token is looked at in the same way. */
  @Test
  void keysInAFileChangeWithIt() throws Exception {
    create(Keys.ADMIN, "file-1");
    String next = TokenIssuer.token(NEXT, claims("viewer"));
    assertEquals(Status.Code.UNAVAILABLE, code(() -> account(next, "file-1")));

    Files.writeString(jwks, TokenIssuer.jwks(KEY, NEXT));
    Await.untilEquals(
        "file-1",
        () -> {
          try {
            return account(next, "file-1");
          } catch (StatusRuntimeException e) {
            return e.getStatus().getCode().toString();
          }
        });
    assertTrue(
        server.http("/metrics").body().contains("tokenguard_jwks_refreshes_total{result=\"ok\"}"));
  }

  @Test
  void aServerStartsWithoutItsKeysAndGetsThem(@TempDir Path other) throws Exception {
    try (JwksServer issuer = JwksServer.start("")) {
      issuer.answer(503, "");
      try (WireServer late =
          WireServer.start(
              other.resolve("redis"),
              "auth.jwks=" + issuer.uri(),
              "auth.jwt_issuer=" + TokenIssuer.NAME,
              "auth.jwt_audience=" + TokenIssuer.AUDIENCE)) {
        Await.until("it has asked for keys", () -> issuer.requests() > 0);
        issuer.answer(200, TokenIssuer.jwks(KEY));
        TokenAdminServiceBlockingStub operator =
            TokenAdminServiceGrpc.newBlockingStub(
                Keys.with(token("operator", Map.of()), late.caller().channel()));
        Await.untilEquals(
            "late-1",
            () -> {
              try {
                return operator
                    .createAccount(
                        CreateAccountRequest.newBuilder()
                            .setAccount(Account.newBuilder().setAccountId("late-1"))
                            .setRequestId("late-1")
                            .build())
                    .getAccount()
                    .getAccountId();
              } catch (StatusRuntimeException e) {
                assertEquals(Status.Code.UNAVAILABLE, e.getStatus().getCode(), e.getMessage());
                return "not yet";
              }
            });
      }
    }
  }

  private static Map<String, Object> claims(String role) {
    return ISSUER.claims("anna", role);
  }

  private static String token(String role, Map<String, Object> more) {
    Map<String, Object> claims = claims(role);
    claims.putAll(more);
    return TokenIssuer.token(KEY, claims);
  }

  private TokenAdminServiceBlockingStub admin(String token) {
    return TokenAdminServiceGrpc.newBlockingStub(Keys.with(token, server.caller().channel()))
        .withDeadlineAfter(Await.LONG.toSeconds(), TimeUnit.SECONDS);
  }

  private void create(String token, String account) {
    admin(token)
        .createAccount(
            CreateAccountRequest.newBuilder()
                .setAccount(Account.newBuilder().setAccountId(account))
                .setRequestId("create-" + account)
                .build());
  }

  private String account(String token, String account) {
    return admin(token)
        .getAccount(GetAccountRequest.newBuilder().setAccountId(account).build())
        .getAccount()
        .getAccountId();
  }

  private Status.Code code(Runnable call) {
    return assertThrows(StatusRuntimeException.class, call::run).getStatus().getCode();
  }
}
