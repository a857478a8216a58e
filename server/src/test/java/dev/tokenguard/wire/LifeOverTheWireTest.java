package dev.tokenguard.wire;

import static dev.tokenguard.wire.Caller.reserveRequest;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Duration;
import dev.tokenguard.v1.AccountBalances;
import dev.tokenguard.v1.CheckAndReserveRequest;
import dev.tokenguard.v1.CheckAndReserveResponse;
import dev.tokenguard.v1.CheckRequest;
import dev.tokenguard.v1.CheckResponse;
import dev.tokenguard.v1.CommitRequest;
import dev.tokenguard.v1.CommitResponse;
import dev.tokenguard.v1.ConsumeRequest;
import dev.tokenguard.v1.ConsumeResponse;
import dev.tokenguard.v1.Denial;
import dev.tokenguard.v1.DenialReason;
import dev.tokenguard.v1.DenialScope;
import dev.tokenguard.v1.ExtendRequest;
import dev.tokenguard.v1.ExtendResponse;
import dev.tokenguard.v1.GetBalanceRequest;
import dev.tokenguard.v1.RefundResponse;
import dev.tokenguard.v1.ReservationState;
import dev.tokenguard.v1.WatchBalanceRequest;
import dev.tokenguard.v1.WatchBalanceResponse;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** What a service in any language can do with the generated stubs, and what it is told. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LifeOverTheWireTest {

  /** The same catalog with policies that refuse. */
  private static final String STRICT =
      WireServer.CATALOG + "policies: {overage: reject, late_commit: reject}\n";

  private static final String CAPPED = WireServer.CATALOG + "policies: {overage: cap}\n";

  private static final String NO_DEFAULT_PLAN =
      WireServer.CATALOG.replace("default_plan: free\n", "");

  private WireServer server;
  private WireServer strict;
  private WireServer capped;
  private WireServer closedShop;
  private Caller caller;

  /** On which Redis, as a setting; empty for one of the server's own. */
  String redisIn(Path folder) {
    return "redis.uri=";
  }

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    server =
        WireServer.start(folder, redisIn(folder), "reservations.max_open=3", "watch.max_streams=2");
    String redis = "redis.uri=" + server.redisUri();
    strict = WireServer.start(STRICT, folder, redis, "redis.namespace=strict");
    capped = WireServer.start(CAPPED, folder, redis, "redis.namespace=capped");
    closedShop = WireServer.start(NO_DEFAULT_PLAN, folder, redis, "redis.namespace=closed");
    caller = server.caller();
  }

  @AfterAll
  void stop() {
    closedShop.close();
    capped.close();
    strict.close();
    server.close();
  }

  @Test
  void reserveThenCommit() {
    CheckAndReserveResponse reserved = caller.reserve("store-1", "illustrate", "work-1");
    assertEquals(Map.of("website", 1L, "image", 3L), reserved.getReservation().getAmountsMap());
    assertEquals(ReservationState.RESERVATION_STATE_OPEN, reserved.getReservation().getState());
    assertEquals("work-1", reserved.getReservation().getReservationId());
    assertEquals("store-1", reserved.getReservation().getAccountId());
    assertEquals("illustrate", reserved.getReservation().getFeature());
    long lives =
        reserved.getReservation().getExpireTime().getSeconds()
            - reserved.getReservation().getCreateTime().getSeconds();
    assertEquals(600, lives);
    assertFalse(reserved.getReplayed());
    assertEquals(2, reserved.getBalancesCount());
    assertEquals("Websites", Books.of(reserved.getBalancesList(), "website").getTitle());
    assertEquals(
        "granted 10, consumed 0, held 3, available 7, debt 0", caller.balance("store-1", "image"));
    assertEquals(1, caller.balance("store-1").getOpenReservations());

    CommitResponse committed = caller.commit("store-1", "work-1");
    assertEquals(Map.of("website", 1L, "image", 3L), committed.getChargedMap());
    assertEquals(Map.of(), committed.getReturnedMap());
    assertEquals(
        ReservationState.RESERVATION_STATE_COMMITTED, committed.getReservation().getState());
    assertFalse(committed.getLate() || committed.getReplayed());
    assertTrue(committed.getRevision() > reserved.getRevision());
    assertEquals(
        "granted 10, consumed 3, held 0, available 7, debt 0", caller.balance("store-1", "image"));
    assertEquals(0, caller.balance("store-1").getOpenReservations());
    assertEquals(committed.getRevision(), caller.balance("store-1").getRevision());
  }

  @Test
  void everythingSaidTwiceIsDoneOnce() {
    String account = "twice";
    CheckAndReserveResponse first = caller.reserve(account, "generate", "r1");
    CheckAndReserveResponse again = caller.reserve(account, "generate", "r1");
    assertTrue(again.getReplayed());
    assertEquals(first.getReservation(), again.getReservation());
    assertEquals(first.getRevision(), again.getRevision());

    CommitResponse committed = caller.commit(account, "r1", Map.of("tokens", 4L));
    CommitResponse committedAgain = caller.commit(account, "r1", Map.of("tokens", 4L));
    assertTrue(committedAgain.getReplayed());
    assertEquals(committed.getChargedMap(), committedAgain.getChargedMap());
    assertEquals(committed.getReturnedMap(), committedAgain.getReturnedMap());
    assertEquals(Map.of("tokens", 6L), committedAgain.getReturnedMap());

    CheckAndReserveResponse afterTheEnd = caller.reserve(account, "generate", "r1");
    assertTrue(afterTheEnd.getReplayed());
    assertEquals(
        ReservationState.RESERVATION_STATE_COMMITTED, afterTheEnd.getReservation().getState());

    caller.reserve(account, "generate", "r2");
    RefundResponse refunded = caller.refund(account, "r2");
    RefundResponse refundedAgain = caller.refund(account, "r2");
    assertTrue(refundedAgain.getReplayed());
    assertEquals(refunded.getReturnedMap(), refundedAgain.getReturnedMap());

    ConsumeResponse consumed = caller.consume(account, "generate", "r3");
    ConsumeResponse consumedAgain = caller.consume(account, "generate", "r3");
    assertFalse(consumed.getReplayed());
    assertTrue(consumedAgain.getReplayed());
    assertEquals(consumed.getReservation(), consumedAgain.getReservation());

    assertEquals(
        "granted 1000000, consumed 14, held 0, available 999986, debt 0",
        caller.balance(account, "tokens"));
  }

  @Test
  void oneIdWithTwoRequestsIsAMismatch() {
    caller.reserve("mixed", "generate", "r1");
    List<CheckAndReserveRequest> others =
        List.of(
            reserveRequest("mixed", "create_website", "r1").build(),
            reserveRequest("mixed", "generate", "r1").putAmounts("tokens", 11).build(),
            reserveRequest("mixed", "generate", "r1").setMemberId("ann").build(),
            reserveRequest("mixed", "generate", "r1").putMetadata("k", "v").build(),
            reserveRequest("mixed", "generate", "r1")
                .setTtl(Duration.newBuilder().setSeconds(7))
                .build());
    for (CheckAndReserveRequest other : others) {
      WireFault fault = WireFault.of(() -> caller.stub().checkAndReserve(other));
      assertEquals("ALREADY_EXISTS IDEMPOTENCY_MISMATCH", fault.name(), other::toString);
      assertFalse(fault.retry());
    }
    assertEquals(
        "ALREADY_EXISTS IDEMPOTENCY_MISMATCH",
        WireFault.of(() -> caller.consume("mixed", "generate", "r1")).name());
    assertTrue(
        caller
            .stub()
            .checkAndReserve(reserveRequest("mixed", "generate", "r1").setLocale("th").build())
            .getReplayed(),
        "the language is no part of the request");

    caller.commit("mixed", "r1");
    assertEquals(
        "ALREADY_EXISTS IDEMPOTENCY_MISMATCH",
        WireFault.of(() -> caller.commit("mixed", "r1", Map.of("tokens", 3L))).name());
    assertEquals(
        "granted 1000000, consumed 10, held 0, available 999990, debt 0",
        caller.balance("mixed", "tokens"));
  }

  @Test
  void theSameIdOfAnotherAccountIsAnotherReservation() {
    caller.reserve("mine", "generate", "shared");
    assertFalse(caller.reserve("yours", "generate", "shared").getReplayed());
    caller.commit("mine", "shared");
    assertEquals(10, Books.of(caller.balance("yours"), "tokens").getHeld());
  }

  @Test
  void whatIsNotThereIsNotFound() {
    caller.reserve("owner", "generate", "his");
    for (String account : List.of("nobody-yet", "owner")) {
      assertEquals(
          "NOT_FOUND RESERVATION_NOT_FOUND",
          WireFault.of(() -> caller.commit(account, "none")).name());
      assertEquals(
          "NOT_FOUND RESERVATION_NOT_FOUND",
          WireFault.of(() -> caller.refund(account, "none")).name());
      assertEquals(
          "NOT_FOUND RESERVATION_NOT_FOUND",
          WireFault.of(() -> caller.extend(account, "none", Map.of())).name());
    }
    assertEquals(
        "NOT_FOUND RESERVATION_NOT_FOUND",
        WireFault.of(() -> caller.commit("nobody-yet", "his")).name(),
        "one of another account");
  }

  @Test
  void aReservationEndsOnce() {
    caller.reserve("ends", "generate", "committed");
    caller.commit("ends", "committed");
    WireFault refund = WireFault.of(() -> caller.refund("ends", "committed"));
    assertEquals("FAILED_PRECONDITION RESERVATION_ENDED", refund.name());
    assertEquals(Map.of("state", "COMMITTED"), refund.metadata());
    WireFault extend = WireFault.of(() -> caller.extend("ends", "committed", Map.of()));
    assertEquals("FAILED_PRECONDITION RESERVATION_ENDED", extend.name());
    assertEquals(Map.of("state", "COMMITTED"), extend.metadata());

    caller.reserve("ends", "generate", "refunded");
    caller.refund("ends", "refunded");
    WireFault commit = WireFault.of(() -> caller.commit("ends", "refunded"));
    assertEquals("FAILED_PRECONDITION RESERVATION_ENDED", commit.name());
    assertEquals(Map.of("state", "REFUNDED"), commit.metadata());
    assertEquals(
        "granted 1000000, consumed 10, held 0, available 999990, debt 0",
        caller.balance("ends", "tokens"));
  }

  @Test
  void anExpiredHoldReturnsAndMayBeCommittedLate() {
    Duration second = Duration.newBuilder().setSeconds(1).build();
    for (String id : List.of("late", "lost")) {
      caller
          .stub()
          .checkAndReserve(reserveRequest("sleeper", "generate", id).setTtl(second).build());
    }
    strict
        .caller()
        .stub()
        .checkAndReserve(reserveRequest("sleeper", "generate", "late").setTtl(second).build());
    Await.until("the holds are back", () -> caller.balance("sleeper").getOpenReservations() == 0);
    assertEquals(0, Books.of(caller.balance("sleeper"), "tokens").getHeld());

    WireFault refund = WireFault.of(() -> caller.refund("sleeper", "lost"));
    assertEquals(Map.of("state", "EXPIRED"), refund.metadata());
    assertEquals("FAILED_PRECONDITION RESERVATION_ENDED", refund.name());
    assertEquals(
        "FAILED_PRECONDITION RESERVATION_ENDED",
        WireFault.of(() -> caller.extend("sleeper", "lost", Map.of())).name());
    CommitResponse late = caller.commit("sleeper", "late");
    assertTrue(late.getLate());
    assertEquals(Map.of("tokens", 10L), late.getChargedMap());
    assertEquals(10, Books.of(caller.balance("sleeper"), "tokens").getConsumed());

    Await.until(
        "the hold is back", () -> strict.caller().balance("sleeper").getOpenReservations() == 0);
    assertEquals(
        "FAILED_PRECONDITION LATE_COMMIT_REJECTED",
        WireFault.of(() -> strict.caller().commit("sleeper", "late")).name());
  }

  @Test
  void moreThanWasHeld() {
    caller.reserve("over", "create_website", "r");
    CommitResponse charged = caller.commit("over", "r", Map.of("website", 8L));
    assertEquals(Map.of("website", 8L), charged.getChargedMap());
    assertEquals(Map.of("website", 3L), charged.getOverdrawnMap());
    assertEquals(
        "granted 5, consumed 8, held 0, available 0, debt 3", caller.balance("over", "website"));
    assertTrue(caller.reserve("over", "create_website", "r2").hasDenial());

    capped.caller().reserve("over", "create_website", "r");
    CommitResponse cut = capped.caller().commit("over", "r", Map.of("website", 8L));
    assertEquals(Map.of("website", 5L), cut.getChargedMap());
    assertEquals(Map.of("website", 3L), cut.getUncoveredMap());
    assertEquals(
        "granted 5, consumed 5, held 0, available 0, debt 0",
        capped.caller().balance("over", "website"));

    strict.caller().reserve("over", "create_website", "r");
    WireFault refused =
        WireFault.of(() -> strict.caller().commit("over", "r", Map.of("website", 2L)));
    assertEquals("FAILED_PRECONDITION OVERAGE_REJECTED", refused.name());
    assertEquals(
        "granted 5, consumed 0, held 1, available 4, debt 0",
        strict.caller().balance("over", "website"));
    assertEquals(
        Map.of("website", 1L), strict.caller().commit("over", "r").getChargedMap(), "still open");
  }

  @Test
  void aCommitNamesExactlyWhatIsCharged() {
    caller.reserve("exact", "illustrate", "r");
    CommitResponse committed = caller.commit("exact", "r", Map.of("image", 2L));
    assertEquals(Map.of("image", 2L), committed.getChargedMap());
    assertEquals(Map.of("image", 1L, "website", 1L), committed.getReturnedMap());

    caller.reserve("exact", "illustrate", "zero");
    CommitResponse nothing = caller.commit("exact", "zero", Map.of());
    assertEquals(Map.of(), nothing.getChargedMap());
    assertEquals(Map.of("image", 3L, "website", 1L), nothing.getReturnedMap());
    assertEquals(
        "granted 10, consumed 2, held 0, available 8, debt 0", caller.balance("exact", "image"));
  }

  @Test
  void aRaiseHoldsMoreAndNeverLess() {
    caller.reserve("grows", "create_website", "r");
    ExtendResponse raised = caller.extend("grows", "r", Map.of("website", 4L));
    assertEquals(Map.of("website", 4L), raised.getReservation().getAmountsMap());
    assertEquals(4, Books.of(raised.getBalancesList(), "website").getHeld());
    caller.extend("grows", "r", Map.of("website", 2L));
    ExtendResponse denied = caller.extend("grows", "r", Map.of("website", 6L));
    assertEquals(DenialReason.DENIAL_REASON_INSUFFICIENT_TOKENS, denied.getDenial().getReason());
    assertEquals(
        "granted 5, consumed 0, held 4, available 1, debt 0", caller.balance("grows", "website"));

    ExtendResponse longer =
        caller
            .stub()
            .extend(
                ExtendRequest.newBuilder()
                    .setAccountId("grows")
                    .setReservationId("r")
                    .setTtl(Duration.newBuilder().setSeconds(86_400))
                    .build());
    long expires = longer.getReservation().getExpireTime().getSeconds();
    assertEquals(
        expires,
        caller.extend("grows", "r", Map.of()).getReservation().getExpireTime().getSeconds());
    assertEquals(Map.of("website", 4L), caller.commit("grows", "r").getChargedMap());
  }

  @Test
  void aDenialIsAnOutcomeInTheCallersLanguage() {
    for (int i = 0; i < 5; i++) {
      caller.consume("poor", "create_website", "r" + i);
    }
    Map<String, String> messages =
        Map.of(
            "en", "You don't have enough tokens. Websites: 1 needed, 0 available.",
            "th", "โทเค็นของคุณไม่เพียงพอ Websites: ต้องใช้ 1 โทเค็น แต่เหลืออยู่ 0 โทเค็น",
            "fa", "توکن کافی ندارید. این کار به ۱ توکن «Websites» نیاز دارد و ۰ توکن موجود است.");
    messages.forEach(
        (locale, message) -> {
          CheckAndReserveResponse response =
              caller
                  .stub()
                  .checkAndReserve(
                      reserveRequest("poor", "create_website", "more").setLocale(locale).build());
          Denial denial = response.getDenial();
          assertTrue(denial.getMessage().startsWith(message), denial::getMessage);
          assertTrue(denial.getMessage().length() > message.length(), "and when it resets");
          assertEquals(locale, denial.getLocale());
          assertEquals(DenialReason.DENIAL_REASON_INSUFFICIENT_TOKENS, denial.getReason());
          assertEquals(DenialScope.DENIAL_SCOPE_ACCOUNT, denial.getScope());
          assertEquals("website", denial.getTokenType());
          assertEquals("create_website", denial.getFeature());
          assertEquals(1, denial.getRequired());
          assertEquals(0, denial.getAvailable());
          assertTrue(denial.hasResetTime());
          assertEquals(0, Books.of(response.getBalancesList(), "website").getAvailable());
        });
    for (String locale : List.of("", "xx", "en-GB", "fa-IR", "TH", "\u0000", "ي".repeat(1000))) {
      Denial denial =
          caller
              .stub()
              .checkAndReserve(
                  reserveRequest("poor", "create_website", "more").setLocale(locale).build())
              .getDenial();
      String expected =
          switch (locale) {
            case "fa-IR" -> "fa";
            case "TH" -> "th";
            default -> "en";
          };
      assertEquals(expected, denial.getLocale());
    }
    assertTrue(caller.reserve("poor", "chat", "free").hasReservation(), "a free feature is free");
    ConsumeResponse consume = caller.consume("poor", "create_website", "more");
    assertTrue(consume.hasDenial());
  }

  @Test
  void aFeatureOutsideThePlanIsNotAMatterOfWaiting() {
    Denial denial = caller.reserve("cinema", "shoot", "r").getDenial();
    assertEquals(DenialReason.DENIAL_REASON_FEATURE_NOT_IN_PLAN, denial.getReason());
    assertFalse(denial.hasResetTime());
    assertEquals("Your plan does not include \"Shoot\". Upgrade to use it.", denial.getMessage());
  }

  @Test
  void withoutADefaultPlanNobodyIsLetIn() {
    Caller stranger = closedShop.caller();
    Denial denial = stranger.reserve("stranger", "chat", "r").getDenial();
    assertEquals(DenialReason.DENIAL_REASON_ACCOUNT_NOT_FOUND, denial.getReason());
    assertEquals("You don't have a subscription yet.", denial.getMessage());
    assertTrue(stranger.consume("stranger", "chat", "r").hasDenial());
    assertEquals(
        "NOT_FOUND ACCOUNT_NOT_FOUND", WireFault.of(() -> stranger.balance("stranger")).name());
    assertEquals(
        "NOT_FOUND RESERVATION_NOT_FOUND",
        WireFault.of(() -> stranger.commit("stranger", "r")).name());
    Iterator<WatchBalanceResponse> watch =
        stranger
            .stub()
            .watchBalance(WatchBalanceRequest.newBuilder().setAccountId("stranger").build());
    assertEquals("NOT_FOUND ACCOUNT_NOT_FOUND", WireFault.of(watch::next).name());
  }

  @Test
  void aCheckHoldsNothing() {
    CheckRequest request =
        CheckRequest.newBuilder().setAccountId("looks").setFeature("illustrate").build();
    CheckResponse yes = caller.stub().check(request);
    assertTrue(yes.getAllowed());
    assertEquals(Map.of("website", 1L, "image", 3L), yes.getRequiredMap());
    assertEquals(0, caller.balance("looks").getRevision());
    CheckResponse no = caller.stub().check(request.toBuilder().putAmounts("image", 11).build());
    assertFalse(no.getAllowed());
    assertEquals("image", no.getDenial().getTokenType());
    assertEquals(11, no.getDenial().getRequired());
    assertEquals(10, no.getDenial().getAvailable());
    assertEquals(0, caller.balance("looks").getRevision());
    assertTrue(server.redis().keys("tg:{looks}*").isEmpty(), "nothing is stored");
  }

  @Test
  void anAccountHasSoManyOpenReservationsAndNoMore() {
    for (String id : List.of("r1", "r2", "r3")) {
      assertTrue(caller.reserve("busy", "generate", id).hasReservation());
    }
    WireFault fault = WireFault.of(() -> caller.reserve("busy", "generate", "r4"));
    assertEquals("RESOURCE_EXHAUSTED TOO_MANY_RESERVATIONS", fault.name());
    assertTrue(caller.reserve("busy", "generate", "r2").getReplayed(), "a known one is told again");
    assertTrue(caller.consume("busy", "generate", "r5").hasReservation(), "nothing stays open");
    caller.refund("busy", "r1");
    assertTrue(caller.reserve("busy", "generate", "r4").hasReservation());
  }

  @Test
  void whatAMemberUsesIsCounted() {
    CheckAndReserveRequest request =
        reserveRequest("team", "generate", "r").setMemberId("ann@example.com").build();
    assertEquals(
        "ann@example.com", caller.stub().checkAndReserve(request).getReservation().getMemberId());
    GetBalanceRequest balance =
        GetBalanceRequest.newBuilder()
            .setAccountId("team")
            .setMemberId("ann@example.com")
            .addTokenTypes("tokens")
            .build();
    AccountBalances held = caller.stub().getBalance(balance).getAccount();
    assertEquals(1, held.getBalancesCount());
    assertEquals(10, held.getMemberBalances(0).getHeld());
    caller.commit("team", "r");
    AccountBalances charged = caller.stub().getBalance(balance).getAccount();
    assertEquals(10, charged.getMemberBalances(0).getConsumed());
    assertEquals(0, charged.getMemberBalances(0).getHeld());
    assertFalse(charged.getMemberBalances(0).hasCap());
  }

  @Test
  void aWatchShowsTheBalanceNowAndAtEveryChange() {
    WatchBalanceRequest request = WatchBalanceRequest.newBuilder().setAccountId("seen").build();
    Iterator<WatchBalanceResponse> watch = caller.stub().watchBalance(request);
    assertEquals(0, watch.next().getAccount().getRevision());
    Iterator<WatchBalanceResponse> second = caller.stub().watchBalance(request);
    assertEquals(0, second.next().getAccount().getRevision());
    WireFault fault = WireFault.of(() -> caller.stub().watchBalance(request).next());
    assertEquals("RESOURCE_EXHAUSTED TOO_MANY_WATCHES", fault.name());

    caller.reserve("seen", "generate", "r");
    assertEquals(10, Books.of(watch.next().getAccount(), "tokens").getHeld());
    caller.commit("seen", "r");
    AccountBalances last = watch.next().getAccount();
    assertEquals(10, Books.of(last, "tokens").getConsumed());
    assertEquals(caller.balance("seen").getRevision(), last.getRevision());
    second.next();
  }

  @Test
  void metadataTravelsAndRepeatsMayAddToIt() {
    CommitRequest commit =
        CommitRequest.newBuilder()
            .setAccountId("notes")
            .setReservationId("r")
            .putMetadata("model", "větší \u0000 {}")
            .build();
    CheckAndReserveRequest reserve =
        reserveRequest("notes", "generate", "r")
            .putMetadata("prompt", "ร้านกาแฟ")
            .putMetadata("{}", "")
            .build();
    assertTrue(caller.stub().checkAndReserve(reserve).hasReservation());
    assertTrue(caller.stub().checkAndReserve(reserve).getReplayed());
    assertFalse(caller.stub().commit(commit).getReplayed());
    assertTrue(
        caller.stub().commit(commit.toBuilder().clearMetadata().build()).getReplayed(),
        "metadata is no part of a commit's identity");
  }

  @Test
  void aConsumeIsDoneWhenItIsAnswered() {
    ConsumeResponse response =
        caller
            .stub()
            .consume(
                ConsumeRequest.newBuilder()
                    .setAccountId("once")
                    .setFeature("generate")
                    .setReservationId("r")
                    .putAmounts("tokens", 250)
                    .build());
    assertEquals(
        ReservationState.RESERVATION_STATE_COMMITTED, response.getReservation().getState());
    assertEquals(Map.of("tokens", 250L), response.getReservation().getAmountsMap());
    assertEquals(250, Books.of(response.getBalancesList(), "tokens").getConsumed());
    for (Executable other :
        List.<Executable>of(
            () -> caller.commit("once", "r"),
            () -> caller.refund("once", "r"),
            () -> caller.extend("once", "r", Map.of()))) {
      WireFault fault = WireFault.of(other);
      assertEquals("FAILED_PRECONDITION RESERVATION_ENDED", fault.name());
      assertEquals(Map.of("state", "COMMITTED"), fault.metadata());
    }
  }
}
