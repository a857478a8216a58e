package dev.tokenguard.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.auth.ApiKey;
import dev.tokenguard.testing.Keys;
import dev.tokenguard.v1.ActivityPoint;
import dev.tokenguard.v1.ActivityResolution;
import dev.tokenguard.v1.DenialReason;
import dev.tokenguard.v1.GetActivityRequest;
import dev.tokenguard.v1.GetActivityResponse;
import dev.tokenguard.v1.GetCallerRequest;
import dev.tokenguard.v1.GetCallerResponse;
import dev.tokenguard.v1.ListDenialsRequest;
import dev.tokenguard.v1.RecentDenial;
import dev.tokenguard.v1.TokenAdminServiceGrpc;
import dev.tokenguard.v1.TokenAdminServiceGrpc.TokenAdminServiceBlockingStub;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who am I, why was this refused, what has happened: what a console asks. */
class ConsoleCallsTest {
  private static final String VIEWER = ApiKey.create();
  private static final String SHOP = ApiKey.create();
  private static final String GUARD = ApiKey.create();

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
              vera: {role: viewer, sha256: %s, expires: 2099-01-01T00:00:00Z}
              shop: {role: operator, sha256: %s, prefixes: [shop-], accounts: [b, a]}
              sites: {role: guard, sha256: %s}
            """
                .formatted(
                    ApiKey.sha256(Keys.ADMIN),
                    ApiKey.sha256(VIEWER),
                    ApiKey.sha256(SHOP),
                    ApiKey.sha256(GUARD)));
    server = WireServer.start(folder.resolve("redis"), "auth.credentials_file=" + file);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static TokenAdminServiceBlockingStub admin(String key) {
    return TokenAdminServiceGrpc.newBlockingStub(Keys.with(key, server.caller().channel()))
        .withDeadlineAfter(Await.LONG.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static GetCallerResponse caller(TokenAdminServiceBlockingStub stub) {
    return stub.getCaller(GetCallerRequest.getDefaultInstance());
  }

  @Test
  void aViewerLearnsWhoItIs() {
    GetCallerResponse vera = caller(admin(VIEWER));
    assertEquals("vera", vera.getName());
    assertEquals("viewer", vera.getRole());
    assertEquals("tg", vera.getNamespace());
    assertTrue(vera.getAllAccounts());
    assertEquals(
        Instant.parse("2099-01-01T00:00:00Z").getEpochSecond(), vera.getExpireTime().getSeconds());
    assertTrue(vera.getRpcsList().contains("tokenguard.v1.TokenAdminService/GetSweep"));
    assertTrue(!vera.getRpcsList().contains("tokenguard.v1.TokenAdminService/CreateGrant"));
    assertEquals(vera.getRpcsList().stream().sorted().toList(), vera.getRpcsList());
  }

  @Test
  void aLimitedOperatorLearnsItsLimits() {
    GetCallerResponse shop = caller(admin(SHOP));
    assertEquals(List.of("a", "b"), shop.getAccountIdsList());
    assertEquals(List.of("shop-"), shop.getAccountPrefixesList());
    assertTrue(!shop.getAllAccounts() && !shop.hasExpireTime());
    assertTrue(shop.getRpcsList().contains("tokenguard.v1.TokenAdminService/CreateGrant"));
    assertTrue(!shop.getRpcsList().contains("tokenguard.v1.TokenAdminService/GetSweep"));
  }

  @Test
  void whoShowsNothingHereIsALocalGuard() {
    GetCallerResponse local =
        caller(TokenAdminServiceGrpc.newBlockingStub(server.caller().channel()));
    assertEquals("local guard", local.getName() + " " + local.getRole());
    assertEquals("guard", caller(admin(GUARD)).getRole());
  }

  @Test
  void denialsAreToldNewestFirstInTheReadersLanguage() {
    server.caller().consume("shop-1", "create_website", "a");
    server.caller().reserve("shop-1", "illustrate", "b", "image", 11);
    server.caller().reserve("shop-1", "create_website", "c", "website", 9);
    server.caller().reserve("shop-1", "create_website", "d", "website", 8);
    ListDenialsRequest request =
        ListDenialsRequest.newBuilder().setAccountId("shop-1").setLocale("th").build();
    List<RecentDenial> denials = admin(SHOP).listDenials(request).getDenialsList();
    assertEquals(
        List.of("d x2", "b x1"),
        denials.stream().map(each -> each.getReservationId() + " x" + each.getCount()).toList());
    RecentDenial last = denials.get(0);
    assertEquals("create_website", last.getFeature());
    assertEquals(DenialReason.DENIAL_REASON_INSUFFICIENT_TOKENS, last.getDenial().getReason());
    assertEquals(8, last.getDenial().getRequired());
    assertEquals(4, last.getDenial().getAvailable());
    assertEquals("th", last.getDenial().getLocale());
    assertTrue(
        last.getFirstTime().getSeconds() <= last.getTime().getSeconds() && last.hasFirstTime());
    assertEquals(
        1,
        admin(VIEWER)
            .listDenials(request.toBuilder().setPageSize(1).build())
            .getDenialsList()
            .size());
    StatusRuntimeException other =
        assertThrows(
            StatusRuntimeException.class,
            () ->
                admin(SHOP).listDenials(ListDenialsRequest.newBuilder().setAccountId("c").build()));
    assertEquals("no account c", other.getStatus().getDescription());
  }

  @Test
  void activityIsThatOfAllAccounts() {
    GetActivityRequest days =
        GetActivityRequest.newBuilder()
            .setResolution(ActivityResolution.ACTIVITY_RESOLUTION_DAY)
            .build();
    ActivityPoint before = sum(admin(VIEWER).getActivity(days));
    server.caller().consume("act-1", "generate", "a");
    server.caller().reserve("act-2", "create_website", "b", "website", 9);
    server.caller().reserve("act-2", "create_website", "c");
    server.caller().commit("act-2", "c");
    ActivityPoint after = sum(admin(VIEWER).getActivity(days));
    assertEquals(2, after.getAllowed() - before.getAllowed());
    assertEquals(
        1,
        after.getDeniedOrDefault("INSUFFICIENT_TOKENS", 0)
            - before.getDeniedOrDefault("INSUFFICIENT_TOKENS", 0));
    assertEquals(
        10, after.getConsumedOrDefault("tokens", 0) - before.getConsumedOrDefault("tokens", 0));
    GetActivityResponse fine = admin(VIEWER).getActivity(GetActivityRequest.getDefaultInstance());
    assertEquals(ActivityResolution.ACTIVITY_RESOLUTION_FIVE_MINUTES, fine.getResolution());
    assertTrue(
        fine.getPointsList().stream()
            .allMatch(each -> each.getStartTime().getSeconds() % 300 == 0));
    assertTrue(sum(fine).getAllowed() >= 2);
  }

  private static ActivityPoint sum(GetActivityResponse activity) {
    ActivityPoint.Builder sum = ActivityPoint.newBuilder();
    for (ActivityPoint each : activity.getPointsList()) {
      sum.setAllowed(sum.getAllowed() + each.getAllowed());
      each.getDeniedMap()
          .forEach((name, n) -> sum.putDenied(name, sum.getDeniedOrDefault(name, 0) + n));
      each.getConsumedMap()
          .forEach((name, n) -> sum.putConsumed(name, sum.getConsumedOrDefault(name, 0) + n));
    }
    return sum.build();
  }

  @Test
  void activityIsNotForLimitedCredentials() {
    StatusRuntimeException e =
        assertThrows(
            StatusRuntimeException.class,
            () -> admin(SHOP).getActivity(GetActivityRequest.getDefaultInstance()));
    assertEquals(Status.Code.PERMISSION_DENIED, e.getStatus().getCode());
  }
}
