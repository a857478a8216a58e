package dev.tokenguard.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.tokenguard.v1.Account;
import dev.tokenguard.v1.AccountStatus;
import dev.tokenguard.v1.AddMemberRequest;
import dev.tokenguard.v1.AdjustBalanceRequest;
import dev.tokenguard.v1.Allowance;
import dev.tokenguard.v1.CreateGrantRequest;
import dev.tokenguard.v1.GetUsageRequest;
import dev.tokenguard.v1.UpdateAccountRequest;
import dev.tokenguard.v1.UsageDimension;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the fluent requests of the admin client become. */
class AdminValuesTest {

  private static final Instant END = Instant.parse("2026-12-31T17:00:00.123Z");
  private static final Allowance IMAGES =
      Allowance.newBuilder().setTokenType("image").setAmount(100).build();
  private static final List<String> UPDATABLE =
      List.of(
          "display_name",
          "description",
          "plan",
          "status",
          "expire_time",
          "grace_period",
          "members_only",
          "time_zone",
          "locale",
          "allowances");

  @Test
  void aNewAccountHasWhatItWasGiven() {
    NewAccount account =
        NewAccount.of("")
            .withDisplayName("Ann")
            .withDescription("the first")
            .withPlan("pro")
            .withStatus(AccountStatus.ACCOUNT_STATUS_SUSPENDED)
            .withExpireTime(END)
            .withGracePeriod(Duration.ofDays(3))
            .withMembersOnly(true)
            .withTimeZone("Asia/Bangkok")
            .withLocale("th")
            .withAllowances(List.of(IMAGES))
            .withRequestId("signup-1");

    Account sent = account.request().getAccount();
    assertEquals(UPDATABLE, names(sent));
    assertEquals(END, Protos.instant(sent.getExpireTime()));
    assertEquals(Duration.ofDays(3), Protos.duration(sent.getGracePeriod()));
    assertEquals("signup-1", account.request().getRequestId());
    assertEquals("ann", NewAccount.of("ann").request().getAccount().getAccountId());
    assertEquals("", NewAccount.of("ann").request().getRequestId());
  }

  @Test
  void anUpdateNamesEveryFieldThatItChangesOnce() {
    UpdateAccountRequest sent =
        AccountUpdate.of("ann")
            .withDisplayName("")
            .withDescription("d")
            .withPlan("free")
            .withPlan("pro")
            .withStatus(AccountStatus.ACCOUNT_STATUS_ACTIVE)
            .withExpireTime(END)
            .withGracePeriod(Duration.ofMillis(1))
            .withMembersOnly(false)
            .withTimeZone("UTC")
            .withLocale("fa-IR")
            .withAllowances(List.of(IMAGES))
            .withAllowances(List.of())
            .ifVersion(3)
            .withRequestId("u-1")
            .request();

    assertEquals(UPDATABLE, sent.getUpdateMask().getPathsList());
    assertEquals("pro", sent.getAccount().getPlan());
    assertEquals(0, sent.getAccount().getAllowancesCount());
    assertEquals(3, sent.getAccount().getVersion());
    assertEquals("u-1", sent.getRequestId());
  }

  @Test
  void anUpdateClearsWhatItSetsToNull() {
    UpdateAccountRequest sent =
        AccountUpdate.of("ann")
            .withExpireTime(END)
            .withExpireTime(null)
            .withGracePeriod(null)
            .request();

    assertEquals(List.of("expire_time", "grace_period"), sent.getUpdateMask().getPathsList());
    assertFalse(sent.getAccount().hasExpireTime() || sent.getAccount().hasGracePeriod());
  }

  @Test
  void anUpdateDoesNotChangeTheOneThatItComesFrom() {
    AccountUpdate plan = AccountUpdate.of("ann").withPlan("pro");
    AccountUpdate more = plan.withLocale("th");

    assertEquals(AccountUpdate.of("ann").withPlan("pro"), plan);
    assertEquals(List.of("plan", "locale"), more.request().getUpdateMask().getPathsList());
  }

  @Test
  void aGrantIsWhatItSays() {
    CreateGrantRequest sent =
        NewGrant.of("ann", "image", 500, "purchase")
            .withNote("invoice 7")
            .withActor("shop")
            .withPriority(0)
            .withStartTime(END)
            .withExpireTime(END.plusSeconds(1))
            .withRequestId("pay-1")
            .request();

    assertEquals(10, names(sent).size(), sent.toString());
    assertTrue(sent.hasPriority(), "0 is a priority");
    assertEquals(END, Protos.instant(sent.getStartTime()));
    assertEquals(END.plusSeconds(1), Protos.instant(sent.getExpireTime()));
  }

  @Test
  void anAdjustmentIsWhatItSays() {
    AdjustBalanceRequest sent =
        Adjustment.of("ann", "image", -3, "chargeback")
            .withNote("n")
            .withActor("ops")
            .allowingDebt()
            .withRequestId("a-1")
            .request();

    assertEquals(8, names(sent).size(), sent.toString());
    assertEquals(-3, sent.getAmount());
  }

  @Test
  void aMemberIsWhatItSays() {
    AddMemberRequest sent =
        NewMember.of("acme", "ann")
            .withCaps(Map.of("video", 1L))
            .withCaps(Map.of("image", 5L))
            .payingForItself()
            .moving()
            .withRequestId("m-1")
            .request();

    assertEquals(6, names(sent).size(), sent.toString());
    assertEquals(Map.of("image", 5L), sent.getCapsMap());
  }

  @Test
  void aUsageQueryIsWhatItSays() {
    GetUsageRequest sent =
        UsageQuery.of("ann")
            .withDays(LocalDate.of(2026, 1, 1), LocalDate.of(2026, 1, 31))
            .groupedBy(UsageDimension.USAGE_DIMENSION_DAY)
            .groupedBy(
                UsageDimension.USAGE_DIMENSION_MEMBER, UsageDimension.USAGE_DIMENSION_TOKEN_TYPE)
            .withTokenType("image")
            .withFeature("paint")
            .withMember("bob")
            .withLimit(10)
            .request();

    assertEquals(8, names(sent).size(), sent.toString());
    assertEquals(2, sent.getGroupByCount());
    assertEquals("2026-01-01", sent.getStartDate());
    assertEquals("2026-01-31", sent.getEndDate());
  }

  /** The fields that are set, in order of their numbers. */
  private static List<String> names(Message message) {
    return message.getAllFields().keySet().stream().map(FieldDescriptor::getName).toList();
  }
}
