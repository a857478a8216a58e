package dev.tokenguard.products;

import static dev.tokenguard.v1.DenialReason.DENIAL_REASON_ACCOUNT_NOT_FOUND;
import static dev.tokenguard.v1.DenialReason.DENIAL_REASON_ACCOUNT_SUSPENDED;
import static dev.tokenguard.v1.DenialReason.DENIAL_REASON_INSUFFICIENT_TOKENS;
import static dev.tokenguard.v1.DenialReason.DENIAL_REASON_SUBSCRIPTION_EXPIRED;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.util.Durations;
import dev.tokenguard.client.AccountUpdate;
import dev.tokenguard.client.Adjustment;
import dev.tokenguard.client.DeniedException;
import dev.tokenguard.client.ExportQuery;
import dev.tokenguard.client.NewAccount;
import dev.tokenguard.client.NewGrant;
import dev.tokenguard.client.ReserveRequest;
import dev.tokenguard.client.TokenGuardClient;
import dev.tokenguard.client.UsageQuery;
import dev.tokenguard.v1.Account;
import dev.tokenguard.v1.AccountStatus;
import dev.tokenguard.v1.Balance;
import dev.tokenguard.v1.CommitResponse;
import dev.tokenguard.v1.ConsumeRequest;
import dev.tokenguard.v1.Denial;
import dev.tokenguard.v1.DenialReason;
import dev.tokenguard.v1.ExtendRequest;
import dev.tokenguard.v1.ExtendResponse;
import dev.tokenguard.v1.GetStatisticsResponse;
import dev.tokenguard.v1.Reservation;
import dev.tokenguard.v1.Transaction;
import dev.tokenguard.v1.TransactionLine;
import dev.tokenguard.v1.WatchBalanceRequest;
import dev.tokenguard.wire.Books;
import io.grpc.Context;
import io.grpc.Context.CancellableContext;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * An assistant that is sold by subscription: work is held by an estimate and charged by what it
 * really took.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SubscriptionAssistantTest {

  private static final String CATALOG = "subscription-assistant";
  private static final String MORNING = "2026-03-02T09:00:00Z";
  private static final String ANSWER = "answer_question";
  private static final String REPORT = "write_report";
  private static final String SYNC = "background_sync";
  private static final String WORKFLOW = "workflow";
  private static final String TOKENS = "tokens";

  private Day day;

  @BeforeAll
  void begin(@TempDir Path folder) throws Exception {
    day = Day.begins(CATALOG, MORNING, folder);
  }

  /** Nine o'clock of a new day, since periods begin at midnight. */
  @BeforeEach
  void nextMorning() {
    day.comes(day.nextMidnight("UTC").plus(Duration.ofHours(9)));
  }

  @AfterEach
  void closeTheBooks() {
    day.closeTheBooks();
  }

  @AfterAll
  void end() {
    day.close();
  }

  // What a subscription is

  @Test
  void aSubscriptionIncludesTenThousandTokens() {
    subscribe("subscriber");
    assertEquals(10_000, day.available("subscriber", TOKENS));
    Instant resets = day.today("UTC").plusDays(30).atStartOfDay(ZoneOffset.UTC).toInstant();
    assertEquals(resets, Day.instant(day.balance("subscriber", TOKENS).getResetTime()));
    day.comes(resets);
    day.update(AccountUpdate.of("subscriber").withExpireTime(null));
    assertEquals(10_000, day.available("subscriber", TOKENS));
  }

  @Test
  void aSubscriptionHasAStatusAndAnExpiry() {
    Instant expiry = day.now().plus(Duration.ofDays(30));
    subscribe("status");
    Account account = day.account("status");
    assertEquals("basic", account.getPlan());
    assertEquals(AccountStatus.ACCOUNT_STATUS_ACTIVE, account.getStatus());
    assertEquals(expiry, Day.instant(account.getExpireTime()));
  }

  // Estimates and what was really used

  @Test
  void aFeatureReservesItsEstimate() {
    subscribe("estimating");
    Map<String, Long> estimates = Map.of(ANSWER, 1000L, REPORT, 1500L);
    estimates.forEach(
        (feature, estimate) -> {
          Reservation work = day.reserve("estimating", feature);
          assertEquals(Map.of(TOKENS, estimate), work.getAmountsMap());
          assertEquals(10_000 - estimate, day.available("estimating", TOKENS));
          assertEquals(estimate, day.balance("estimating", TOKENS).getHeld());
          day.refund(work, "cancelled");
        });
    Reservation longPrompt =
        Day.allowed(
            day.guard()
                .checkAndReserve(day.work("estimating", ANSWER).putAmounts(TOKENS, 2300).build()));
    assertEquals(Map.of(TOKENS, 2300L), longPrompt.getAmountsMap());
    day.refund(longPrompt, "cancelled");
  }

  @Test
  void lessThanTheEstimateIsChargedAndTheRestIsBackAtOnce() {
    subscribe("brief");
    CommitResponse done = uses("brief", ANSWER, 640);
    assertEquals(Map.of(TOKENS, 640L), done.getChargedMap());
    assertEquals(Map.of(TOKENS, 360L), done.getReturnedMap());
    assertEquals(9360, day.available("brief", TOKENS));
    assertEquals(0, day.balance("brief", TOKENS).getHeld());
  }

  @Test
  void moreThanTheEstimateIsCharged() {
    subscribe("wordy");
    CommitResponse done = uses("wordy", REPORT, 2100);
    assertEquals(Map.of(TOKENS, 2100L), done.getChargedMap());
    assertEquals(Map.of(), done.getReturnedMap());
    assertEquals(Map.of(), done.getOverdrawnMap());
    assertEquals(7900, day.available("wordy", TOKENS));
  }

  @Test
  void aCommitThatSaysNothingIsChargedTheEstimate() {
    subscribe("terse");
    assertEquals(Map.of(TOKENS, 1500L), day.does("terse", REPORT).getChargedMap());
    assertEquals(8500, day.available("terse", TOKENS));
  }

  @Test
  void anAnswerFromTheCacheIsChargedNothing() {
    subscribe("cached");
    assertEquals(Map.of(TOKENS, 1000L), uses("cached", ANSWER, 0).getReturnedMap());
    assertEquals(10_000, day.available("cached", TOKENS));
  }

  @Test
  void moreThanThereIsBecomesDebtUntilTheNextThirtyDays() {
    subscribe("indebted");
    uses("indebted", ANSWER, 9000);
    CommitResponse done = uses("indebted", ANSWER, 1300);
    assertEquals(Map.of(TOKENS, 1300L), done.getChargedMap());
    assertEquals(Map.of(TOKENS, 300L), done.getOverdrawnMap());
    Balance owing = day.balance("indebted", TOKENS);
    assertEquals(0, owing.getAvailable());
    assertEquals(300, owing.getDebt());
    assertEquals(DENIAL_REASON_INSUFFICIENT_TOKENS, day.whyNot("indebted", ANSWER));

    renewFor("indebted", Duration.ofDays(60));
    day.comes(Day.instant(owing.getResetTime()));
    assertEquals(10_000, day.available("indebted", TOKENS));
    day.does("indebted", ANSWER);
  }

  // Four denials

  @Test
  void theFourDenialsAreDifferentForRequestsJobsAndWorkflows() {
    subscribe("no-tokens");
    uses("no-tokens", ANSWER, 9500);
    subscribe("inactive");
    suspend("inactive");
    subscribe("expired");
    day.passes(Duration.ofDays(30));
    renewFor("no-tokens", Duration.ofDays(30));
    uses("no-tokens", ANSWER, 9500); // of its next thirty days
    Map<String, DenialReason> expected =
        Map.of(
            "no-subscription", DENIAL_REASON_ACCOUNT_NOT_FOUND,
            "inactive", DENIAL_REASON_ACCOUNT_SUSPENDED,
            "expired", DENIAL_REASON_SUBSCRIPTION_EXPIRED,
            "no-tokens", DENIAL_REASON_INSUFFICIENT_TOKENS);
    for (String feature : List.of(ANSWER, REPORT, SYNC, WORKFLOW)) {
      Set<String> messages = new HashSet<>();
      expected.forEach(
          (user, reason) -> {
            Denial denial = day.denied(user, feature);
            assertEquals(reason, denial.getReason(), feature);
            assertEquals(feature, denial.getFeature());
            assertEquals(reason, day.check(user, feature).getDenial().getReason(), feature);
            messages.add(denial.getMessage());
          });
      assertEquals(4, messages.size(), messages::toString);
    }
  }

  @Test
  void whatWaitingHelpsAgainstSaysHowLong() {
    subscribe("waiting");
    uses("waiting", ANSWER, 9500);
    Denial out = day.denied("waiting", ANSWER);
    assertEquals(1000, out.getRequired());
    assertEquals(500, out.getAvailable());
    assertEquals(day.balance("waiting", TOKENS).getResetTime(), out.getResetTime());
    suspend("waiting");
    assertFalse(day.denied("waiting", ANSWER).hasResetTime());
  }

  @Test
  void ofSeveralReasonsTheFirstIsTold() {
    subscribe("several");
    uses("several", ANSWER, 10_000);
    assertEquals(DENIAL_REASON_INSUFFICIENT_TOKENS, day.whyNot("several", ANSWER));
    day.update(AccountUpdate.of("several").withExpireTime(day.now()));
    assertEquals(DENIAL_REASON_SUBSCRIPTION_EXPIRED, day.whyNot("several", ANSWER));
    suspend("several");
    assertEquals(DENIAL_REASON_ACCOUNT_SUSPENDED, day.whyNot("several", ANSWER));
    day.admin().accounts().delete("several");
    assertEquals(DENIAL_REASON_ACCOUNT_NOT_FOUND, day.whyNot("several", ANSWER));
  }

  // The same numbers everywhere

  @Test
  void originalConsumedAndRemainingAreTheSameEverywhere(@TempDir Path folder) throws Exception {
    try (Day alone = Day.begins(CATALOG, MORNING, folder)) {
      String user = "same-everywhere";
      alone
          .admin()
          .accounts()
          .create(
              NewAccount.of(user)
                  .withPlan("basic")
                  .withExpireTime(alone.now().plus(Duration.ofDays(365))));
      sameEverywhere(
          alone, commit(alone, user, ANSWER, 640), "10000 given, 640 used, 9360 left, 93.6 %");

      // Other work is open, failed, forgotten, done in one call; tokens are bought and corrected.
      Reservation open = alone.reserve(user, REPORT);
      alone.refund(alone.reserve(user, REPORT), "the model was down");
      alone.reserve(user, SYNC);
      alone.passes(Duration.ofMinutes(9));
      Reservation kept =
          alone
              .guard()
              .extend(
                  ExtendRequest.newBuilder()
                      .setAccountId(user)
                      .setReservationId(open.getReservationId())
                      .setTtl(Durations.fromHours(1))
                      .putAmounts(TOKENS, 1700)
                      .build())
              .getReservation();
      alone.passes(Duration.ofMinutes(2));
      alone
          .guard()
          .consume(
              ConsumeRequest.newBuilder()
                  .setAccountId(user)
                  .setFeature(SYNC)
                  .setReservationId(alone.id("work"))
                  .putAmounts(TOKENS, 60)
                  .build());
      alone.admin().grants().create(NewGrant.of(user, TOKENS, 500, "purchase"));
      alone.admin().grants().adjust(Adjustment.of(user, TOKENS, -100, "correction"));
      sameEverywhere(
          alone, commit(alone, user, ANSWER, 1300), "10400 given, 2000 used, 6700 left, 64.4 %");
      assertEquals(500, alone.metric(metric("tokens_granted")));
      assertEquals(1000, alone.metric(metric("tokens_expired")));
      assertEquals(1500 + 360, alone.metric(metric("tokens_refunded")));
      sameEverywhere(alone, alone.commit(kept), "10400 given, 3700 used, 6700 left, 64.4 %");

      // Beyond what there is, and into the next thirty days.
      sameEverywhere(
          alone, commit(alone, user, ANSWER, 6900), "10400 given, 10600 used, 0 left, 0.0 %");
      alone.comes(Day.instant(alone.balance(user, TOKENS).getResetTime()));
      sameEverywhere(
          alone, commit(alone, user, REPORT, 2500), "10000 given, 2500 used, 7500 left, 75.0 %");
      alone.closeTheBooks();
    }
  }

  /** Compares every place that shows what an account was given, used and has left. */
  private static void sameEverywhere(Day day, CommitResponse reply, String expected)
      throws Exception {
    String user = reply.getReservation().getAccountId();
    Balance balance = day.balance(user, TOKENS);
    assertEquals(expected, shortly(balance));
    assertEquals(balance, Books.of(reply.getBalancesList(), TOKENS));
    assertEquals(balance, Books.of(day.account(user).getBalancesList(), TOKENS));

    GetStatisticsResponse statistics = day.admin().history().statistics(user);
    assertEquals(balance, Books.of(statistics.getAccount(), TOKENS));
    assertEquals(balance.getGranted(), statistics.getTotalGranted());
    assertEquals(balance.getConsumed(), statistics.getTotalConsumed());
    assertEquals(balance.getHeld(), statistics.getTotalHeld());
    assertEquals(balance.getAvailable(), statistics.getTotalAvailable());

    assertEquals(balance, watched(day, user));
    List<Account> listed = day.admin().accounts().list().stream().toList();
    assertEquals(balance, Books.of(listed.get(0).getBalancesList(), TOKENS));

    Map<String, String> row = exported(day, ExportQuery.balances().withAccount(user)).get(0);
    assertEquals(String.valueOf(balance.getGranted()), row.get("granted"));
    assertEquals(String.valueOf(balance.getConsumed()), row.get("consumed"));
    assertEquals(String.valueOf(balance.getHeld()), row.get("held"));
    assertEquals(String.valueOf(balance.getAvailable()), row.get("available"));
    assertEquals(String.valueOf(balance.getDebt()), row.get("debt"));
    assertEquals(String.valueOf(balance.getRemainingPercent()), row.get("remaining_percent"));

    long consumed = balance.getLifetime().getConsumed();
    assertEquals(consumed, day.metric(metric("tokens_committed")), "metrics");
    assertEquals(
        day.account(user).getOpenReservations(), day.metric("tokenguard_reservations_open"));

    List<Transaction> ledger = day.ledger(user);
    assertEquals(balance.getLifetime().getGranted(), sum(ledger, TransactionLine::getGranted));
    assertEquals(balance.getLifetime().getConsumed(), sum(ledger, TransactionLine::getConsumed));
    assertEquals(balance.getLifetime().getLapsed(), sum(ledger, TransactionLine::getLapsed));
    long left = balance.getAvailable() - balance.getDebt() + balance.getLifetime().getHeld();
    assertEquals(left, sum(ledger, TransactionLine::getAmount));
    assertEquals(left, ledger.get(0).getLines(0).getBalance());
    assertEquals(balance.getConsumed(), sum(sinceReset(ledger), TransactionLine::getConsumed));

    List<Map<String, String>> lines = exported(day, ExportQuery.transactions().withAccount(user));
    assertEquals(consumed, sum(lines, "consumed"));
    assertEquals(left, sum(lines, "amount"));
    UsageQuery all =
        UsageQuery.of(user).withDays(LocalDate.parse(MORNING.substring(0, 10)), day.today("UTC"));
    assertEquals(Map.of(TOKENS, consumed), day.admin().history().usage(all).getTotalsMap());
  }

  private static String shortly(Balance balance) {
    return String.format(
        Locale.ROOT,
        "%d given, %d used, %d left, %.1f %%",
        balance.getGranted(),
        balance.getConsumed(),
        balance.getAvailable(),
        balance.getRemainingPercent());
  }

  /** What a live display shows first. */
  private static Balance watched(Day day, String user) {
    CancellableContext display = Context.current().withCancellation();
    Context before = display.attach();
    try {
      return Books.of(
          day.guard()
              .watchBalance(WatchBalanceRequest.newBuilder().setAccountId(user).build())
              .next()
              .getAccount(),
          TOKENS);
    } finally {
      display.detach(before);
      display.cancel(null);
    }
  }

  /** The rows of an exported file, each by column. */
  private static List<Map<String, String>> exported(Day day, ExportQuery query) throws Exception {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    day.admin().history().export(query, file);
    List<String> lines = file.toString(UTF_8).lines().toList();
    String[] columns = lines.get(0).split(",", -1);
    List<Map<String, String>> rows = new ArrayList<>();
    for (String line : lines.subList(1, lines.size())) {
      String[] cells = line.split(",", -1);
      assertEquals(columns.length, cells.length, line);
      Map<String, String> row = new HashMap<>();
      for (int at = 0; at < columns.length; at++) {
        row.put(columns[at], cells[at]);
      }
      rows.add(row);
    }
    return rows;
  }

  private static long sum(List<Map<String, String>> rows, String column) {
    return rows.stream().mapToLong(row -> Long.parseLong(row.get(column))).sum();
  }

  private static String metric(String name) {
    return "tokenguard_" + name + "_total{token_type=\"" + TOKENS + "\"}";
  }

  private static long sum(List<Transaction> ledger, ToLongFunction<TransactionLine> number) {
    return ledger.stream().flatMap(each -> each.getLinesList().stream()).mapToLong(number).sum();
  }

  /** The entries of the period that runs. */
  private static List<Transaction> sinceReset(List<Transaction> newestFirst) {
    int reset = Day.kinds(newestFirst).indexOf("RESET");
    return new ArrayList<>(reset < 0 ? newestFirst : newestFirst.subList(0, reset));
  }

  // The life of a subscription

  @Test
  void aRenewalGoesOnWithTheNextTenThousand() {
    subscribe("renewing");
    uses("renewing", ANSWER, 9800);
    Instant expiry = Day.instant(day.account("renewing").getExpireTime());
    day.comes(expiry.minusSeconds(60));
    assertEquals(10_000, day.available("renewing", TOKENS)); // from midnight of its 30th day
    day.does("renewing", ANSWER);
    day.update(AccountUpdate.of("renewing").withExpireTime(expiry.plus(Duration.ofDays(30))));
    day.comes(expiry.plusSeconds(60));
    assertEquals(9000, day.available("renewing", TOKENS));
    day.does("renewing", ANSWER);

    day.comes(expiry.plus(Duration.ofDays(30)));
    assertEquals(DENIAL_REASON_SUBSCRIPTION_EXPIRED, day.whyNot("renewing", ANSWER));
  }

  @Test
  void anUpgradeInTheMiddleOfAPeriodKeepsWhatWasUsed() {
    subscribe("upgrading");
    uses("upgrading", ANSWER, 4000);
    Reservation running = day.reserve("upgrading", REPORT);
    day.passes(Duration.ofDays(12));
    Instant resets = Day.instant(day.balance("upgrading", TOKENS).getResetTime());

    Account upgraded = day.update(AccountUpdate.of("upgrading").withPlan("plus"));
    assertEquals("plus", upgraded.getPlan());
    Balance balance = day.balance("upgrading", TOKENS);
    assertEquals(25_000, balance.getGranted());
    assertEquals(4000, balance.getConsumed());
    assertEquals(21_000, balance.getAvailable()); // the report's hold has expired
    assertEquals(resets, Day.instant(balance.getResetTime()));
    assertTrue(day.commit(running).getLate());
    assertEquals(19_500, day.available("upgrading", TOKENS));

    renewFor("upgrading", Duration.ofDays(60));
    day.comes(resets);
    assertEquals(25_000, day.available("upgrading", TOKENS));
  }

  @Test
  void anUpgradeTakesEffectAtTheNextCall() {
    subscribe("in-a-hurry");
    uses("in-a-hurry", ANSWER, 10_000);
    assertEquals(DENIAL_REASON_INSUFFICIENT_TOKENS, day.whyNot("in-a-hurry", ANSWER));
    day.update(AccountUpdate.of("in-a-hurry").withPlan("plus"));
    day.does("in-a-hurry", ANSWER);
    assertEquals(14_000, day.available("in-a-hurry", TOKENS));
    day.update(AccountUpdate.of("in-a-hurry").withPlan("basic"));
    assertEquals(DENIAL_REASON_INSUFFICIENT_TOKENS, day.whyNot("in-a-hurry", ANSWER));
  }

  @Test
  void anExpiryMayHaveAGracePeriod() {
    Instant expiry = day.now().plus(Duration.ofDays(10));
    day.admin()
        .accounts()
        .create(
            NewAccount.of("graceful")
                .withPlan("basic")
                .withExpireTime(expiry)
                .withGracePeriod(Duration.ofDays(3)));
    day.comes(expiry);
    day.does("graceful", ANSWER);
    Instant end = expiry.plus(Duration.ofDays(3));
    day.comes(end.minusMillis(1));
    Reservation lastWork = day.reserve("graceful", ANSWER);
    day.comes(end);
    assertEquals(DENIAL_REASON_SUBSCRIPTION_EXPIRED, day.whyNot("graceful", ANSWER));
    day.commit(lastWork); // what was begun may end
    assertEquals(2000, day.balance("graceful", TOKENS).getConsumed());
    assertEquals(
        Duration.ofDays(3).toSeconds(), day.account("graceful").getGracePeriod().getSeconds());
  }

  @Test
  void withoutAGracePeriodItEndsToTheMillisecond() {
    subscribe("punctual");
    Instant expiry = Day.instant(day.account("punctual").getExpireTime());
    day.comes(expiry.minusMillis(1));
    day.does("punctual", ANSWER);
    day.passes(Duration.ofMillis(1));
    assertEquals(DENIAL_REASON_SUBSCRIPTION_EXPIRED, day.whyNot("punctual", ANSWER));
  }

  @Test
  void anExpiredSubscriptionIsReactivatedWithItsNextTenThousand() {
    subscribe("returning");
    uses("returning", ANSWER, 9000);
    day.passes(Duration.ofDays(100));
    assertEquals(DENIAL_REASON_SUBSCRIPTION_EXPIRED, day.whyNot("returning", ANSWER));
    renewFor("returning", Duration.ofDays(30));
    assertEquals(10_000, day.available("returning", TOKENS));
    day.does("returning", ANSWER);
  }

  @Test
  void aSuspendedSubscriptionIsReactivatedWithWhatItHad() {
    subscribe("suspended");
    uses("suspended", ANSWER, 3000);
    Reservation running = day.reserve("suspended", REPORT);
    suspend("suspended");
    assertEquals(DENIAL_REASON_ACCOUNT_SUSPENDED, day.whyNot("suspended", ANSWER));
    day.commit(running); // what was begun may end
    Account active =
        day.update(AccountUpdate.of("suspended").withStatus(AccountStatus.ACCOUNT_STATUS_ACTIVE));
    assertEquals(AccountStatus.ACCOUNT_STATUS_ACTIVE, active.getStatus());
    assertEquals(5500, day.available("suspended", TOKENS));
    day.does("suspended", ANSWER);
  }

  // Work that nobody waits for

  @Test
  void aBackgroundJobRunsOnlyIfItMay() {
    subscribe("job");
    List<String> runs = new ArrayList<>();
    try (TokenGuardClient client = TokenGuardClient.builder(day.server().target()).build()) {
      ReserveRequest sync = ReserveRequest.of("job", SYNC);
      client.guard(sync, reservation -> runs.add(reservation.used(TOKENS, 700).id()));
      assertEquals(1, runs.size());
      assertEquals(9300, day.available("job", TOKENS));

      suspend("job");
      DeniedException denied =
          assertThrows(
              DeniedException.class,
              () -> client.guard(sync, reservation -> runs.add(reservation.id())));
      assertEquals(dev.tokenguard.client.Denial.Reason.ACCOUNT_SUSPENDED, denied.denial().reason());
      assertEquals(1, runs.size());
    }
  }

  @Test
  void aWorkflowKeepsItsHoldAndRaisesItStepByStep() {
    subscribe("steps");
    Reservation workflow = day.reserve("steps", WORKFLOW);
    for (long total : List.of(2500L, 4000L, 6000L)) {
      day.passes(Duration.ofMinutes(9));
      Reservation kept = extend(workflow, total).getReservation();
      assertEquals(Map.of(TOKENS, total), kept.getAmountsMap());
      assertEquals(10_000 - total, day.available("steps", TOKENS));
    }
    ExtendResponse tooMuch = extend(workflow, 10_001);
    assertEquals(DENIAL_REASON_INSUFFICIENT_TOKENS, tooMuch.getDenial().getReason());
    assertEquals(6000, day.balance("steps", TOKENS).getHeld());

    CommitResponse done = day.commit(workflow, Map.of(TOKENS, 5200L));
    assertEquals(Map.of(TOKENS, 800L), done.getReturnedMap());
    assertEquals(4800, day.available("steps", TOKENS));
  }

  @Test
  void aWorkflowThatOutlivesItsHoldIsChargedLate() {
    subscribe("slow");
    Reservation workflow = day.reserve("slow", WORKFLOW);
    day.comes(Day.instant(workflow.getExpireTime()));
    assertEquals(10_000, day.available("slow", TOKENS));
    CommitResponse done = day.commit(workflow, Map.of(TOKENS, 1600L));
    assertTrue(done.getLate());
    assertEquals(8400, day.available("slow", TOKENS));
    assertTrue(day.ledger("slow").get(0).getLate());
  }

  @Test
  void aJobAndARequestNeverSpendTheSameTokens() {
    subscribe("contested");
    uses("contested", ANSWER, 8500);
    Reservation job = day.reserve("contested", SYNC);
    assertEquals(DENIAL_REASON_INSUFFICIENT_TOKENS, day.whyNot("contested", ANSWER));
    day.commit(job, Map.of(TOKENS, 400L));
    day.does("contested", ANSWER);
    assertEquals(100, day.available("contested", TOKENS));
  }

  /** A month of the basic plan from now on. */
  private void subscribe(String user) {
    day.admin()
        .accounts()
        .create(
            NewAccount.of(user)
                .withPlan("basic")
                .withExpireTime(day.now().plus(Duration.ofDays(30))));
  }

  private void renewFor(String user, Duration time) {
    day.update(AccountUpdate.of(user).withExpireTime(day.now().plus(time)));
  }

  private void suspend(String user) {
    day.update(AccountUpdate.of(user).withStatus(AccountStatus.ACCOUNT_STATUS_SUSPENDED));
  }

  private CommitResponse uses(String user, String feature, long really) {
    return commit(day, user, feature, really);
  }

  private static CommitResponse commit(Day day, String user, String feature, long really) {
    return day.commit(day.reserve(user, feature), Map.of(TOKENS, really));
  }

  private ExtendResponse extend(Reservation work, long total) {
    return day.guard()
        .extend(
            ExtendRequest.newBuilder()
                .setAccountId(work.getAccountId())
                .setReservationId(work.getReservationId())
                .putAmounts(TOKENS, total)
                .build());
  }
}
