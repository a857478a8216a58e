package dev.tokenguard.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.v1.Account;
import dev.tokenguard.v1.CheckAndReserveResponse;
import dev.tokenguard.v1.CreateAccountRequest;
import dev.tokenguard.v1.CreateGrantRequest;
import dev.tokenguard.v1.DenialReason;
import dev.tokenguard.v1.TokenAdminServiceGrpc;
import dev.tokenguard.v1.TokenAdminServiceGrpc.TokenAdminServiceBlockingStub;
import dev.tokenguard.wire.Await;
import dev.tokenguard.wire.Books;
import dev.tokenguard.wire.Caller;
import dev.tokenguard.wire.WireFault;
import dev.tokenguard.wire.WireServer;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * The middle of a rolling update: one sidecar has the catalog of before, one the next, and calls go
 * to either. Each goes by its own; what is used is used for both, and nothing is made up or lost.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MixedCatalogsTest {
  private static final String BEFORE =
      """
      token_types: {website: {}, image: {}}
      features:
        create_website: {cost: {website: 1}}
        draw: {cost: {image: 1}}
      plans:
        free:
          allowances:
            website: {amount: 5, resets: daily}
            image: {amount: 10, resets: monthly}
      default_plan: free
      """;

  /** Another amount, schedule and cost; a token type, a feature and a plan more. */
  private static final String AFTER =
      """
      token_types: {website: {}, image: {}, video: {}}
      features:
        create_website: {cost: {website: 2}}
        draw: {cost: {image: 1}}
        film: {cost: {video: 1}}
      plans:
        free:
          allowances:
            website: {amount: 8, resets: daily}
            image: {amount: 10, resets: never}
            video: {amount: 3, resets: daily}
        pro:
          allowances:
            website: {amount: 50, resets: daily}
            video: {amount: 20, resets: daily}
      default_plan: free
      """;

  private WireServer before;
  private WireServer after;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    before = WireServer.start(BEFORE, folder);
    after = WireServer.start(AFTER, folder, "redis.uri=" + before.redisUri());
  }

  @AfterAll
  void stop() {
    after.close();
    before.close();
  }

  @Test
  void aReservationCostsWhatItCostWhereItWasMade() {
    assertEquals(
        1,
        reserve(before, "cost", "create_website", "old")
            .getReservation()
            .getAmountsOrThrow("website"));
    assertEquals(
        2,
        reserve(after, "cost", "create_website", "new")
            .getReservation()
            .getAmountsOrThrow("website"));
    // The first outcome again, whoever is asked; and what was held is charged.
    CheckAndReserveResponse again = reserve(after, "cost", "create_website", "old");
    assertTrue(again.getReplayed());
    assertEquals(1, again.getReservation().getAmountsOrThrow("website"));
    assertEquals(1, after.caller().commit("cost", "old").getChargedOrThrow("website"));
    assertEquals(2, before.caller().commit("cost", "new").getChargedOrThrow("website"));
    assertEquals(3, Books.of(after.caller().balance("cost"), "website").getConsumed());
  }

  @Test
  void limitsDifferAndWhatIsUsedDoesNot() {
    for (int i = 0; i < 5; i++) {
      assertTrue(before.caller().consume("limit", "create_website", "r" + i).hasReservation());
    }
    assertTrue(before.caller().consume("limit", "create_website", "more").hasDenial());
    assertTrue(after.caller().consume("limit", "create_website", "more").hasReservation());
    assertEquals(
        "granted 8, consumed 7, held 0, available 1, debt 0",
        after.caller().balance("limit", "website"));
    assertEquals(
        "granted 5, consumed 7, held 0, available 0, debt 2",
        before.caller().balance("limit", "website"));
  }

  @Test
  void aScheduleThatDiffersGrantsNoSecondAllowance() {
    int allowed = 0;
    for (int i = 0; i < 40; i++) {
      WireServer any = i % 2 == 0 ? before : after;
      allowed += any.caller().consume("schedule", "draw", "r" + i).hasReservation() ? 1 : 0;
    }
    assertEquals(10, allowed);
    assertEquals(10, Books.of(before.caller().balance("schedule"), "image").getConsumed());
  }

  @Test
  void aTokenTypeThatOneDoesNotKnowIsKept() {
    assertTrue(reserve(after, "type", "film", "f1").hasReservation());
    assertTrue(after.caller().consume("type", "film", "f2").hasReservation());
    for (int i = 0; i < 3; i++) {
      assertTrue(before.caller().consume("type", "draw", "d" + i).hasReservation());
      assertEquals(
          "INVALID_ARGUMENT INVALID_REQUEST",
          WireFault.of(() -> reserve(before, "type", "film", "f3")).name());
      assertEquals(
          "granted 3, consumed 1, held 1, available 1, debt 0",
          after.caller().balance("type", "video"));
    }
    // Who does not know it settles it all the same.
    assertEquals(1, before.caller().commit("type", "f1").getChargedOrThrow("video"));
    assertEquals(
        "granted 3, consumed 2, held 0, available 1, debt 0",
        after.caller().balance("type", "video"));
  }

  @Test
  void aPlanThatOneDoesNotKnowGivesNothingThereAndLosesNothing() {
    admin(after)
        .createAccount(
            CreateAccountRequest.newBuilder()
                .setAccount(Account.newBuilder().setAccountId("plan").setPlan("pro"))
                .build());
    assertTrue(reserve(after, "plan", "film", "f1").hasReservation());
    admin(after)
        .createGrant(
            CreateGrantRequest.newBuilder()
                .setAccountId("plan")
                .setTokenType("website")
                .setAmount(7)
                .setReason("purchase")
                .setRequestId("paid")
                .build());
    for (int i = 0; i < 3; i++) {
      assertTrue(after.caller().consume("plan", "create_website", "r" + i).hasReservation());
      CheckAndReserveResponse there = reserve(before, "plan", "create_website", "b" + i);
      assertEquals(DenialReason.DENIAL_REASON_FEATURE_NOT_IN_PLAN, there.getDenial().getReason());
    }
    assertEquals(1, before.caller().commit("plan", "f1").getChargedOrThrow("video"));
    assertEquals(
        "granted 57, consumed 6, held 0, available 51, debt 0",
        after.caller().balance("plan", "website"));
    assertEquals(
        "granted 20, consumed 1, held 0, available 19, debt 0",
        after.caller().balance("plan", "video"));
  }

  private static CheckAndReserveResponse reserve(
      WireServer at, String account, String feature, String id) {
    return at.caller().stub().checkAndReserve(Caller.reserveRequest(account, feature, id).build());
  }

  private static TokenAdminServiceBlockingStub admin(WireServer server) {
    return TokenAdminServiceGrpc.newBlockingStub(server.caller().operators())
        .withDeadlineAfter(Await.LONG.toMillis(), TimeUnit.MILLISECONDS);
  }
}
