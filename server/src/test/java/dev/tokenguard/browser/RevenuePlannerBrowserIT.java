package dev.tokenguard.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import dev.tokenguard.domain.Role;
import org.junit.jupiter.api.Test;

/** What an operator of a revenue planner does. */
@BrowserTest(catalog = "revenue-planner.yaml")
class RevenuePlannerBrowserIT {
  private static final String PRODUCT = "revenue planner";

  /** An organization pays, gets a few goals on top, and is told what it did with them. */
  @Test
  void anOrganizationIsMovedToProAndLookedAfter(Sidecar sidecar, Visitors visitors) {
    sidecar.open("acme", "starter");
    Operator eve =
        Operator.signedIn(
            visitors.arrive(Look.DESKTOP), sidecar, sidecar.key(Role.OPERATOR), "#/accounts/acme");
    eve.sees("No tokens of any type");

    eve.begin();
    eve.button("Change plan");
    eve.opens("Change the plan of acme");
    eve.choose("Plan", "Pro");
    eve.sees("Goals: no allowance → 20 monthly; of 0 available, 20 are left.");
    eve.sees("What was used in this period stays used; grants stay.");
    eve.visitor().checkAccessibility();
    eve.visitor().screenshot("task-plan");
    eve.confirm("Change to Pro", "acme is on the plan Pro");
    eve.done(PRODUCT, "move an organization to another plan, on its page");
    assertThat(eve.bar("Goals: 20 of 20 left")).isVisible();
    assertThat(eve.bar("Leads: 50 of 50 left")).isVisible();

    eve.begin();
    eve.button("Grant Goals");
    eve.opens("Grant tokens to acme");
    eve.type("How many", "10");
    eve.confirm("Grant 10", "Goals: 10 granted to acme");
    eve.done(PRODUCT, "add 10 goals by hand, on its page");
    assertThat(eve.bar("Goals: 30 of 30 left")).isVisible();

    work(sidecar, "goal-1", "generate_goal", "som");
    work(sidecar, "goal-2", "generate_goal", "som");
    work(sidecar, "leads-1", "generate_leads", "dao");
    assertThat(eve.bar("Goals: 24 of 30 left")).isVisible();
    eve.begin();
    eve.link("Usage");
    eve.sees("By member");
    eve.done(PRODUCT, "see usage by feature, member and day, on its page");
    // Columns: goals, leads.
    Numbers features = new Numbers(eve, "By feature");
    features.has("Generate a goal", "6", "0");
    features.has("Generate leads", "0", "5");
    Numbers members = new Numbers(eve, "By member");
    members.has("som", "6", "0");
    members.has("dao", "0", "5");
    Numbers days = new Numbers(eve, "By day");
    days.has(today(eve), "6", "5");
    eve.visitor().checkAccessibility();
    eve.visitor().screenshot("task-usage");
  }

  private static void work(Sidecar sidecar, String id, String feature, String member) {
    sidecar.guard(
        "Consume",
        "{account_id: acme, feature: %s, reservation_id: '%s', member_id: %s}"
            .formatted(feature, id, member));
  }

  /** As a chart has it; the days of this plan are those of UTC. */
  private static String today(Operator operator) {
    return (String)
        operator
            .page()
            .evaluate(
                "new Intl.DateTimeFormat('en', {day: 'numeric', month: 'short', timeZone: 'UTC'})"
                    + ".format(new Date())");
  }
}
