package dev.tokenguard.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.options.AriaRole;
import dev.tokenguard.domain.Role;
import org.junit.jupiter.api.Test;

/** What an operator of a website builder does. */
@BrowserTest(catalog = "website-builder.yaml")
class WebsiteBuilderBrowserIT {
  private static final String PRODUCT = "website builder";

  /** Mali has used up her websites of today, was refused, and complains. */
  @Test
  void maliIsFoundUnderstoodAndHelped(Sidecar sidecar, Visitors visitors) {
    sidecar.spend("mali", "create_website", 5);
    sidecar.guard(
        "Consume", "{account_id: mali, feature: create_website, reservation_id: refused}");
    Operator viewer =
        Operator.signedIn(
            visitors.arrive(Look.PHONE), sidecar, sidecar.key(Role.VIEWER), "#/accounts/mali");
    assertThat(viewer.bar("Websites: 0 of 5 left")).isVisible();
    Operator ben =
        Operator.signedIn(visitors.arrive(Look.LAPTOP), sidecar, sidecar.key(Role.OPERATOR), "");

    ben.begin();
    ben.link("Accounts");
    ben.type("Id begins with", "mal");
    ben.link("mali");
    assertThat(ben.bar("Websites: 0 of 5 left")).isVisible();
    ben.done(PRODUCT, "find a user");

    ben.begin();
    assertThat(
            ben.section("Why was this refused?")
                .getByRole(AriaRole.ROW)
                .filter(new Locator.FilterOptions().setHasText("Create a website")))
        .containsText("Too few tokens");
    ben.sees("Websites: 1 needed, 0 available");
    ben.visitor().checkAccessibility();
    ben.done(PRODUCT, "see why a user was refused, on her page");

    ben.begin();
    ben.button("Grant Websites");
    ben.opens("Grant tokens to mali");
    ben.type("How many", "5");
    ben.sees("Websites: 0 available now, 5 afterwards.");
    ben.visitor().checkAccessibility();
    ben.visitor().screenshot("task-grant");
    ben.confirm("Grant 5", "Websites: 5 granted to mali");
    ben.done(PRODUCT, "grant 5 tokens, on her page");
    assertThat(ben.bar("Websites: 5 of 10 left")).isVisible();
    assertThat(viewer.bar("Websites: 5 of 10 left")).isVisible(); // who only looks on, too
    sidecar.spend("mali", "create_website", 2);
    assertThat(viewer.bar("Websites: 3 of 10 left")).isVisible();
  }

  /** What it would cost, and whether it would be allowed, before anybody promises anything. */
  @Test
  void theCalculatorIsAsked(Sidecar sidecar, Visitors visitors) {
    sidecar.spend("somsri", "create_website", 4);
    Operator ben =
        Operator.signedIn(visitors.arrive(Look.LAPTOP), sidecar, sidecar.key(Role.OPERATOR), "");
    ben.begin();
    ben.link("Catalog");
    ben.type("Account", "somsri");
    ben.choose("Feature", "Create a website");
    ben.type("How many times", "2");
    ben.button("Calculate");
    ben.sees("somsri may not: Create a website, 2 times. Too few tokens");
    ben.done(PRODUCT, "ask what something would cost a user");
    ben.type("How many times", "1");
    ben.button("Calculate");
    ben.sees("somsri may: Create a website, once");
    ben.visitor().checkAccessibility();
  }
}
