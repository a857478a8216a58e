package dev.tokenguard.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Duration;
import dev.tokenguard.auth.ApiKey;
import dev.tokenguard.testing.Keys;
import dev.tokenguard.v1.AddMemberRequest;
import dev.tokenguard.v1.CreateDisplayTokenRequest;
import dev.tokenguard.v1.CreateDisplayTokenResponse;
import dev.tokenguard.v1.GetAccountRequest;
import dev.tokenguard.v1.GetBalanceRequest;
import dev.tokenguard.v1.GetCallerRequest;
import dev.tokenguard.v1.GetCallerResponse;
import dev.tokenguard.v1.TokenAdminServiceGrpc;
import dev.tokenguard.v1.TokenAdminServiceGrpc.TokenAdminServiceBlockingStub;
import dev.tokenguard.v1.TokenGuardServiceGrpc;
import dev.tokenguard.v1.TokenGuardServiceGrpc.TokenGuardServiceBlockingStub;
import dev.tokenguard.v1.WatchBalanceRequest;
import dev.tokenguard.v1.WatchBalanceResponse;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Display tokens: made by one server, shown to another, and never good for more than a balance. */
class DisplayTokensOverTheWireTest {
  private static final String SHOP = ApiKey.create();
  private static final String ACME = ApiKey.create();

  @TempDir static Path folder;
  private static WireServer server;

  /** Another on the same Redis, which knows no credentials at all. */
  private static WireServer second;

  @BeforeAll
  static void start() throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("keys.yaml"),
            """
            keys:
              tests: {role: admin, sha256: %s}
              shop: {role: guard, sha256: %s, prefixes: [shop-]}
              acme: {role: guard, sha256: %s, namespace: acme}
            """
                .formatted(ApiKey.sha256(Keys.ADMIN), ApiKey.sha256(SHOP), ApiKey.sha256(ACME)));
    server =
        WireServer.start(
            folder.resolve("redis"),
            "auth.credentials_file=" + file,
            "auth.failed_logins=0",
            "redis.tenant_namespaces=acme");
    second =
        WireServer.start(
            folder.resolve("none"), "redis.uri=" + server.redisUri(), "auth.credentials_file=");
    for (String account : List.of("shop-1", "other")) {
      assertTrue(server.caller().reserve(account, "create_website", "r1").hasReservation());
    }
  }

  @AfterAll
  static void stop() {
    second.close();
    server.close();
  }

  private static TokenGuardServiceBlockingStub guard(String key, WireServer at) {
    return TokenGuardServiceGrpc.newBlockingStub(Keys.with(key, at.caller().channel()))
        .withDeadlineAfter(Await.LONG.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static TokenAdminServiceBlockingStub admin(String key, WireServer at) {
    return TokenAdminServiceGrpc.newBlockingStub(Keys.with(key, at.caller().channel()))
        .withDeadlineAfter(Await.LONG.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static CreateDisplayTokenResponse create(String key, String account, String member) {
    return guard(key, server).createDisplayToken(request(account, member, 60));
  }

  private static CreateDisplayTokenRequest request(String account, String member, long seconds) {
    return CreateDisplayTokenRequest.newBuilder()
        .setAccountId(account)
        .setMemberId(member)
        .setTtl(Duration.newBuilder().setSeconds(seconds))
        .build();
  }

  private static GetBalanceRequest balance(String account, String member) {
    return GetBalanceRequest.newBuilder().setAccountId(account).setMemberId(member).build();
  }

  private static String refusal(Executable call) {
    Status status = assertThrows(StatusRuntimeException.class, call).getStatus();
    return status.getCode() + " " + status.getDescription();
  }

  /** What a server says of a token that it may have to look for the key of. */
  private static String balanceAt(WireServer at, String token, String account) {
    try {
      return Books.shortly(
          Books.of(guard(token, at).getBalance(balance(account, "")).getAccount(), "website"));
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode() + " " + e.getStatus().getDescription();
    }
  }

  @Test
  void itReadsItsAccountOnEveryServerOfTheRedis() throws Exception {
    CreateDisplayTokenResponse made = create(Keys.ADMIN, "shop-1", "");
    assertTrue(made.getToken().startsWith("tgd_"), made.getToken());
    assertTrue(made.getToken().length() <= 1024);
    long left = made.getExpireTime().getSeconds() - Instant.now().getEpochSecond();
    assertTrue(left > 50 && left <= 61, () -> "left: " + left);
    String expected = "granted 5, consumed 0, held 1, available 4, debt 0";
    assertEquals(expected, balanceAt(server, made.getToken(), "shop-1"));
    // The first token of a namespace is the one that makes the other look for its key.
    Await.untilEquals(expected, () -> balanceAt(second, made.getToken(), "shop-1"));
    assertEquals(
        expected,
        Books.shortly(
            Books.of(
                guard(made.getToken(), second)
                    .watchBalance(WatchBalanceRequest.newBuilder().setAccountId("shop-1").build())
                    .next()
                    .getAccount(),
                "website")));
  }

  @Test
  void itMakesNoCallOfRedisOfItsOwn() {
    String token = create(Keys.ADMIN, "shop-1", "").getToken();
    balanceAt(server, token, "shop-1");
    long before = calls("get");
    for (int i = 0; i < 20; i++) {
      balanceAt(server, token, "shop-1");
    }
    long scripts = 20; // a balance reads the account itself
    assertTrue(calls("get") - before <= scripts + 5, "the account alone is read");
  }

  private static long calls(String command) {
    for (String line : server.redis().info("commandstats").split("\r?\n")) {
      if (line.startsWith("cmdstat_" + command + ":calls=")) {
        return Long.parseLong(line.replaceAll(".*?calls=(\\d+).*", "$1"));
      }
    }
    return 0;
  }

  @Test
  void itIsGoodForNothingElse() {
    String token = create(Keys.ADMIN, "shop-1", "").getToken();
    assertEquals(
        "NOT_FOUND no account other",
        refusal(() -> guard(token, server).getBalance(balance("other", ""))));
    assertEquals(
        "PERMISSION_DENIED member_id: 'display:shop-1' may not ask for what joe has used",
        refusal(() -> guard(token, server).getBalance(balance("shop-1", "joe"))));
    assertTrue(
        refusal(() -> guard(token, server).createDisplayToken(request("shop-1", "", 60)))
            .startsWith("PERMISSION_DENIED 'display:shop-1' has the role display"));
    assertTrue(
        refusal(
                () ->
                    admin(token, server)
                        .getAccount(GetAccountRequest.newBuilder().setAccountId("shop-1").build()))
            .startsWith("PERMISSION_DENIED"));
    GetCallerResponse caller =
        admin(token, server).getCaller(GetCallerRequest.getDefaultInstance());
    assertEquals("display", caller.getRole());
    assertEquals(List.of("shop-1"), caller.getAccountIdsList());
    assertFalse(caller.getAllAccounts());
    assertTrue(caller.hasExpireTime());
    assertEquals(
        List.of(
            "tokenguard.v1.TokenAdminService/GetCaller",
            "tokenguard.v1.TokenGuardService/GetBalance",
            "tokenguard.v1.TokenGuardService/WatchBalance"),
        caller.getRpcsList());
  }

  @Test
  void itReadsTheUseOfItsMember() {
    admin(Keys.ADMIN, server)
        .addMember(AddMemberRequest.newBuilder().setAccountId("shop-1").setMemberId("ann").build());
    String token = create(Keys.ADMIN, "shop-1", "ann").getToken();
    guard(token, server).getBalance(balance("shop-1", "ann"));
    guard(token, server).getBalance(balance("shop-1", ""));
    assertTrue(
        refusal(() -> guard(token, server).getBalance(balance("shop-1", "bob")))
            .startsWith("PERMISSION_DENIED"));
  }

  @Test
  void whoIsLimitedMakesThemForItsOwnAccounts() {
    assertTrue(create(SHOP, "shop-1", "").getToken().startsWith("tgd_"));
    assertEquals("NOT_FOUND no account other", refusal(() -> create(SHOP, "other", "")));
  }

  @Test
  void whatIsAskedForWrongIsNamed() {
    String refusal =
        refusal(() -> guard(Keys.ADMIN, server).createDisplayToken(request("", "a b", 3601)));
    assertTrue(
        refusal.startsWith("INVALID_ARGUMENT")
            && refusal.contains("account_id")
            && refusal.contains("member_id")
            && refusal.contains("ttl"),
        refusal);
  }

  @Test
  void aTokenThatWasTouchedIsToldFromOneOfAnotherNamespace() throws Exception {
    String token = create(Keys.ADMIN, "shop-1", "").getToken();
    String[] parts = token.split("\\.");
    String claims = new String(Base64.getUrlDecoder().decode(parts[1]), UTF_8);
    String forged = parts[0] + "." + base64(claims.replace("shop-1", "other")) + "." + parts[2];
    String start = "UNAUTHENTICATED authorization: display token: ";
    assertEquals(
        start + "its signature is wrong: it was changed, or cut short",
        balanceAt(server, forged, "other"));
    assertEquals(
        start + "of another namespace, which this server does not serve",
        balanceAt(
            server,
            parts[0] + "." + base64(claims.replace("\"tg\"", "\"x\"")) + "." + parts[2],
            "shop-1"));
    assertEquals(
        start + "not one (expected: tgd_ and a JWT): was it cut short?",
        balanceAt(server, token.substring(0, token.lastIndexOf('.')), "shop-1"));
    String unsigned = "tgd_" + base64("{\"alg\":\"none\"}") + "." + parts[1] + ".";
    assertTrue(balanceAt(server, unsigned, "shop-1").startsWith(start));
    String other =
        "tgd_" + base64("{\"kid\":\"0000\",\"alg\":\"HS256\"}") + "." + parts[1] + "." + parts[2];
    Await.untilEquals(
        start + "signed with a key that is not, or no longer, in use here",
        () -> balanceAt(server, other, "shop-1"));
  }

  private static String base64(String text) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(UTF_8));
  }

  @Test
  void aTenantsTokenIsForItsNamespace() {
    String token = create(ACME, "same", "").getToken();
    assertEquals(
        "granted 5, consumed 0, held 0, available 5, debt 0", balanceAt(server, token, "same"));
    assertEquals(
        "acme",
        admin(token, server).getCaller(GetCallerRequest.getDefaultInstance()).getNamespace());
    assertEquals(
        "UNAUTHENTICATED authorization: display token: of another namespace, which this server"
            + " does not serve",
        balanceAt(second, token, "same"));
  }

  @Test
  void aStreamEndsWithItsToken() {
    String token =
        guard(Keys.ADMIN, server).createDisplayToken(request("shop-1", "", 1)).getToken();
    Iterator<WatchBalanceResponse> balances =
        guard(token, server)
            .watchBalance(WatchBalanceRequest.newBuilder().setAccountId("shop-1").build());
    balances.next();
    String end = refusal(balances::next); // nothing changes: it is the token that ends it
    assertTrue(end.startsWith("UNAUTHENTICATED authorization: display token: expired at "), end);
    assertTrue(
        balanceAt(server, token, "shop-1")
            .startsWith("UNAUTHENTICATED authorization: display token: expired at "));
  }

  @Test
  void whoDeletesTheSecretEndsThem(@TempDir Path other) throws Exception {
    try (WireServer alone = WireServer.start(other)) {
      String token = guard(Keys.ADMIN, alone).createDisplayToken(request("a", "", 60)).getToken();
      assertEquals(1, alone.redis().del("tg:display-secret"));
      String next = guard(Keys.ADMIN, alone).createDisplayToken(request("a", "", 60)).getToken();
      assertTrue(balanceAt(alone, next, "a").startsWith("granted 5"));
      Await.until(
          "the old one is refused",
          () -> balanceAt(alone, token, "a").startsWith("UNAUTHENTICATED"));
      assertTrue(balanceAt(alone, next, "a").startsWith("granted 5"));
    }
  }
}
