package dev.tokenguard.products;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.util.Timestamps;
import dev.tokenguard.client.AccountUpdate;
import dev.tokenguard.client.Adjustment;
import dev.tokenguard.client.ExportQuery;
import dev.tokenguard.client.NewAccount;
import dev.tokenguard.client.NewGrant;
import dev.tokenguard.client.NewMember;
import dev.tokenguard.client.TransactionQuery;
import dev.tokenguard.client.UsageQuery;
import dev.tokenguard.v1.Account;
import dev.tokenguard.v1.AccountBalances;
import dev.tokenguard.v1.Balance;
import dev.tokenguard.v1.CatalogPlan;
import dev.tokenguard.v1.CheckAndReserveRequest;
import dev.tokenguard.v1.CheckAndReserveResponse;
import dev.tokenguard.v1.CheckRequest;
import dev.tokenguard.v1.CheckResponse;
import dev.tokenguard.v1.CommitRequest;
import dev.tokenguard.v1.ConsumeRequest;
import dev.tokenguard.v1.Denial;
import dev.tokenguard.v1.DenialReason;
import dev.tokenguard.v1.GetBalanceRequest;
import dev.tokenguard.v1.GetStatisticsResponse;
import dev.tokenguard.v1.ListAccountsRequest;
import dev.tokenguard.v1.MemberBalance;
import dev.tokenguard.v1.Reservation;
import dev.tokenguard.v1.Transaction;
import dev.tokenguard.v1.TransactionKind;
import dev.tokenguard.v1.UsageDimension;
import dev.tokenguard.wire.Books;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * A revenue planner: organizations whose plan gives a balance of its own to each kind of work, and
 * whose members spend it together.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RevenuePlannerTest {

  private static final String GOALS = "goal_generation";
  private static final String LEADS = "lead_generation";
  private static final String STRATEGY = "strategy_analysis";
  private static final String FORECAST = "forecast";
  private static final String GENERAL = "general";

  private Day day;

  @BeforeAll
  void begin(@TempDir Path folder) throws Exception {
    day = Day.begins("revenue-planner", "2026-01-15T10:30:00Z", folder);
  }

  @AfterEach
  void closeTheBooks() {
    day.closeTheBooks();
  }

  @AfterAll
  void end() {
    day.close();
  }

  // Organizations and their plans

  @Test
  void proAndEnterpriseGetTheirFiveAllowances() {
    assertEquals(
        Map.of(LEADS, 50L, GOALS, 20L, STRATEGY, 100L, FORECAST, 30L, GENERAL, 50L),
        available(organization("pro")));
    assertEquals(
        Map.of(LEADS, 500L, GOALS, 200L, STRATEGY, 1000L, FORECAST, 200L, GENERAL, 500L),
        available(organization("enterprise")));
    assertEquals(Map.of(), available(organization("starter")));
  }

  @Test
  void everyFeatureCostsItsOwnKindOfToken() {
    String organization = organization("enterprise");
    assertEquals(Map.of(GOALS, 3L), day.does(organization, "generate_goal").getChargedMap());
    assertEquals(Map.of(LEADS, 5L), day.does(organization, "generate_leads").getChargedMap());
    assertEquals(Map.of(STRATEGY, 2L), day.does(organization, "analyze_strategy").getChargedMap());
    assertEquals(Map.of(FORECAST, 4L), day.does(organization, "forecast_revenue").getChargedMap());
    assertEquals(Map.of(GENERAL, 1L), day.does(organization, "generate_insight").getChargedMap());
    assertEquals(
        Map.of(LEADS, 495L, GOALS, 197L, STRATEGY, 998L, FORECAST, 196L, GENERAL, 499L),
        available(organization));
  }

  @Test
  void whoIsOutOfLeadsCanStillForecast() {
    String organization = organization("pro");
    day.does(organization, "generate_leads", 10);
    Denial denial = day.denied(organization, "generate_leads");
    assertEquals(DenialReason.DENIAL_REASON_INSUFFICIENT_TOKENS, denial.getReason());
    assertEquals(LEADS, denial.getTokenType());
    assertEquals(5, denial.getRequired());
    assertEquals(0, denial.getAvailable());
    assertEquals(Timestamps.fromMillis(firstOfNextMonth().toEpochMilli()), denial.getResetTime());
    day.does(organization, "forecast_revenue");
    assertEquals(26, day.available(organization, FORECAST));
  }

  @Test
  void aStarterIsToldToUpgradeAndNotToWait() {
    for (String starter : List.of(organization("starter"), day.id("nobody-created-it"))) {
      for (String feature :
          List.of(
              "generate_goal",
              "generate_leads",
              "analyze_strategy",
              "forecast_revenue",
              "generate_insight")) {
        Denial denial = day.denied(starter, feature);
        assertEquals(DenialReason.DENIAL_REASON_FEATURE_NOT_IN_PLAN, denial.getReason(), feature);
        assertFalse(denial.hasResetTime(), "there is nothing to wait for");
        assertFalse(day.check(starter, feature).getAllowed());
      }
    }
  }

  @Test
  void aStarterWithTokensIsStillToldToUpgrade() {
    String starter = organization("starter");
    day.admin().grants().create(NewGrant.of(starter, LEADS, 100, "reward"));
    assertEquals(
        DenialReason.DENIAL_REASON_FEATURE_NOT_IN_PLAN, day.whyNot(starter, "generate_leads"));
    assertEquals(100, day.available(starter, LEADS));
  }

  @Test
  void rewardsAndQuestsAreFreeOnEveryPlan() {
    for (String plan : List.of("starter", "pro", "enterprise")) {
      String organization = organization(plan);
      Map<String, Long> before = available(organization);
      for (String feature : List.of("claim_rewards", "view_quests")) {
        assertEquals(Map.of(), day.does(organization, feature).getChargedMap());
      }
      assertEquals(before, available(organization));
    }
    String spent = organization("pro");
    day.does(spent, "generate_insight", 50);
    day.does(spent, "view_quests");
  }

  @Test
  void movingFromStarterToProTakesEffectAtTheNextCall() {
    String organization = organization("starter");
    assertEquals(
        DenialReason.DENIAL_REASON_FEATURE_NOT_IN_PLAN, day.whyNot(organization, "generate_leads"));
    Account moved = day.update(AccountUpdate.of(organization).withPlan("pro"));
    assertEquals("pro", moved.getPlan());
    day.does(organization, "generate_leads");
    assertEquals(45, day.available(organization, LEADS));
    day.update(AccountUpdate.of(organization).withPlan("enterprise"));
    assertEquals(495, day.available(organization, LEADS), "what was used stays used");
    day.update(AccountUpdate.of(organization).withPlan("starter"));
    assertEquals(
        DenialReason.DENIAL_REASON_FEATURE_NOT_IN_PLAN, day.whyNot(organization, "generate_leads"));
  }

  // Refresh

  @Test
  void proIsRefreshedOnTheFirstOfTheMonth() {
    String organization = organization("pro");
    day.does(organization, "generate_goal", 6);
    assertEquals(2, day.available(organization, GOALS));
    Instant first = firstOfNextMonth();
    assertEquals(first, resets(organization, GOALS));
    day.comes(first.minusMillis(1));
    assertEquals(
        DenialReason.DENIAL_REASON_INSUFFICIENT_TOKENS, day.whyNot(organization, "generate_goal"));
    day.comes(first);
    day.does(organization, "generate_goal");
    assertEquals(17, day.available(organization, GOALS), "20 again, and not 22");
    assertEquals(firstOfNextMonth(), resets(organization, GOALS));
  }

  @Test
  void enterpriseIsRefreshedEveryThirtyDaysFromItsOpening() {
    String early = organization("enterprise");
    Instant opened = midnight();
    day.does(early, "generate_goal");
    day.passes(Duration.ofDays(10));
    String late = organization("enterprise");
    day.does(late, "generate_goal");
    assertEquals(opened.plus(Duration.ofDays(30)), resets(early, GOALS));
    assertEquals(opened.plus(Duration.ofDays(40)), resets(late, GOALS));
    day.comes(opened.plus(Duration.ofDays(30)));
    assertEquals(200, day.available(early, GOALS));
    assertEquals(197, day.available(late, GOALS));
    day.comes(opened.plus(Duration.ofDays(40)));
    assertEquals(200, day.available(late, GOALS));
    assertEquals(opened.plus(Duration.ofDays(60)), resets(early, GOALS));
  }

  @Test
  void theCatalogSaysWhichPlanIsRefreshedWhen() {
    Map<String, List<String>> refreshes =
        day.admin().upkeep().catalog().getPlansList().stream()
            .collect(
                Collectors.toMap(
                    CatalogPlan::getName,
                    plan ->
                        plan.getAllowancesList().stream()
                            .map(dev.tokenguard.v1.Allowance::getResets)
                            .distinct()
                            .toList()));
    assertEquals(
        Map.of(
            "starter",
            List.of(),
            "pro",
            List.of("monthly"),
            "enterprise",
            List.of("every 30 days")),
        refreshes);
  }

  // What there is, and what was used

  @Test
  void oneCallTellsAllFiveBalances() {
    String organization = organization("pro");
    day.reserve(organization, "generate_goal");
    day.does(organization, "generate_leads");
    AccountBalances all =
        day.guard()
            .getBalance(GetBalanceRequest.newBuilder().setAccountId(organization).build())
            .getAccount();
    Books.check(all.getBalancesList());
    assertEquals("pro", all.getPlan());
    assertEquals(
        List.of(
            "forecast: Forecasts 30 of 30",
            "general: Insights 50 of 50",
            "goal_generation: Goals 17 of 20",
            "lead_generation: Leads 45 of 50",
            "strategy_analysis: Strategy analyses 100 of 100"),
        all.getBalancesList().stream()
            .map(
                each ->
                    each.getTokenType()
                        + ": "
                        + each.getTitle()
                        + " "
                        + each.getAvailable()
                        + " of "
                        + each.getGranted())
            .toList());
    assertEquals(1, all.getOpenReservations());
  }

  @Test
  void statisticsTellTotalsAndEachKindAndTheNextRefresh() {
    String organization = organization("pro");
    day.reserve(organization, "generate_goal");
    day.does(organization, "generate_leads");
    day.does(organization, "forecast_revenue");
    GetStatisticsResponse numbers = day.admin().history().statistics(organization);
    assertEquals(250, numbers.getTotalGranted(), "allocated");
    assertEquals(9, numbers.getTotalConsumed(), "used");
    assertEquals(3, numbers.getTotalHeld());
    assertEquals(238, numbers.getTotalAvailable(), "balance");
    assertEquals(
        Timestamps.fromMillis(firstOfNextMonth().toEpochMilli()), numbers.getNextResetTime());
    assertEquals(Map.of(LEADS, 5L, FORECAST, 4L), numbers.getConsumedTodayMap());
    assertEquals(
        day.admin().accounts().get(organization).getBalancesList(),
        numbers.getAccount().getBalancesList(),
        "per type, and the same as everywhere");
    day.passes(Duration.ofDays(1));
    day.does(organization, "generate_insight");
    numbers = day.admin().history().statistics(organization);
    assertEquals(Map.of(GENERAL, 1L), numbers.getConsumedTodayMap());
    assertEquals(Map.of(LEADS, 5L, FORECAST, 4L, GENERAL, 1L), numbers.getConsumed30DaysMap());
  }

  @Test
  void usageIsToldByFeatureByMemberAndByDay() {
    String organization = organization("pro");
    String ann = member(organization);
    String bob = member(organization);
    String today = day.today("UTC").toString();
    day.does(organization, ann, "generate_leads");
    day.does(organization, ann, "generate_goal");
    day.does(organization, bob, "generate_leads");
    day.refund(day.reserve(organization, bob, "generate_leads"), "no lead was found");
    day.passes(Duration.ofDays(1));
    String tomorrow = day.today("UTC").toString();
    day.does(organization, bob, "generate_leads");
    assertEquals(
        List.of("generate_leads 15", "generate_goal 3"),
        usage(organization, UsageDimension.USAGE_DIMENSION_FEATURE));
    assertEquals(
        List.of(bob + " 10", ann + " 8"),
        usage(organization, UsageDimension.USAGE_DIMENSION_MEMBER));
    assertEquals(
        List.of(today + " 13", tomorrow + " 5"),
        usage(organization, UsageDimension.USAGE_DIMENSION_DAY));
    assertEquals(
        List.of("lead_generation 15", "goal_generation 3"),
        usage(organization, UsageDimension.USAGE_DIMENSION_TOKEN_TYPE));
    assertEquals(
        List.of(today + " goal_generation 3", today + " lead_generation 5"),
        day
            .admin()
            .history()
            .usage(
                UsageQuery.of(organization)
                    .withMember(ann)
                    .groupedBy(
                        UsageDimension.USAGE_DIMENSION_DAY,
                        UsageDimension.USAGE_DIMENSION_TOKEN_TYPE))
            .getRowsList()
            .stream()
            .map(row -> row.getDay() + " " + row.getTokenType() + " " + row.getAmount())
            .sorted()
            .toList());
  }

  @Test
  void anOperatorAddsTenGoalsByHand() {
    String organization = organization("pro");
    day.does(organization, "generate_goal", 6);
    Balance now =
        day.admin()
            .grants()
            .adjust(
                Adjustment.of(organization, GOALS, 10, "goodwill")
                    .withNote("waited long for support")
                    .withActor("carol"))
            .getBalance();
    assertEquals(12, now.getAvailable());
    assertEquals(30, now.getGranted());
    day.does(organization, "generate_goal", 4);
    Transaction entry =
        day.admin()
            .history()
            .transactions(
                TransactionQuery.of(organization)
                    .withKinds(List.of(TransactionKind.TRANSACTION_KIND_ADJUST)))
            .iterator()
            .next();
    assertEquals("goodwill", entry.getReason());
    assertEquals(
        Map.of("actor", "carol", "note", "waited long for support"), entry.getMetadataMap());
    assertEquals(10, entry.getLines(0).getAmount());
    day.comes(firstOfNextMonth());
    assertEquals(20, day.available(organization, GOALS), "they were for this period");
  }

  @Test
  void tenGoalsThatAreGrantedOutliveTheRefresh() {
    String organization = organization("pro");
    day.admin().grants().create(NewGrant.of(organization, GOALS, 10, "reward").withActor("carol"));
    day.does(organization, "generate_goal", 8);
    day.comes(firstOfNextMonth());
    assertEquals(26, day.available(organization, GOALS), "20, and 6 that are left of 10");
  }

  @Test
  void aDeductionRecordsTheMemberAndItsMetadata() {
    String organization = organization("pro");
    String ann = member(organization);
    Reservation forecast =
        Day.allowed(
            day.guard()
                .checkAndReserve(
                    day.work(organization, "forecast_revenue")
                        .setMemberId(ann)
                        .putMetadata("quarter", "Q3")
                        .build()));
    day.guard()
        .commit(
            CommitRequest.newBuilder()
                .setAccountId(organization)
                .setReservationId(forecast.getReservationId())
                .putMetadata("amount", "1250000")
                .build());
    Transaction deduction = day.ledger(organization).get(0);
    assertEquals(TransactionKind.TRANSACTION_KIND_COMMIT, deduction.getKind());
    assertEquals(ann, deduction.getMemberId());
    assertEquals("forecast_revenue", deduction.getFeature());
    assertEquals(Map.of("quarter", "Q3", "amount", "1250000"), deduction.getMetadataMap());
    assertEquals(forecast.getReservationId(), deduction.getReservationId());
    assertEquals(-4, deduction.getLines(0).getAmount());
    assertEquals(26, deduction.getLines(0).getBalance());
  }

  // Batches

  @Test
  void aBatchOfFiveHundredLeadsIsOneReservation() {
    String organization = organization("enterprise");
    Reservation batch = leads(organization, 500);
    assertEquals(Map.of(LEADS, 500L), batch.getAmountsMap());
    assertEquals(0, day.available(organization, LEADS));
    assertEquals(
        DenialReason.DENIAL_REASON_INSUFFICIENT_TOKENS, day.whyNot(organization, "generate_leads"));
    day.commit(batch, Map.of(LEADS, 480L));
    assertEquals(20, day.available(organization, LEADS));
  }

  @Test
  void aBatchOfFiveHundredLeadsIsFiveHundredReservations() throws Exception {
    String organization = organization("enterprise");
    List<com.google.common.util.concurrent.ListenableFuture<CheckAndReserveResponse>> calls =
        new ArrayList<>();
    for (int i = 0; i < 510; i++) {
      calls.add(
          day.guardAtOnce()
              .checkAndReserve(
                  day.work(organization, "generate_leads").putAmounts(LEADS, 1).build()));
    }
    List<Reservation> held = new ArrayList<>();
    for (var call : calls) {
      CheckAndReserveResponse response = call.get();
      if (response.hasReservation()) {
        held.add(response.getReservation());
      }
    }
    assertEquals(500, held.size(), "and not one more");
    assertEquals(500, day.balance(organization, LEADS).getHeld());
    assertEquals(
        500, day.admin().reservations().list(organization).withPageSize(120).stream().count());
    for (Reservation each : held) {
      day.commit(each);
    }
    assertEquals(500, day.balance(organization, LEADS).getConsumed());
    assertEquals(
        List.of("generate_leads 500"), usage(organization, UsageDimension.USAGE_DIMENSION_FEATURE));
  }

  @Test
  void aBatchThatIsTooLargeIsNotHeldInPart() {
    String organization = organization("pro");
    Denial denial =
        Day.denied(
            day.guard()
                .checkAndReserve(
                    day.work(organization, "generate_leads").putAmounts(LEADS, 500).build()));
    assertEquals(500, denial.getRequired());
    assertEquals(50, denial.getAvailable());
    assertEquals(50, day.available(organization, LEADS));
  }

  // Members

  @Test
  void membersSpendWhatTheirOrganizationHas() {
    String acme = closed("pro");
    String ann = member(acme);
    day.does(acme, ann, "generate_leads");
    day.does(ann, "generate_leads");
    assertEquals(40, day.available(acme, LEADS));
    assertEquals(40, day.available(ann, LEADS), "it sees what its organization has");
    assertEquals(List.of(ann + " 10"), usage(acme, UsageDimension.USAGE_DIMENSION_MEMBER));
  }

  @Test
  void membersNeverSpendAnothersTokens() {
    String acme = closed("pro");
    String globex = closed("enterprise");
    String ann = member(acme);
    Denial denial =
        Day.denied(
            day.guard()
                .checkAndReserve(day.work(globex, "generate_leads").setMemberId(ann).build()));
    assertEquals(DenialReason.DENIAL_REASON_NOT_A_MEMBER, denial.getReason());
    assertEquals(0, denial.getAvailable(), "nor is it told what there is");
    day.does(ann, "generate_leads");
    assertEquals(500, day.available(globex, LEADS));
    assertEquals(45, day.available(acme, LEADS));
  }

  @Test
  void membersNeverSeeAnothersTokens() {
    String acme = closed("pro");
    String globex = closed("enterprise");
    String ann = member(acme);
    String bob = member(globex);
    day.does(bob, "generate_leads");
    AccountBalances seen =
        day.guard()
            .getBalance(GetBalanceRequest.newBuilder().setAccountId(ann).build())
            .getAccount();
    assertEquals(acme, seen.getAccountId());
    assertEquals(
        50, Books.of(seen, LEADS).getAvailable(), "nothing of what the other one has or used");
    assertEquals(
        List.of(acme),
        day
            .admin()
            .accounts()
            .list(ListAccountsRequest.newBuilder().setMemberOf(ann).build())
            .stream()
            .map(Account::getAccountId)
            .toList());
    assertEquals(
        List.of(),
        usage(acme, UsageDimension.USAGE_DIMENSION_MEMBER),
        "usage is an organization's own");
    assertTrue(day.ledger(acme).stream().allMatch(each -> each.getMemberId().isEmpty()));
  }

  @Test
  void aStrangerIsNotToldWhatAnOrganizationHas() {
    String globex = closed("enterprise");
    String ann = member(closed("pro"));
    CheckAndReserveRequest asked = day.work(globex, "generate_leads").setMemberId(ann).build();
    assertEquals(List.of(), day.guard().checkAndReserve(asked).getBalancesList());
    assertEquals(
        List.of(),
        day.guard()
            .consume(
                ConsumeRequest.newBuilder()
                    .setAccountId(globex)
                    .setMemberId(ann)
                    .setFeature("generate_leads")
                    .setReservationId(asked.getReservationId())
                    .build())
            .getBalancesList());
    CheckResponse checked =
        day.guard()
            .check(
                CheckRequest.newBuilder()
                    .setAccountId(globex)
                    .setMemberId(ann)
                    .setFeature("generate_leads")
                    .build());
    assertEquals(DenialReason.DENIAL_REASON_NOT_A_MEMBER, checked.getDenial().getReason());
    assertEquals(List.of(), checked.getBalancesList());
  }

  @Test
  void aUserOfTwoOrganizationsNamesTheOneThatPays() {
    String acme = organization("pro");
    String globex = organization("pro");
    String ann = day.id("ann");
    for (String each : List.of(acme, globex)) {
      day.admin().members().add(NewMember.of(each, ann).payingForItself());
    }
    day.does(acme, ann, "generate_leads");
    day.does(globex, ann, "generate_goal");
    assertEquals(List.of(ann + " 5"), usage(acme, UsageDimension.USAGE_DIMENSION_MEMBER));
    assertEquals(List.of(ann + " 3"), usage(globex, UsageDimension.USAGE_DIMENSION_MEMBER));
    assertEquals(
        List.of(5L, 0L),
        Stream.of(acme, globex).map(each -> day.balance(each, LEADS).getConsumed()).toList());
    MemberBalance ofAnn =
        day.admin().members().get(acme, ann).getBalancesList().stream()
            .filter(each -> each.getConsumed() > 0)
            .findFirst()
            .orElseThrow();
    assertEquals(LEADS, ofAnn.getTokenType());
    assertEquals(5, ofAnn.getConsumed());
    assertEquals(
        DenialReason.DENIAL_REASON_FEATURE_NOT_IN_PLAN,
        day.whyNot(ann, "generate_leads"),
        "alone it is a starter of its own");
  }

  @Test
  void theBooksOfAnOrganizationAreExported() throws Exception {
    String organization = organization("pro");
    day.does(organization, "generate_leads");
    java.io.ByteArrayOutputStream file = new java.io.ByteArrayOutputStream();
    long rows =
        day.admin().history().export(ExportQuery.transactions().withAccount(organization), file);
    assertEquals(6, rows, "five allowances and a deduction");
    assertTrue(file.toString(java.nio.charset.StandardCharsets.UTF_8).contains("generate_leads"));
  }

  // Verbs

  /** An organization that also its services call for, in nobody's name. */
  private String organization(String plan) {
    String id = day.id(plan + "-organization");
    day.admin().accounts().create(NewAccount.of(id).withPlan(plan));
    return id;
  }

  /** An organization that is closed to others than its members. */
  private String closed(String plan) {
    String id = day.id("closed-" + plan);
    day.admin().accounts().create(NewAccount.of(id).withPlan(plan).withMembersOnly(true));
    return id;
  }

  private String member(String organization) {
    String id = day.id("member");
    day.admin().members().add(NewMember.of(organization, id));
    return id;
  }

  private Map<String, Long> available(String organization) {
    return day.account(organization).getBalancesList().stream()
        .collect(Collectors.toMap(Balance::getTokenType, Balance::getAvailable));
  }

  private Reservation leads(String organization, long count) {
    return Day.allowed(
        day.guard()
            .checkAndReserve(
                day.work(organization, "generate_leads").putAmounts(LEADS, count).build()));
  }

  private Instant resets(String organization, String type) {
    return Instant.ofEpochMilli(
        Timestamps.toMillis(day.balance(organization, type).getResetTime()));
  }

  private Instant midnight() {
    return day.today("UTC").atStartOfDay(java.time.ZoneOffset.UTC).toInstant();
  }

  private Instant firstOfNextMonth() {
    return day.today("UTC")
        .withDayOfMonth(1)
        .plusMonths(1)
        .atStartOfDay(java.time.ZoneOffset.UTC)
        .toInstant();
  }

  /** What was used, told apart by one thing: {@code ann 8}. */
  private List<String> usage(String organization, UsageDimension by) {
    return day
        .admin()
        .history()
        .usage(UsageQuery.of(organization).groupedBy(by))
        .getRowsList()
        .stream()
        .map(
            row ->
                row.getDay()
                    + row.getFeature()
                    + row.getTokenType()
                    + row.getMemberId()
                    + " "
                    + row.getAmount())
        .toList();
  }
}
