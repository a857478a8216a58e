package dev.tokenguard.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.Cookie;
import com.microsoft.playwright.options.SameSiteAttribute;
import dev.tokenguard.domain.Role;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who is let in, and what each role sees of what it may not do: nothing. */
@BrowserTest
class RolesBrowserIT {
  private static final List<String> CHANGES =
      List.of(
          "Change plan", "Edit", "Suspend", "Delete", "Grant", "Grant Websites", "Adjust Websites");

  private Sidecar sidecar;
  private Visitors visitors;

  @BeforeEach
  void given(Sidecar sidecar, Visitors visitors) {
    this.sidecar = sidecar;
    this.visitors = visitors;
  }

  private Operator in(Role role, String address, String... prefixes) {
    return Operator.signedIn(
        visitors.arrive(Look.LAPTOP), sidecar, sidecar.key(role, prefixes), address);
  }

  private static Locator button(Operator operator, String name) {
    return operator
        .page()
        .getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
  }

  private static Locator link(Operator operator, String name) {
    return operator
        .page()
        .getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName(name).setExact(true));
  }

  @Test
  void aWrongKeyIsToldSoAndTheRightOneIsLetIn() {
    Visitor visitor = visitors.arrive(Look.PHONE).expectError("status of 401");
    Operator ann = new Operator(visitor, sidecar);
    ann.open("");
    ann.button("Sign in");
    ann.sees("Enter your key or token");
    ann.type("Key or token", "tg_wrong");
    ann.button("Sign in");
    ann.sees("This key or token is not accepted: unknown, expired or mistyped.");
    visitor.checkAccessibility();
    visitor.screenshot("signin-refused");
    ann.signIn(sidecar.key(Role.VIEWER));
    ann.sees("Allowed today");
  }

  @Test
  void aViewerLooksAndChangesNothing() {
    sidecar.spend("lek", "create_website", 1);
    Operator viewer = in(Role.VIEWER, "#/accounts/lek");
    assertThat(viewer.bar("Websites: 4 of 5 left")).isVisible();
    assertThat(viewer.section("Account")).containsText("Free");
    CHANGES.forEach(each -> assertThat(button(viewer, each)).hasCount(0));
    assertThat(button(viewer, "Audit")).isVisible();
    viewer.link("Accounts");
    assertThat(viewer.row("lek")).isVisible();
    assertThat(button(viewer, "New account")).hasCount(0);
    viewer.link("Groups");
    viewer.sees("No groups yet");
    assertThat(button(viewer, "New group")).hasCount(0);
    viewer.link("Overview");
    viewer.sees("Allowed today");
    assertThat(viewer.page().getByText("Version")).hasCount(0);
  }

  @Test
  void anOperatorChangesAccountsAndAnAdminSeesTheServerToo() {
    sidecar.spend("noi", "create_website", 1);
    for (Role role : List.of(Role.OPERATOR, Role.ADMIN)) {
      Operator operator = in(role, "#/accounts/noi");
      assertThat(operator.bar("Websites: 4 of 5 left")).isVisible();
      CHANGES.forEach(each -> assertThat(button(operator, each)).isVisible());
      operator.link("Overview");
      operator.sees("Allowed today");
      assertThat(operator.page().getByText("Version", new Page.GetByTextOptions().setExact(true)))
          .hasCount(role == Role.ADMIN ? 1 : 0);
    }
  }

  /** A service's key opens nothing but the way out. */
  @Test
  void aGuardIsToldThatThereIsNothingForIt() {
    Operator guard = in(Role.GUARD, "#/accounts");
    guard.sees("Your role does not allow this.");
    guard.sees("You are signed in as Guard.");
    assertThat(link(guard, "Accounts")).hasCount(0);
    guard.visitor().checkAccessibility();
    guard.link("Overview");
    guard.sees("Nothing to see with this credential");
    guard.button("Sign out");
    guard.sees("An API key of this server");
  }

  @Test
  void aLimitedKeySeesItsAccountsAlone() {
    Stream.of("north-1", "south-1").forEach(each -> sidecar.spend(each, "create_website", 1));
    Visitor visitor = visitors.arrive(Look.LAPTOP).expectError("status of 40[34]");
    Operator north =
        Operator.signedIn(visitor, sidecar, sidecar.key(Role.OPERATOR, "north-"), "#/accounts");
    assertThat(north.row("north-1")).isVisible();
    assertThat(north.row("south-1")).hasCount(0);
    north.open("#/accounts/south-1");
    north.sees("There is no account south-1");
    visitor.checkAccessibility();
    north.open("#/accounts/north-1");
    assertThat(north.bar("Websites: 4 of 5 left")).isVisible();
    north.link("Overview"); // whose figures are of all accounts
    assertThat(north.page().getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setLevel(1)))
        .hasText("Overview");
    visitor.screenshot("overview-limited");
  }

  @Test
  void theKeyIsInACookieThatNoScriptReadsAndNoOtherSiteSends() {
    Operator ann = in(Role.VIEWER, "");
    List<Cookie> cookies = ann.page().context().cookies();
    assertEquals(1, cookies.size());
    Cookie cookie = cookies.get(0);
    assertTrue(cookie.httpOnly);
    assertEquals(SameSiteAttribute.STRICT, cookie.sameSite);
    assertEquals("", ann.page().evaluate("document.cookie"));
    assertEquals(
        false,
        ann.page()
            .evaluate("JSON.stringify({...localStorage, ...sessionStorage}).includes('tg_')"));
    ann.page().reload();
    ann.sees("Allowed today"); // still in
    ann.button("Sign out");
    ann.sees("An API key of this server");
    assertEquals(List.of(), ann.page().context().cookies());
    ann.page().reload();
    ann.sees("An API key of this server");
  }

  /** Whoever is thrown out comes back to where they were. */
  @Test
  void aSessionThatEndsLeadsToTheSignInAndBack() {
    sidecar.spend("pim", "create_website", 1);
    Visitor visitor = visitors.arrive(Look.LAPTOP).expectError("status of 401");
    Operator ann =
        Operator.signedIn(
            visitor, sidecar, sidecar.key(Role.OPERATOR), "#/accounts/pim?tab=history");
    assertThat(ann.row("Create a website")).isVisible();
    ann.page().context().clearCookies();
    ann.choose("What", "Opened");
    ann.sees("Your session has ended. Sign in again to go on where you were.");
    visitor.checkAccessibility();
    ann.signIn(sidecar.key(Role.OPERATOR));
    assertThat(ann.row("Opened")).isVisible();
    assertTrue(ann.page().url().endsWith("#/accounts/pim?tab=history&kind=OPEN"), ann.page()::url);
  }
}
