package dev.tokenguard.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import dev.tokenguard.domain.Role;
import org.junit.jupiter.api.Test;

/** What an operator of a shop assistant does. */
@BrowserTest(catalog = "shop-assistant.yaml")
class ShopAssistantBrowserIT {
  private static final String PRODUCT = "shop assistant";

  /** A store runs low, buys more, and asks where its tokens went. */
  @Test
  void aStoreThatRunsLowGetsTokensAndAnAccountOfWhatItUsed(Sidecar sidecar, Visitors visitors) {
    sidecar.open("store-1", "store");
    sidecar.open("store-7", "store");
    sidecar.guard(
        "Consume",
        "{account_id: store-7, feature: blog-generation, reservation_id: b1, amounts: {tokens: 815}}");
    sidecar.spend("store-7", "product-description", 2);
    Operator nok =
        Operator.signedIn(visitors.arrive(Look.LAPTOP), sidecar, sidecar.key(Role.OPERATOR), "");

    nok.begin();
    assertThat(nok.section("Accounts running low")).containsText("175 of 1,000");
    assertThat(nok.section("Accounts running low")).not().containsText("store-1");
    nok.done(PRODUCT, "see who runs low, after signing in");

    nok.begin();
    nok.link("store-7");
    assertThat(nok.bar("Tokens: 175 of 1,000 left")).isVisible();
    nok.button("Grant Tokens");
    nok.opens("Grant tokens to store-7");
    nok.type("How many", "500");
    nok.type("Reason", "purchase");
    nok.type("Note", "Invoice 17");
    nok.confirm("Grant 500", "Tokens: 500 granted to store-7");
    nok.done(PRODUCT, "add tokens to a store that runs low, with who and why");
    assertThat(nok.bar("Tokens: 675 of 1,500 left")).isVisible();
    assertThat(nok.section("Grants")).containsText("Invoice 17");
    assertThat(nok.section("Grants")).containsText("500 of 500");
    assertThat(nok.section("Grants")).containsText("operator-");

    nok.begin();
    nok.link("History");
    assertThat(nok.row("Invoice 17")).containsText("+500");
    assertThat(nok.row("Write a blog post")).containsText("-815");
    nok.done(PRODUCT, "see the history of a store, on its page");
    nok.choose("What", "Charged");
    assertThat(nok.row("Invoice 17")).hasCount(0);
    nok.choose("Feature", "Write a product description");
    assertThat(nok.row("Write a blog post")).hasCount(0);
    assertThat(nok.row("Write a product description")).hasCount(2);
    nok.visitor().checkAccessibility();

    nok.begin();
    nok.link("Usage");
    nok.sees("By feature");
    nok.done(PRODUCT, "see the statistics of a store, on its page");
    Numbers features = new Numbers(nok, "By feature");
    features.has("Write a blog post", "815");
    features.has("Write a product description", "10");
    nok.visitor().checkAccessibility();
  }
}
