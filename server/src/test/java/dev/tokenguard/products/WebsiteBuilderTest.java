package dev.tokenguard.products;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.util.concurrent.ListenableFuture;
import dev.tokenguard.client.NewAccount;
import dev.tokenguard.client.NewGrant;
import dev.tokenguard.client.Page;
import dev.tokenguard.client.ReserveRequest;
import dev.tokenguard.client.TokenGuardClient;
import dev.tokenguard.client.TransactionQuery;
import dev.tokenguard.client.UsageQuery;
import dev.tokenguard.v1.CheckAndReserveRequest;
import dev.tokenguard.v1.CheckAndReserveResponse;
import dev.tokenguard.v1.CommitResponse;
import dev.tokenguard.v1.CreateGrantResponse;
import dev.tokenguard.v1.Denial;
import dev.tokenguard.v1.DenialReason;
import dev.tokenguard.v1.DueAccount;
import dev.tokenguard.v1.Grant;
import dev.tokenguard.v1.ListDueAccountsRequest;
import dev.tokenguard.v1.RefundResponse;
import dev.tokenguard.v1.Reservation;
import dev.tokenguard.v1.ReservationState;
import dev.tokenguard.v1.ResetDueAccountsRequest;
import dev.tokenguard.v1.ResetDueAccountsResponse;
import dev.tokenguard.v1.Transaction;
import dev.tokenguard.v1.TransactionKind;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A website builder: five websites a day for every user, from midnight to midnight in Bangkok. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WebsiteBuilderTest {

  private static final String BANGKOK = "Asia/Bangkok";
  private static final String CREATE = "create_website";
  private static final String WEBSITE = "website";

  private Day day;

  @BeforeAll
  void begin(@TempDir Path folder) throws Exception {
    // Nine in the morning in Bangkok.
    day = Day.begins("website-builder", "2026-03-02T02:00:00Z", folder);
  }

  @AfterEach
  void closeTheBooks() {
    day.closeTheBooks();
  }

  @AfterAll
  void end() {
    day.close();
  }

  // Five a day

  @Test
  void aNewUserGetsFive() {
    assertEquals(5, day.available("new-user", WEBSITE));
    day.does("new-user", CREATE, 5);
    Denial denial = day.denied("new-user", CREATE);
    assertEquals(DenialReason.DENIAL_REASON_INSUFFICIENT_TOKENS, denial.getReason());
    assertEquals(1, denial.getRequired());
    assertEquals(0, denial.getAvailable());
    assertEquals(day.nextMidnight(BANGKOK).getEpochSecond(), denial.getResetTime().getSeconds());
  }

  @Test
  void everyUserHasTokensOfTheirOwn() {
    day.does("own-tokens-1", CREATE, 5);
    assertEquals(0, day.available("own-tokens-1", WEBSITE));
    day.does("own-tokens-2", CREATE, 5);
  }

  @Test
  void atMidnightInBangkokThereAreFiveAgainHoweverManyWereUsed() {
    day.does("used-all", CREATE, 5);
    day.does("used-some", CREATE, 2);
    day.does("used-none", "chat");

    day.comes(day.nextMidnight(BANGKOK).minusMillis(1));
    assertEquals(0, day.available("used-all", WEBSITE));
    assertEquals(3, day.available("used-some", WEBSITE));
    assertEquals(5, day.available("used-none", WEBSITE));

    day.passes(Duration.ofMillis(1));
    for (String user : List.of("used-all", "used-some", "used-none")) {
      assertEquals(5, day.available(user, WEBSITE), user);
      assertEquals(0, day.balance(user, WEBSITE).getConsumed(), user);
    }
    day.does("used-all", CREATE, 5);
    assertEquals(DenialReason.DENIAL_REASON_INSUFFICIENT_TOKENS, day.whyNot("used-all", CREATE));
  }

  @Test
  void midnightElsewhereChangesNothing() {
    day.comes(day.nextMidnight(BANGKOK));
    day.does("midnight-utc", CREATE, 5);
    day.comes(day.nextMidnight("UTC"));
    assertEquals(
        DenialReason.DENIAL_REASON_INSUFFICIENT_TOKENS, day.whyNot("midnight-utc", CREATE));
  }

  @Test
  void whoStaysAwayForAMonthHasFiveAndNoMore() {
    day.does("away", CREATE, 4);
    day.passes(Duration.ofDays(31));
    assertEquals(5, day.available("away", WEBSITE));
    assertEquals(1, resets("away"));
  }

  @Test
  void aWebsiteBegunBeforeMidnightIsNoneOfTomorrows() {
    day.comes(day.nextMidnight(BANGKOK).minusSeconds(5));
    Reservation done = day.reserve("night-owl", CREATE);
    Reservation failed = day.reserve("night-owl", CREATE);
    day.passes(Duration.ofSeconds(10));
    day.commit(done);
    day.refund(failed, "out of ideas");
    assertEquals(5, day.available("night-owl", WEBSITE));
  }

  // What it costs

  @Test
  void creatingAWebsiteCostsOne() {
    CommitResponse done = day.does("creator", CREATE);
    assertEquals(Map.of(WEBSITE, 1L), done.getChargedMap());
    assertEquals(4, day.available("creator", WEBSITE));
  }

  @Test
  void chatPreviewAndDeployCostNothing() {
    day.does("free-riding", CREATE, 5);
    for (String feature : List.of("chat", "preview", "deploy")) {
      CommitResponse done = day.does("free-riding", feature);
      assertEquals(Map.of(), done.getChargedMap(), feature);
      assertTrue(day.check("free-riding", feature).getAllowed(), feature);
    }
    assertEquals(5, day.balance("free-riding", WEBSITE).getConsumed());
  }

  @Test
  void aFailedCreationIsReturned() {
    Reservation work = day.reserve("unlucky", CREATE);
    assertEquals(4, day.available("unlucky", WEBSITE));
    RefundResponse returned = day.refund(work, "the model timed out");
    assertEquals(Map.of(WEBSITE, 1L), returned.getReturnedMap());
    assertEquals(5, day.available("unlucky", WEBSITE));

    Transaction entry = day.ledger("unlucky").get(0);
    assertEquals(TransactionKind.TRANSACTION_KIND_REFUND, entry.getKind());
    assertEquals("the model timed out", entry.getReason());
    assertEquals(work.getReservationId(), entry.getReservationId());
    assertEquals(1, entry.getLines(0).getReleased());
  }

  @Test
  void aCreationThatThrowsIsReturned() {
    try (TokenGuardClient client = TokenGuardClient.builder(day.server().target()).build()) {
      assertThrows(
          IllegalStateException.class,
          () ->
              client.<String, RuntimeException>guard(
                  ReserveRequest.of("throwing", CREATE),
                  reservation -> {
                    throw new IllegalStateException("no template");
                  }));
    }
    assertEquals(TransactionKind.TRANSACTION_KIND_REFUND, day.ledger("throwing").get(0).getKind());
    assertEquals(5, day.available("throwing", WEBSITE));
  }

  @Test
  void aCreationThatNobodyEndsIsReturnedInTime() {
    Reservation work = day.reserve("crashed", CREATE);
    assertEquals(4, day.available("crashed", WEBSITE));
    day.comes(Day.instant(work.getExpireTime()));
    assertEquals(5, day.available("crashed", WEBSITE));
  }

  // Double clicks

  @Test
  void aDoubleClickDoesNotChargeTwice() {
    CheckAndReserveRequest click = day.work("double-click", CREATE).build();
    Reservation first = Day.allowed(day.guard().checkAndReserve(click));
    CheckAndReserveResponse second = day.guard().checkAndReserve(click);
    assertTrue(second.getReplayed());
    assertEquals(first.getReservationId(), Day.allowed(second).getReservationId());
    assertEquals(1, day.balance("double-click", WEBSITE).getHeld());

    assertFalse(day.commit(first).getReplayed());
    assertTrue(day.commit(first).getReplayed());
    CheckAndReserveResponse third = day.guard().checkAndReserve(click);
    assertEquals(ReservationState.RESERVATION_STATE_COMMITTED, third.getReservation().getState());
    assertEquals(1, day.balance("double-click", WEBSITE).getConsumed());
    assertEquals(4, day.available("double-click", WEBSITE));
  }

  @Test
  void clicksAtTheSameTimeDoNotChargeTwice() throws Exception {
    CheckAndReserveRequest click = day.work("impatient", CREATE).build();
    List<ListenableFuture<CheckAndReserveResponse>> clicks =
        IntStream.range(0, 20).mapToObj(each -> day.guardAtOnce().checkAndReserve(click)).toList();
    int replayed = 0;
    for (ListenableFuture<CheckAndReserveResponse> each : clicks) {
      CheckAndReserveResponse answer = each.get(1, TimeUnit.MINUTES);
      assertEquals(click.getReservationId(), Day.allowed(answer).getReservationId());
      replayed += answer.getReplayed() ? 1 : 0;
    }
    assertEquals(19, replayed);
    assertEquals(1, day.balance("impatient", WEBSITE).getHeld());
  }

  // History

  @Test
  void theHistoryIsNewestFirstAndPagedWithTheResetsInIt() {
    String user = "historian";
    day.does(user, CREATE, 2);
    day.refund(day.reserve(user, CREATE), "failed");
    day.comes(day.nextMidnight(BANGKOK));
    day.does(user, CREATE);

    List<Transaction> ledger = day.ledger(user);
    assertEquals(
        List.of("COMMIT", "RESET", "REFUND", "COMMIT", "COMMIT", "OPEN"), Day.kinds(ledger));
    for (int at = 1; at < ledger.size(); at++) {
      assertTrue(ledger.get(at - 1).getRevision() > ledger.get(at).getRevision());
      assertFalse(
          Day.instant(ledger.get(at - 1).getTime())
              .isBefore(Day.instant(ledger.get(at).getTime())));
    }
    Transaction reset = ledger.get(1);
    assertEquals(5, reset.getLines(0).getGranted());
    assertEquals(3, reset.getLines(0).getLapsed());
    assertEquals(5, reset.getLines(0).getBalance());

    List<Transaction> paged = new ArrayList<>();
    int pages = 0;
    for (Page<Transaction> page :
        day.admin().history().transactions(user).withPageSize(2).pages()) {
      assertTrue(page.items().size() <= 2);
      paged.addAll(page.items());
      pages++;
    }
    assertEquals(ledger, paged);
    assertTrue(pages >= 3);
    assertEquals(
        List.of(reset),
        day
            .admin()
            .history()
            .transactions(
                TransactionQuery.of(user)
                    .withKinds(List.of(TransactionKind.TRANSACTION_KIND_RESET)))
            .stream()
            .toList());
  }

  @Test
  void aPageTokenStaysGoodWhileTheUserGoesOn() {
    String user = "busy";
    day.does(user, CREATE, 4);
    List<Transaction> before = day.ledger(user);
    Page<Transaction> first = day.admin().history().transactions(user).withPageSize(2).page();
    day.does(user, CREATE);
    List<Transaction> rest =
        day.admin().history().transactions(user).startingAt(first.nextPageToken()).stream()
            .toList();
    List<Transaction> both = new ArrayList<>(first.items());
    both.addAll(rest);
    assertEquals(before, both);
  }

  // Resets that an operator triggers

  @Test
  void anOperatorAsksWhoIsDueAndResetsThemOnce() {
    List<String> users = List.of("due-1", "due-2", "due-3");
    users.forEach(user -> day.does(user, CREATE, 5));
    assertEquals(List.of(), due("due-"));

    Instant midnight = day.nextMidnight(BANGKOK);
    day.comes(midnight);
    day.does("due-2", CREATE); // so that it is due no more
    List<DueAccount> due = due("due-");
    assertEquals(List.of("due-1", "due-3"), due.stream().map(DueAccount::getAccountId).toList());
    assertEquals("free", due.get(0).getPlan());
    assertEquals(List.of(WEBSITE), due.get(0).getTokenTypesList());
    assertEquals(midnight, Day.instant(due.get(0).getDueTime()));

    ResetDueAccountsRequest them =
        ResetDueAccountsRequest.newBuilder().addAllAccountIds(users).build();
    ResetDueAccountsResponse done = day.admin().upkeep().resetDue(them);
    assertEquals(3, done.getLookedAt());
    assertEquals(2, done.getReset());
    assertEquals(List.of(), done.getErrorsList());
    assertEquals(List.of(), due("due-"));
    assertEquals(List.of("RESET", "COMMIT"), Day.kinds(day.ledger("due-1")).subList(0, 2));

    assertEquals(0, day.admin().upkeep().resetDue(them).getReset());
    assertEquals(1, resets("due-1"));
    assertEquals(1, resets("due-2"));
    assertEquals(5, day.available("due-1", WEBSITE));
    assertEquals(4, day.available("due-2", WEBSITE));
  }

  @Test
  void aCronJobResetsAllWhoAreDueHoweverOftenItRuns() {
    day.does("cron-1", CREATE, 3);
    day.does("cron-2", CREATE, 5);
    day.comes(day.nextMidnight(BANGKOK));
    assertTrue(day.admin().upkeep().resetAllDue().getReset() >= 2);
    assertEquals(List.of(), due(""));
    assertEquals(0, day.admin().upkeep().resetAllDue().getReset());
    assertEquals(1, resets("cron-1"));
    assertEquals(1, resets("cron-2"));
    assertEquals(5, day.available("cron-1", WEBSITE));
  }

  @Test
  void twoCronJobsAtOnceResetEachUserOnce() throws Exception {
    List<String> users = IntStream.range(0, 20).mapToObj(each -> "crowd-" + each).toList();
    users.forEach(user -> day.does(user, CREATE));
    day.comes(day.nextMidnight(BANGKOK));
    ResetDueAccountsRequest them =
        ResetDueAccountsRequest.newBuilder().addAllAccountIds(users).build();
    List<CompletableFuture<ResetDueAccountsResponse>> jobs =
        List.of(day.admin().upkeep().resetDueAsync(them), day.admin().upkeep().resetDueAsync(them));
    long reset = 0;
    for (CompletableFuture<ResetDueAccountsResponse> job : jobs) {
      reset += job.get(1, TimeUnit.MINUTES).getReset();
    }
    assertEquals(20, reset);
    users.forEach(user -> assertEquals(1, resets(user), user));
  }

  // Tokens on top

  @Test
  void aPackageThatIsBoughtSurvivesTheDailyReset() {
    String user = "buyer";
    CreateGrantResponse bought =
        grant(NewGrant.of(user, WEBSITE, 10, "purchase").withNote("package of 10"));
    assertEquals(15, bought.getBalance().getAvailable());
    day.does(user, CREATE, 2);

    day.comes(day.nextMidnight(BANGKOK));
    assertEquals(15, day.available(user, WEBSITE));
    assertEquals(10, left(user, "purchase"));
    Transaction entry = only(user, TransactionKind.TRANSACTION_KIND_GRANT);
    assertEquals("purchase", entry.getReason());
    assertEquals("package of 10", entry.getMetadataMap().get("note"));
    assertEquals(10, entry.getLines(0).getGranted());
  }

  @Test
  void tokensOnTopAreUsedAfterTheAllowance() {
    String user = "thrifty";
    grant(NewGrant.of(user, WEBSITE, 3, "purchase"));
    day.does(user, CREATE, 5);
    assertEquals(3, left(user, "purchase"));
    day.does(user, CREATE, 2);
    assertEquals(1, left(user, "purchase"));

    day.comes(day.nextMidnight(BANGKOK));
    assertEquals(6, day.available(user, WEBSITE));
    day.does(user, CREATE, 6);
    assertEquals(List.of(), day.admin().grants().list(user));
    day.comes(day.nextMidnight(BANGKOK));
    assertEquals(5, day.available(user, WEBSITE));
  }

  @Test
  void aProductMayHaveThemUsedBeforeTheAllowance() {
    grant(NewGrant.of("impulsive", WEBSITE, 3, "reward").withPriority(-1));
    day.does("impulsive", CREATE, 2);
    assertEquals(1, left("impulsive", "reward"));
  }

  @Test
  void aFailedCreationReturnsToThePackageThatPaidForIt() {
    String user = "returned-package";
    grant(NewGrant.of(user, WEBSITE, 1, "purchase"));
    day.comes(day.nextMidnight(BANGKOK).minusSeconds(60));
    day.does(user, CREATE, 5);
    Reservation paidByPackage = day.reserve(user, CREATE);
    day.comes(day.nextMidnight(BANGKOK));
    day.refund(paidByPackage, "failed");
    assertEquals(1, left(user, "purchase"));
    assertEquals(6, day.available(user, WEBSITE));
  }

  @Test
  void aReferralIsEarnedByBothSides() {
    String referral = day.id("referral");
    List<NewGrant> bothSides =
        List.of(
            NewGrant.of("referrer", WEBSITE, 2, "referral")
                .withNote("brought referred")
                .withRequestId(referral),
            NewGrant.of("referred", WEBSITE, 2, "referral")
                .withNote("brought by referrer")
                .withRequestId(referral));
    day.admin().grants().createAll(bothSides).orThrow();
    day.admin().grants().createAll(bothSides).orThrow(); // a retry gives nothing
    for (String side : List.of("referrer", "referred")) {
      assertEquals(7, day.available(side, WEBSITE), side);
      Transaction entry = only(side, TransactionKind.TRANSACTION_KIND_GRANT);
      assertEquals("referral", entry.getReason(), side);
      assertEquals(referral, entry.getReservationId(), side);
    }
    day.comes(day.nextMidnight(BANGKOK));
    assertEquals(7, day.available("referrer", WEBSITE));
    assertEquals(7, day.available("referred", WEBSITE));
  }

  @Test
  void aRewardHasItsOwnReasonAndMayLapse() {
    String user = "rewarded";
    Instant end = day.now().plus(Duration.ofDays(7));
    grant(NewGrant.of(user, WEBSITE, 1, "reward").withActor("mali").withExpireTime(end));
    grant(NewGrant.of(user, WEBSITE, 4, "purchase"));
    assertEquals(
        List.of("reward", "purchase"),
        day.admin().grants().list(user).stream().map(Grant::getReason).toList());
    Transaction given =
        day.ledger(user).stream()
            .filter(e -> e.getReason().equals("reward"))
            .findAny()
            .orElseThrow();
    assertEquals("mali", given.getMetadataMap().get("actor"));

    day.comes(end);
    assertEquals(9, day.available(user, WEBSITE));
    assertEquals(0, left(user, "reward"));
    assertEquals(4, left(user, "purchase"));
  }

  @Test
  void aPaymentThatIsReportedTwiceIsGrantedOnce() {
    NewGrant webhook = NewGrant.of("paid", WEBSITE, 10, "purchase").withRequestId("payment-4711");
    assertFalse(grant(webhook).getReplayed());
    assertTrue(grant(webhook).getReplayed());
    assertEquals(15, day.available("paid", WEBSITE));
    assertEquals(10, only("paid", TransactionKind.TRANSACTION_KIND_GRANT).getLines(0).getGranted());
  }

  // What the user reads

  @Test
  void theMessageIsInThai() {
    String user = "thai";
    day.comes(day.nextMidnight(BANGKOK).plus(Duration.ofHours(19)));
    day.does(user, CREATE, 5);
    Denial denial =
        Day.denied(day.guard().checkAndReserve(day.work(user, CREATE).setLocale("th-TH").build()));
    assertEquals("th", denial.getLocale());
    assertEquals(
        "โทเค็นของคุณไม่เพียงพอ Websites: ต้องใช้ 1 โทเค็น แต่เหลืออยู่ 0 โทเค็น"
            + " โควตาของคุณจะรีเซ็ตในอีก 5 ชั่วโมง",
        denial.getMessage());
  }

  @Test
  void aThaiAccountNeedNotAskForThai() {
    day.admin().accounts().create(NewAccount.of("thai-account").withLocale("th"));
    day.does("thai-account", CREATE, 5);
    Denial denial = day.denied("thai-account", CREATE);
    assertEquals("th", denial.getLocale());
    assertTrue(denial.getMessage().startsWith("โทเค็นของคุณไม่เพียงพอ"), denial.getMessage());
  }

  @Test
  void theHistoryOfUseIsByDayInBangkok() {
    String user = "by-day";
    day.comes(day.nextMidnight(BANGKOK).plusSeconds(1)); // still yesterday in UTC
    LocalDate today = day.today(BANGKOK);
    day.does(user, CREATE, 2);
    assertEquals(
        Map.of(WEBSITE, 2L),
        day.admin().history().usage(UsageQuery.of(user).withDays(today, today)).getTotalsMap());
    assertEquals(Map.of(WEBSITE, 2L), day.admin().history().statistics(user).getConsumedTodayMap());
  }

  private CreateGrantResponse grant(NewGrant grant) {
    return day.admin().grants().create(grant);
  }

  /** What is left of the grants that were made for a reason. */
  private long left(String user, String reason) {
    return day.admin().grants().list(user).stream()
        .filter(each -> each.getReason().equals(reason))
        .mapToLong(Grant::getRemaining)
        .sum();
  }

  private List<DueAccount> due(String prefix) {
    return day
        .admin()
        .upkeep()
        .dueAccounts(ListDueAccountsRequest.newBuilder().setIdPrefix(prefix).build())
        .stream()
        .toList();
  }

  private long resets(String user) {
    return day.ledger(user).stream()
        .filter(each -> each.getKind() == TransactionKind.TRANSACTION_KIND_RESET)
        .count();
  }

  private Transaction only(String user, TransactionKind kind) {
    List<Transaction> found =
        day.ledger(user).stream().filter(each -> each.getKind() == kind).toList();
    assertEquals(1, found.size(), found::toString);
    return found.get(0);
  }
}
