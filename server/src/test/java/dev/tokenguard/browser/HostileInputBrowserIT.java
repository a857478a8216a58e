package dev.tokenguard.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.google.gson.Gson;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.LoadState;
import dev.tokenguard.domain.Role;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What somebody types or a service sends is text and nothing else, wherever it is shown. */
@BrowserTest(catalog = HostileInputBrowserIT.CATALOG)
class HostileInputBrowserIT {
  private static final String IMAGE = "<img src=x onerror=\"window.hacked=1;alert(1)\">";
  private static final String SCRIPT = "\"'></title><script>window.hacked=2</script>";
  private static final String SVG = "<svg/onload=window.hacked=3>${window.hacked=4}{{hacked=5}}";

  /** As wild as ids may be: slashes, brackets and quotes are none of them. */
  private static final String ID = "javascript:window.hacked=6";

  private static final String MEMBER = "..@|x=~+onerror=alert";

  static final String CATALOG =
      """
      token_types:
        evil: {title: "<img src=x onerror='window.hacked=7'>"}
      features:
        work: {title: "<svg/onload=window.hacked=8>", cost: {evil: 1}}
      plans:
        bad: {title: "</option><script>window.hacked=9</script>", allowances: {evil: {amount: 9, resets: never}}}
      default_plan: bad
      """;

  private static final List<String> PAGES =
      List.of(
          "",
          "#/accounts",
          "#/accounts/ID",
          "#/accounts/ID?tab=history",
          "#/accounts/ID?tab=usage",
          "#/accounts/ID?tab=members",
          "#/groups",
          "#/groups/ID",
          "#/groups/ID?tab=usage",
          "#/catalog",
          "#/accounts/%3Cimg%20src%3Dx%20onerror%3Dwindow.hacked%3D1%3E",
          "#/accounts?prefix=%22%3E%3Cimg%20src%3Dx%20onerror%3Dwindow.hacked%3D1%3E",
          "#/%3Cscript%3Ewindow.hacked=1%3C/script%3E");

  private final List<String> dialogs = new ArrayList<>();
  private Sidecar sidecar;
  private Operator operator;

  @BeforeEach
  void given(Sidecar sidecar, Visitors visitors) {
    this.sidecar = sidecar;
    // The server refuses what is no id, and says so.
    Visitor visitor = visitors.arrive(Look.LAPTOP).expectError("status of 40[04]");
    operator = Operator.signedIn(visitor, sidecar, sidecar.key(Role.OPERATOR), "");
  }

  private void harmless() {
    Page page = operator.page();
    assertNull(page.evaluate("window.hacked ?? null"), page.url());
    assertEquals(0, page.locator("img[src=x], [onerror], [onload]").count(), page.url());
    assertEquals(List.of(), dialogs);
  }

  private Page go(String address) {
    operator
        .page()
        .context()
        .pages()
        .forEach(
            each ->
                each.onDialog(
                    dialog -> {
                      dialogs.add(dialog.message());
                      dialog.dismiss();
                    }));
    Page page = operator.page();
    page.navigate("about:blank");
    page.navigate(sidecar.url("/console/" + address));
    page.waitForLoadState(LoadState.LOAD);
    // What the page is of, or why there is none: what failed has no heading.
    assertThat(page.getByRole(AriaRole.HEADING).or(page.getByRole(AriaRole.ALERT)).first())
        .isVisible();
    return page;
  }

  /** What comes from services and catalogs, on every page. */
  @Test
  void whatServicesSendIsShownAsItIs() {
    Gson gson = new Gson();
    sidecar.admin(
        "CreateAccount",
        "{account: {account_id: %s, plan: bad, display_name: %s, description: %s}}"
            .formatted(gson.toJson(ID), gson.toJson(IMAGE), gson.toJson(SCRIPT)));
    sidecar.guard(
        "Consume",
        """
        {account_id: %s, member_id: %s, feature: work, reservation_id: %s,
         metadata: {note: %s, actor: %s}}
        """
            .formatted(
                gson.toJson(ID),
                gson.toJson(MEMBER),
                gson.toJson(ID),
                gson.toJson(SVG),
                gson.toJson(IMAGE)));
    sidecar.guard(
        "CheckAndReserve",
        "{account_id: %s, member_id: %s, feature: work, reservation_id: held}"
            .formatted(gson.toJson(ID), gson.toJson(MEMBER)));
    sidecar.guard(
        "Refund",
        "{account_id: %s, reservation_id: held, reason: %s}"
            .formatted(gson.toJson(ID), gson.toJson(SCRIPT)));
    for (String each : PAGES) {
      Page page = go(each.replace("ID", URLEncoder.encode(ID, UTF_8)));
      if (each.endsWith("ID?tab=history")) {
        operator.sees(SVG);
        operator.sees(SCRIPT);
      } else if (each.endsWith("/ID")) {
        operator.sees(IMAGE);
        operator.sees(SCRIPT);
        operator.sees("<img src=x onerror='window.hacked=7'>");
      } else if (each.equals("#/catalog")) {
        operator.sees("</option><script>window.hacked=9</script>");
        operator.sees("<svg/onload=window.hacked=8>");
      } else if (each.startsWith("#/accounts/%3Cimg")) {
        assertThat(page.getByText("<img src=x onerror=window.hacked=1>")).isVisible();
      }
      harmless();
    }
  }

  /** What an operator types, in every free-text field of a dialog. */
  @Test
  void whatIsTypedIsShownAsItIs() {
    go("#/accounts");
    operator.button("New account");
    operator.opens("New account");
    operator.type("Account", IMAGE);
    operator.type("Name", IMAGE);
    operator.button("Open the account");
    operator.sees("An id has 1 to 128 letters");
    harmless();
    operator.type("Account", "typed");
    operator.confirm("Open the account", "typed is open");
    operator.button("Edit");
    operator.opens("Edit typed");
    operator.type("Description", SCRIPT);
    operator.sees("Description: nothing → " + SCRIPT);
    operator.type("Language of denials", IMAGE);
    operator.button(operator.dialog(), "Save");
    assertThat(operator.dialog().getByRole(AriaRole.ALERT)).isVisible();
    harmless();
    operator.type("Language of denials", "");
    operator.confirm("Save", "typed is changed");
    operator.sees(SCRIPT);
    harmless();
    operator.button("Grant");
    operator.opens("Grant tokens to typed");
    operator.type("How many", "3");
    operator.type("Note", SVG);
    operator.confirm("Grant 3", "3 granted to typed");
    operator.sees(SVG);
    String hold = sidecar.hold("typed", "work");
    operator.button("Return the hold " + hold);
    operator.opens("Return the hold " + hold);
    operator.type("Reason", IMAGE);
    operator.confirm("Return", "Returned: 1");
    operator.link("History");
    operator.sees(IMAGE);
    harmless();
    operator.link("Groups");
    operator.button("New group");
    operator.opens("New group");
    operator.type("Group’s id", "team");
    operator.type("Name", SVG);
    operator.type("Description", SCRIPT);
    operator.confirm("Make the group", "team is open");
    operator.sees(SVG);
    operator.button("Add users to team");
    operator.opens("Add users to team");
    operator.type(
        "Users",
        "member_id,evil," + IMAGE.replace(",", "") + "\n" + MEMBER + ",4,1\n" + SVG + ",1,1");
    operator.sees("Not looked at, because no token type is called so:");
    operator.button("Add 1 user");
    operator.sees("1 added, 1 not sent");
    harmless();
    operator.button(operator.dialog().locator("footer"), "Close");
    operator.sees(MEMBER);
    harmless();
  }
}
