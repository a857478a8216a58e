package dev.tokenguard.products;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.util.concurrent.ListenableFuture;
import dev.tokenguard.client.Adjustment;
import dev.tokenguard.client.NewGrant;
import dev.tokenguard.client.TransactionQuery;
import dev.tokenguard.client.UsageQuery;
import dev.tokenguard.v1.Account;
import dev.tokenguard.v1.Balance;
import dev.tokenguard.v1.CheckAndReserveResponse;
import dev.tokenguard.v1.CheckRequest;
import dev.tokenguard.v1.CheckResponse;
import dev.tokenguard.v1.CommitResponse;
import dev.tokenguard.v1.CreateGrantResponse;
import dev.tokenguard.v1.Denial;
import dev.tokenguard.v1.DenialReason;
import dev.tokenguard.v1.GetStatisticsResponse;
import dev.tokenguard.v1.ListAccountsRequest;
import dev.tokenguard.v1.ListDueAccountsRequest;
import dev.tokenguard.v1.Transaction;
import dev.tokenguard.v1.TransactionKind;
import dev.tokenguard.v1.UsageDimension;
import dev.tokenguard.v1.UsageRow;
import dev.tokenguard.wire.Books;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A shop assistant: every store has a thousand tokens, once, and buys more of its operators. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ShopAssistantTest {

  private static final String BLOG = "blog-generation";
  private static final String PRODUCT = "product-description";
  private static final String TOKENS = "tokens";

  private Day day;

  @BeforeAll
  void begin(@TempDir Path folder) throws Exception {
    day = Day.begins("shop-assistant", "2026-03-02T09:00:00Z", folder);
  }

  @AfterEach
  void closeTheBooks() {
    day.closeTheBooks();
  }

  @AfterAll
  void end() {
    day.close();
  }

  // A thousand, once

  @Test
  void aStoreGetsAThousandAtItsFirstUse() {
    assertEquals(1000, day.available("first-use", TOKENS));
    day.does("first-use", BLOG);
    assertEquals(995, day.available("first-use", TOKENS));
    Transaction opened = day.ledger("first-use").get(1);
    assertEquals(TransactionKind.TRANSACTION_KIND_OPEN, opened.getKind());
    assertEquals(1000, opened.getLines(0).getGranted());
  }

  @Test
  void itGetsThemOnceHoweverManyUseItFirst() throws Exception {
    List<ListenableFuture<CheckAndReserveResponse>> staff =
        IntStream.range(0, 20)
            .mapToObj(each -> day.guardAtOnce().checkAndReserve(day.work("rush", BLOG).build()))
            .toList();
    for (ListenableFuture<CheckAndReserveResponse> each : staff) {
      day.commit(Day.allowed(each.get(1, TimeUnit.MINUTES)));
    }
    assertEquals(1000, day.balance("rush", TOKENS).getLifetime().getGranted());
    assertEquals(900, day.available("rush", TOKENS));
    assertEquals(1, Day.kinds(day.ledger("rush")).stream().filter("OPEN"::equals).count());
  }

  @Test
  void theyAreNeverReset() {
    day.does("for-ever", BLOG, 2);
    assertFalse(day.balance("for-ever", TOKENS).hasResetTime());
    day.passes(Duration.ofDays(800));
    assertEquals(990, day.available("for-ever", TOKENS));
    ListDueAccountsRequest due =
        ListDueAccountsRequest.newBuilder().setIdPrefix("for-ever").build();
    assertEquals(0, day.admin().upkeep().dueAccounts(due).stream().count());
    assertEquals(0, day.admin().upkeep().resetAllDue().getReset());
    assertEquals(List.of("COMMIT", "COMMIT", "OPEN"), Day.kinds(day.ledger("for-ever")));
  }

  @Test
  void storesShareNothing() {
    spendAllBut("neighbour-1", 0);
    assertEquals(1000, day.available("neighbour-2", TOKENS));
    day.does("neighbour-2", BLOG);
  }

  // What it costs

  @Test
  void aBlogPostAndAProductDescriptionCostFive() {
    for (String feature : List.of(BLOG, PRODUCT)) {
      assertEquals(Map.of(TOKENS, 5L), day.does("priced", feature).getChargedMap(), feature);
    }
    assertEquals(990, day.available("priced", TOKENS));
  }

  @Test
  void aThousandAreTwoHundredTexts() {
    day.does("prolific", BLOG, 120);
    day.does("prolific", PRODUCT, 80);
    Denial denial = day.denied("prolific", BLOG);
    assertEquals(DenialReason.DENIAL_REASON_INSUFFICIENT_TOKENS, denial.getReason());
    assertEquals(5, denial.getRequired());
    assertEquals(0, denial.getAvailable());
    assertFalse(denial.hasResetTime()); // waiting is in vain
  }

  // Operators add tokens

  @Test
  void operatorsAddTokensAndSayWhoAndWhy() {
    String store = "topped-up";
    spendAllBut(store, 0);
    CreateGrantResponse added =
        day.admin()
            .grants()
            .create(
                NewGrant.of(store, TOKENS, 500, "purchase")
                    .withActor("reza@shop.example")
                    .withNote("invoice 1403-12"));
    assertEquals(500, added.getBalance().getAvailable());
    day.does(store, BLOG);
    assertEquals(495, day.available(store, TOKENS));

    Transaction entry = day.ledger(store).get(1);
    assertEquals(TransactionKind.TRANSACTION_KIND_GRANT, entry.getKind());
    assertEquals(500, entry.getLines(0).getGranted());
    assertEquals("purchase", entry.getReason());
    assertEquals("reza@shop.example", entry.getMetadataMap().get("actor"));
    assertEquals("invoice 1403-12", entry.getMetadataMap().get("note"));
    day.passes(Duration.ofDays(800));
    assertEquals(495, day.available(store, TOKENS));
  }

  @Test
  void operatorsAddTokensToAStoreThatNeverCalled() {
    day.admin().grants().create(NewGrant.of("prospect", TOKENS, 50, "welcome"));
    assertEquals(1050, day.available("prospect", TOKENS));
  }

  @Test
  void operatorsCorrectABalanceAndSayWhoAndWhy() {
    day.does("corrected", BLOG);
    Adjustment tenBack =
        Adjustment.of("corrected", TOKENS, -10, "correction")
            .withActor("sara")
            .withNote("granted by mistake")
            .withRequestId("ticket-17");
    assertEquals(985, day.admin().grants().adjust(tenBack).getBalance().getAvailable());
    assertTrue(day.admin().grants().adjust(tenBack).getReplayed());
    Transaction entry = day.ledger("corrected").get(0);
    assertEquals(TransactionKind.TRANSACTION_KIND_ADJUST, entry.getKind());
    assertEquals(-10, entry.getLines(0).getAmount());
    assertEquals("correction", entry.getReason());
    assertEquals("sara", entry.getMetadataMap().get("actor"));
    assertEquals("granted by mistake", entry.getMetadataMap().get("note"));
    assertEquals(985, day.available("corrected", TOKENS));
  }

  // What operators see

  @Test
  void operatorsSeeTheHistoryOfUse() {
    String store = "watched";
    LocalDate first = day.today("UTC");
    day.does(store, "nilufar", BLOG);
    day.does(store, "nilufar", BLOG);
    day.does(store, "omid", PRODUCT);
    day.passes(Duration.ofDays(1));
    day.does(store, "omid", BLOG);
    day.refund(day.reserve(store, BLOG), "no text came");

    UsageQuery days = UsageQuery.of(store).withDays(first, day.today("UTC"));
    assertEquals(Map.of(TOKENS, 20L), day.admin().history().usage(days).getTotalsMap());
    assertEquals(
        List.of(
            UsageRow.newBuilder().setDay(first.toString()).setAmount(15).build(),
            UsageRow.newBuilder().setDay(first.plusDays(1).toString()).setAmount(5).build()),
        rows(days, UsageDimension.USAGE_DIMENSION_DAY));
    assertEquals(
        List.of(
            UsageRow.newBuilder().setFeature(BLOG).setAmount(15).build(),
            UsageRow.newBuilder().setFeature(PRODUCT).setAmount(5).build()),
        rows(days, UsageDimension.USAGE_DIMENSION_FEATURE));
    assertEquals(
        Map.of(TOKENS, 10L), day.admin().history().usage(days.withMember("omid")).getTotalsMap());

    assertEquals(
        List.of("REFUND", "COMMIT", "COMMIT", "COMMIT", "COMMIT", "OPEN"),
        Day.kinds(day.ledger(store)));
    List<Transaction> descriptions =
        day.admin().history().transactions(TransactionQuery.of(store).withFeature(PRODUCT)).stream()
            .toList();
    assertEquals(1, descriptions.size());
    assertEquals("omid", descriptions.get(0).getMemberId());
    assertEquals(-5, descriptions.get(0).getLines(0).getAmount());
  }

  @Test
  void operatorsSeeStatistics() {
    String store = "counted";
    day.does(store, BLOG, 3);
    day.passes(Duration.ofDays(2));
    day.does(store, PRODUCT);
    day.reserve(store, BLOG);

    GetStatisticsResponse statistics = day.admin().history().statistics(store);
    assertEquals(1000, statistics.getTotalGranted());
    assertEquals(20, statistics.getTotalConsumed());
    assertEquals(5, statistics.getTotalHeld());
    assertEquals(975, statistics.getTotalAvailable());
    assertFalse(statistics.hasNextResetTime());
    assertEquals(Map.of(TOKENS, 5L), statistics.getConsumedTodayMap());
    assertEquals(Map.of(TOKENS, 20L), statistics.getConsumed30DaysMap());
    assertEquals(day.balance(store, TOKENS), Books.of(statistics.getAccount(), TOKENS));

    day.passes(Duration.ofDays(29));
    assertEquals(
        Map.of(TOKENS, 5L), day.admin().history().statistics(store).getConsumed30DaysMap());
    assertEquals(1000, day.admin().history().statistics(store).getTotalGranted());
  }

  // Warnings

  @Test
  void aBalanceBelowTwentyPercentWarns() throws Exception {
    String store = "nearly-out";
    double warnings = lowBalances();
    spendAllBut(store, 200);
    assertFalse(day.balance(store, TOKENS).getLow());
    assertEquals(List.of(), low(store));
    assertEquals(warnings, lowBalances());

    CommitResponse warned = day.does(store, BLOG);
    assertTrue(Books.of(warned.getBalancesList(), TOKENS).getLow());
    Balance balance = day.balance(store, TOKENS);
    assertTrue(balance.getLow());
    assertEquals(19.5, balance.getRemainingPercent());
    assertEquals(0.805, balance.getUsedRatio());
    assertEquals(List.of(store), low(store));
    assertEquals(warnings + 1, lowBalances());

    day.does(store, BLOG); // and is not counted again while it stays low
    assertEquals(warnings + 1, lowBalances());
  }

  @Test
  void aHoldWarnsBeforeTheWorkIsDone() {
    spendAllBut("holding", 200);
    CheckAndReserveResponse begun = day.guard().checkAndReserve(day.work("holding", BLOG).build());
    assertTrue(Books.of(begun.getBalancesList(), TOKENS).getLow());
    day.refund(Day.allowed(begun), "cancelled");
    assertFalse(day.balance("holding", TOKENS).getLow());
  }

  @Test
  void addedTokensEndTheWarning() {
    spendAllBut("relieved", 100);
    assertEquals(List.of("relieved"), low("relieved"));
    day.admin().grants().create(NewGrant.of("relieved", TOKENS, 150, "purchase"));
    assertFalse(day.balance("relieved", TOKENS).getLow()); // 250 of 1,150
    assertEquals(List.of(), low("relieved"));
  }

  // What the store reads

  @Test
  void theMessageIsInPersianWithTheRemainingCount() {
    spendAllBut("persian", 3);
    Denial denial =
        Day.denied(
            day.guard().checkAndReserve(day.work("persian", BLOG).setLocale("fa-IR").build()));
    assertEquals("fa", denial.getLocale());
    assertEquals(3, denial.getAvailable());
    assertEquals(
        "توکن کافی ندارید. این کار به ۵ توکن «Tokens» نیاز دارد و ۳ توکن موجود است.",
        denial.getMessage());
  }

  // Has it enough?

  @Test
  void hasEnoughIsCheck() {
    spendAllBut("asking", 8);
    long revision = day.account("asking").getRevision();
    for (int each = 0; each < 3; each++) {
      CheckResponse enough = day.check("asking", BLOG);
      assertTrue(enough.getAllowed());
      assertFalse(enough.hasDenial());
      assertEquals(Map.of(TOKENS, 5L), enough.getRequiredMap());
      assertEquals(8, Books.of(enough.getBalancesList(), TOKENS).getAvailable());
    }
    assertEquals(revision, day.account("asking").getRevision()); // it holds nothing

    day.does("asking", BLOG);
    CheckResponse notEnough = day.check("asking", BLOG);
    assertFalse(notEnough.getAllowed());
    assertEquals(DenialReason.DENIAL_REASON_INSUFFICIENT_TOKENS, notEnough.getDenial().getReason());
    assertEquals(3, notEnough.getDenial().getAvailable());
    assertEquals(notEnough.getDenial().getReason(), day.whyNot("asking", BLOG));
  }

  @Test
  void aStoreThatOnlyAsksIsNotOpened() {
    assertTrue(day.check("curious", BLOG).getAllowed());
    assertEquals(List.of(), accounts(ListAccountsRequest.newBuilder().setIdPrefix("curious")));
  }

  @Test
  void itMayAskForAnotherAmount() {
    CheckRequest series =
        CheckRequest.newBuilder()
            .setAccountId("series")
            .setFeature(BLOG)
            .putAmounts(TOKENS, 1000)
            .build();
    assertTrue(day.guard().check(series).getAllowed());
    assertFalse(
        day.guard().check(series.toBuilder().putAmounts(TOKENS, 1001).build()).getAllowed());
  }

  /** A series of texts that leaves so much. */
  private void spendAllBut(String store, long left) {
    long series = day.available(store, TOKENS) - left;
    day.commit(
        Day.allowed(
            day.guard().checkAndReserve(day.work(store, BLOG).putAmounts(TOKENS, series).build())));
    assertEquals(left, day.available(store, TOKENS));
  }

  private List<UsageRow> rows(UsageQuery query, UsageDimension dimension) {
    return day.admin().history().usage(query.groupedBy(dimension)).getRowsList();
  }

  private List<String> low(String prefix) {
    return accounts(ListAccountsRequest.newBuilder().setLow(true).setIdPrefix(prefix));
  }

  private List<String> accounts(ListAccountsRequest.Builder request) {
    return day.admin().accounts().list(request.build()).stream()
        .map(Account::getAccountId)
        .toList();
  }

  private double lowBalances() throws Exception {
    return day.metric("tokenguard_balance_low_total{token_type=\"tokens\"}");
  }
}
