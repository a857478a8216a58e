package dev.tokenguard.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.LoadState;
import dev.tokenguard.domain.Role;
import dev.tokenguard.wire.Await;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every page in every language, on a phone, a laptop and a large screen: nothing that axe finds,
 * nothing that hangs over the edge, and a picture of each as {@code
 * target/screenshots/console-<page>-<language>-<width>.png}.
 */
@BrowserTest(catalog = "media-studio.yaml")
class LanguagesBrowserIT {
  private static final Map<String, String> PAGES = new LinkedHashMap<>();

  static {
    PAGES.put("overview", "");
    PAGES.put("accounts", "#/accounts");
    PAGES.put("account", "#/accounts/studio-north");
    PAGES.put("history", "#/accounts/studio-north?tab=history");
    PAGES.put("usage", "#/accounts/studio-north?tab=usage");
    PAGES.put("members", "#/accounts/studio-north?tab=members");
    PAGES.put("groups", "#/groups");
    PAGES.put("group", "#/groups/studio-north");
    PAGES.put("group-usage", "#/groups/studio-north?tab=usage");
    PAGES.put("catalog", "#/catalog?account=studio-north&feature=generate_image&times=2");
  }

  private static final Pattern LATIN_DIGITS = Pattern.compile("[0-9]");
  private static final Pattern PERSIAN_DIGITS = Pattern.compile("[۰-۹]");

  private static boolean isFilled;
  private Sidecar sidecar;
  private Visitors visitors;

  @BeforeEach
  void given(Sidecar sidecar, Visitors visitors) {
    this.sidecar = sidecar;
    this.visitors = visitors;
    if (!isFilled) {
      isFilled = true;
      ABusyStudio.fill(sidecar);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"en", "th", "fa"})
  void onAPhone(String language) {
    look(Look.PHONE.in(language), "");
  }

  @ParameterizedTest
  @ValueSource(strings = {"en", "th", "fa"})
  void onALaptop(String language) {
    look(Look.LAPTOP.in(language), "");
  }

  @ParameterizedTest
  @ValueSource(strings = {"en", "th", "fa"})
  void onALargeScreen(String language) {
    look(Look.DESKTOP.in(language), "");
  }

  @ParameterizedTest
  @ValueSource(strings = {"en", "fa"})
  void inTheDark(String language) {
    look(Look.LAPTOP.in(language).dark(), "-dark");
  }

  @Test
  void theLanguageIsChosenAndKept() {
    Operator ann =
        Operator.signedIn(
            visitors.arrive(Look.LAPTOP), sidecar, sidecar.key(Role.VIEWER), "#/accounts");
    ann.choose("Language", "ไทย");
    assertThat(ann.page().getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setLevel(1)))
        .hasText("บัญชี");
    ann.page().reload();
    assertThat(ann.page().getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setLevel(1)))
        .hasText("บัญชี");
    assertEquals(
        "th", ((String) ann.page().evaluate("document.documentElement.lang")).substring(0, 2));
  }

  /** Those of server/docs/screenshots; take them over from target/screenshots when pages change. */
  @Test
  void picturesOfTheReadme() {
    Look window = new Look(1280, 800, "en", false);
    picture(window, "", "console-overview");
    picture(window, "#/accounts/studio-north", "console-account");
    picture(window, "#/groups", "console-groups");
    picture(Look.PHONE.in("fa"), "#/accounts/studio-north", "console-phone-fa");
    picture(Look.PHONE.in("th"), "#/accounts/studio-north", "console-phone-th");
  }

  private void picture(Look look, String address, String name) {
    Visitor visitor = visitors.arrive(look);
    Page page = visitor.open(sidecar.url("/console/" + address));
    signIn(page);
    settle(page);
    visitor.screenshotOfWindow("readme-" + name);
  }

  /** In any language. */
  private void signIn(Page page) {
    page.locator("input[type=password]").fill(sidecar.key(Role.ADMIN));
    page.keyboard().press("Enter");
    assertThat(page.locator("input[type=password]")).isHidden();
  }

  private void look(Look look, String ending) {
    Visitor visitor = visitors.arrive(look);
    String language = look.locale();
    Page page = visitor.open(sidecar.url("/console/"));
    assertThat(page.locator("input[type=password]")).isVisible();
    check(visitor, look, "signin-%s-%d%s".formatted(language, look.width(), ending));
    signIn(page);
    for (Map.Entry<String, String> each : PAGES.entrySet()) {
      page.navigate("about:blank"); // else what is shown is that of the page before for a moment
      page.navigate(sidecar.url("/console/" + each.getValue()));
      settle(page);
      check(visitor, look, "%s-%s-%d%s".formatted(each.getKey(), language, look.width(), ending));
      if (language.equals("fa")) {
        checkDigits(page, each.getKey());
      }
    }
  }

  /** Nothing is on its way any more. */
  private static void settle(Page page) {
    page.waitForLoadState(LoadState.LOAD);
    assertThat(page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setLevel(1)))
        .isVisible();
    // Asked from outside: the policy of the page forbids to poll by a text of script.
    Await.until(
        "all of it is there",
        () -> {
          page.waitForTimeout(30);
          return (boolean) page.evaluate(SETTLED);
        });
  }

  private static void check(Visitor visitor, Look look, String name) {
    Page page = visitor.page();
    visitor.checkAccessibility();
    visitor.screenshot("console-" + name);
    assertEquals(
        true,
        page.evaluate(
            "document.scrollingElement.scrollWidth <= document.scrollingElement.clientWidth"),
        () -> name + " is wider than the window: " + page.evaluate(WIDE));
    assertEquals(
        look.locale().equals("fa") ? "rtl" : "ltr",
        page.evaluate("getComputedStyle(document.body).direction"));
  }

  private static final String SETTLED =
      "!document.querySelector('.skeleton, [aria-busy=true]')"
          + " && [...document.querySelectorAll('tg-list, tg-chart')].every(each => each.children.length > 0)";

  private static final String WIDE =
      "[...document.querySelectorAll('body *')].filter(each => {const {left, right} = each.getBoundingClientRect();"
          + " return right > innerWidth + 1 || left < -1}).slice(0, 5).map(each => each.outerHTML.slice(0, 120)).join('\\n')";

  /** Numbers are in the digits of the language; ids, names and versions stay as they are. */
  private static void checkDigits(Page page, String name) {
    String figures =
        (String)
            page.evaluate(
                "[...document.querySelectorAll('.figure, td.numeric, time')].map(each => each.textContent)"
                    + ".filter(each => !/[a-z]/i.test(each)).join(' ')");
    assertTrue(!LATIN_DIGITS.matcher(figures).find(), () -> name + ": " + figures);
    if (!name.equals("members")) {
      assertTrue(PERSIAN_DIGITS.matcher(figures).find(), () -> name + ": " + figures);
    }
  }
}
