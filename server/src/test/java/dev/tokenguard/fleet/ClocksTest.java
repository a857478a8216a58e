package dev.tokenguard.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import dev.tokenguard.testing.Keys;
import dev.tokenguard.v1.Balance;
import dev.tokenguard.v1.CheckAndReserveResponse;
import dev.tokenguard.v1.CreateDisplayTokenRequest;
import dev.tokenguard.v1.CreateDisplayTokenResponse;
import dev.tokenguard.v1.CreateGrantRequest;
import dev.tokenguard.v1.GetBalanceRequest;
import dev.tokenguard.v1.GetUsageRequest;
import dev.tokenguard.v1.ListTransactionsRequest;
import dev.tokenguard.v1.TokenAdminServiceGrpc;
import dev.tokenguard.v1.TokenAdminServiceGrpc.TokenAdminServiceBlockingStub;
import dev.tokenguard.v1.TokenGuardServiceGrpc;
import dev.tokenguard.v1.Transaction;
import dev.tokenguard.wire.Await;
import dev.tokenguard.wire.Books;
import dev.tokenguard.wire.Caller;
import dev.tokenguard.wire.WireFault;
import dev.tokenguard.wire.WireServer;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three sidecars on one Redis: the clock of one is right, of one an hour ahead, of one an hour
 * behind. Whichever is called, it is the time of Redis that counts.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClocksTest {
  private static final Duration HOUR = Duration.ofHours(1);

  /** Longer than any test takes, and much shorter than the clocks are off. */
  private static final Duration BRIEF = Duration.ofMinutes(10);

  private WireServer right;
  private WireServer ahead;
  private WireServer behind;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    right = WireServer.start(folder);
    String redis = "redis.uri=" + right.redisUri();
    ahead = WireServer.startOn(Clock.offset(Clock.systemUTC(), HOUR), folder, redis);
    behind = WireServer.startOn(Clock.offset(Clock.systemUTC(), HOUR.negated()), folder, redis);
    // A sidecar learns what time it is from the first reply.
    all().forEach(each -> each.caller().balance("nobody"));
  }

  @AfterAll
  void stop() {
    behind.close();
    ahead.close();
    right.close();
  }

  private List<WireServer> all() {
    return List.of(ahead, behind, right);
  }

  @Test
  void aHoldEndsWhenItsTimeIsOverByRedis() {
    for (WireServer each : all()) {
      CheckAndReserveResponse reserved =
          each.caller()
              .stub()
              .checkAndReserve(
                  Caller.reserveRequest("ann", "generate", "r-" + each.target())
                      .setTtl(Durations.fromMinutes(10))
                      .build());
      assertNear(BRIEF, reserved.getReservation().getExpireTime());
    }
    // Nobody took them for over, and each settles what another one holds.
    for (WireServer each : all()) {
      assertEquals(30, Books.of(each.caller().balance("ann"), "tokens").getHeld());
    }
    assertFalse(right.caller().commit("ann", "r-" + ahead.target()).getLate());
    assertFalse(ahead.caller().commit("ann", "r-" + behind.target()).getLate());
    assertFalse(behind.caller().commit("ann", "r-" + right.target()).getLate());
    for (Transaction each :
        admin(right)
            .listTransactions(ListTransactionsRequest.newBuilder().setAccountId("ann").build())
            .getTransactionsList()) {
      assertNear(Duration.ZERO, each.getTime());
    }
  }

  @Test
  void thereIsOnePeriodForAll() {
    Set<Timestamp> resets = new HashSet<>();
    for (int i = 0; i < 6; i++) {
      Caller caller = all().get(i % 3).caller();
      assertEquals(i < 5, caller.consume("bob", "create_website", "r" + i).hasReservation());
      Balance balance = Books.of(caller.balance("bob"), "website");
      assertEquals(Math.min(5, i + 1), balance.getConsumed());
      resets.add(balance.getResetTime());
    }
    assertEquals(1, resets.size(), resets::toString);
  }

  @Test
  void aGrantBeginsAndEndsByRedis() {
    for (WireServer each : all()) {
      var created =
          admin(each)
              .createGrant(
                  CreateGrantRequest.newBuilder()
                      .setAccountId("cid")
                      .setTokenType("film")
                      .setAmount(1)
                      .setReason("gift")
                      .setRequestId("g-" + each.target())
                      .setExpireTime(fromNow(BRIEF)) // over, by the clock that is ahead
                      .build());
      assertFalse(created.getReplayed());
    }
    for (WireServer each : all()) {
      assertEquals(3, Books.of(each.caller().balance("cid"), "film").getAvailable());
    }
    WireFault past =
        WireFault.of(
            () ->
                admin(behind)
                    .createGrant(
                        CreateGrantRequest.newBuilder()
                            .setAccountId("cid")
                            .setTokenType("film")
                            .setAmount(1)
                            .setReason("gift")
                            .setRequestId("late")
                            .setExpireTime(fromNow(BRIEF.negated())) // to come, by its own clock
                            .build()));
    assertEquals("INVALID_ARGUMENT INVALID_REQUEST", past.name());
  }

  @Test
  void usageIsOfTheSameDay() {
    for (WireServer each : all()) {
      each.caller().consume("dan", "generate", "r-" + each.target());
    }
    Set<Object> told = new HashSet<>();
    for (WireServer each : all()) {
      told.add(
          admin(each)
              .getUsage(GetUsageRequest.newBuilder().setAccountId("dan").build())
              .getRowsList());
    }
    assertEquals(1, told.size(), told::toString);
  }

  @Test
  void aDisplayTokenIsGoodForItsTimeEverywhere() throws Exception {
    right.caller().reserve("eve", "generate", "r");
    for (WireServer maker : all()) {
      CreateDisplayTokenResponse made =
          maker
              .caller()
              .stub()
              .createDisplayToken(
                  CreateDisplayTokenRequest.newBuilder()
                      .setAccountId("eve")
                      .setTtl(Durations.fromMinutes(10))
                      .build());
      assertNear(BRIEF, made.getExpireTime());
      for (WireServer each : all()) { // which may have to look for the secret first
        Await.untilEquals("OK", () -> shown(made.getToken(), each));
      }
    }
  }

  /** What becomes of somebody who shows a token. */
  private static String shown(String token, WireServer server) {
    try {
      TokenGuardServiceGrpc.newBlockingStub(Keys.with(token, server.caller().channel()))
          .withDeadlineAfter(Await.LONG.toMillis(), TimeUnit.MILLISECONDS)
          .getBalance(GetBalanceRequest.newBuilder().setAccountId("eve").build());
      return "OK";
    } catch (StatusRuntimeException e) {
      return String.valueOf(e.getStatus().getDescription());
    }
  }

  /** What operators see of it: a sidecar says how far it is off. */
  @Test
  void aClockThatIsOffIsToldByAMetric() throws Exception {
    assertEquals(0, offset(right));
    assertEquals(-60, offset(ahead));
    assertEquals(60, offset(behind));
  }

  /** In minutes. */
  private static long offset(WireServer server) throws Exception {
    return server
        .http("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith("tokenguard_store_clock_offset_seconds"))
        .map(line -> Math.round(Double.parseDouble(line.split(" ")[1]) / 60))
        .findFirst()
        .orElseThrow();
  }

  private static TokenAdminServiceBlockingStub admin(WireServer server) {
    return TokenAdminServiceGrpc.newBlockingStub(server.caller().operators())
        .withDeadlineAfter(Await.LONG.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static Timestamp fromNow(Duration time) {
    return Timestamps.fromMillis(System.currentTimeMillis() + time.toMillis());
  }

  private static void assertNear(Duration fromNow, Timestamp time) {
    long off = Timestamps.toMillis(time) - System.currentTimeMillis() - fromNow.toMillis();
    assertTrue(Math.abs(off) < BRIEF.toMillis(), () -> "off by " + Duration.ofMillis(off));
  }
}
