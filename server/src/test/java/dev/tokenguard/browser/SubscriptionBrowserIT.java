package dev.tokenguard.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.tokenguard.domain.Role;
import org.junit.jupiter.api.Test;

/** What an operator of an assistant that is sold by subscription does. */
@BrowserTest(catalog = "subscription-assistant.yaml")
class SubscriptionBrowserIT {
  private static final String PRODUCT = "subscription assistant";
  private static final String PAGE = "#/accounts/reader";

  @Test
  void aSubscriptionIsRenewedStoppedAndGoesOn(Sidecar sidecar, Visitors visitors) {
    sidecar.admin(
        "CreateAccount",
        "{account: {account_id: reader, plan: basic, expire_time: '2026-01-31T17:00:00Z'}}");
    Operator dan =
        Operator.signedIn(visitors.arrive(Look.LAPTOP), sidecar, sidecar.key(Role.OPERATOR), PAGE);
    dan.sees("Expired");

    dan.begin();
    dan.button("Edit");
    dan.opens("Edit reader");
    dan.type("Expires", "2098-02-28T17:30");
    dan.sees("The subscription ends Feb 28, 2098");
    dan.visitor().checkAccessibility();
    dan.confirm("Save", "reader is changed");
    dan.done(PRODUCT, "renew a subscription, on its page");
    assertThat(dan.section("Account")).containsText("Feb 28, 2098, 5:30 PM");
    assertThat(dan.section("Account")).containsText("Active");

    dan.begin();
    dan.button("Suspend");
    dan.opens("Suspend reader");
    dan.sees("Every call of reader is denied from now on, free features too.");
    dan.confirm("Suspend", "reader is suspended");
    dan.done(PRODUCT, "suspend a subscriber, on its page");
    assertThat(dan.section("Account")).containsText("Suspended");

    dan.begin();
    dan.button("Activate");
    dan.opens("Activate reader");
    dan.confirm("Activate", "reader is active");
    dan.done(PRODUCT, "activate a subscriber again, on its page");
    assertThat(dan.section("Account")).containsText("Active");
  }

  /** Work that hangs is returned by hand; after that, every page has the same numbers. */
  @Test
  void aHoldIsReturnedAndEveryPageAgrees(Sidecar sidecar, Visitors visitors) {
    sidecar.open("writer", "basic");
    sidecar.spend("writer", "answer_question", 3);
    String hold = sidecar.hold("writer", "write_report");
    Operator dan =
        Operator.signedIn(
            visitors.arrive(Look.LAPTOP), sidecar, sidecar.key(Role.OPERATOR), "#/accounts/writer");
    assertThat(dan.bar("Tokens: 5,500 of 10,000 left")).isVisible();
    assertThat(dan.section("Open reservations")).containsText("1,500 × Tokens");

    dan.begin();
    dan.button("Return the hold " + hold);
    dan.opens("Return the hold " + hold);
    dan.type("Reason", "The model hung");
    dan.sees("1,500 × Tokens go back to writer.");
    dan.visitor().checkAccessibility();
    dan.confirm("Return", "Returned: 1,500 × Tokens");
    dan.done(PRODUCT, "return what hanging work holds, on its page");
    assertThat(dan.section("Open reservations")).containsText("No work is running");

    // Original 10,000, consumed 3,000, remaining 7,000.
    assertThat(dan.bar("Tokens: 7,000 of 10,000 left")).isVisible();
    assertThat(dan.page().getByText("of 10,000 left")).isVisible();
    dan.link("History");
    assertThat(dan.row("The model hung")).containsText("7,000");
    dan.link("Usage");
    new Numbers(dan, "By feature").has("Answer a question", "3,000");
    dan.link("Accounts");
    assertThat(dan.row("writer")).containsText("7,000 of 10,000");
    dan.open("#/groups/writer?tab=usage");
    assertThat(dan.section("Limit against actual").getByRole(AriaRole.CELL))
        .containsText(new String[] {"10,000", "10,000", "3,000", "0", "7,000", "30%"});
    dan.open("#/catalog");
    dan.type("Account", "writer");
    dan.choose("Feature", "Answer a question");
    dan.button("Calculate");
    assertThat(
            dan.page()
                .getByRole(AriaRole.TABLE, new Page.GetByRoleOptions().setName("Cost and balance")))
        .containsText("7,000");
  }
}
