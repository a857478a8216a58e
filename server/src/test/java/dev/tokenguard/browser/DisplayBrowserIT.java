package dev.tokenguard.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.tokenguard.domain.Role;
import dev.tokenguard.wire.Await;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The token display on a page of another origin, as an end user sees it. */
@BrowserTest(catalog = DisplayBrowserIT.CATALOG)
class DisplayBrowserIT {
  static final String CATALOG =
      """
      token_types:
        image: {title: Images}
        video: {title: Videos}
        token: {title: Tokens}
        evil: {title: "<img src=x onerror=alert(1)>\\"'<script>alert(2)</script>"}
      features:
        generate_image: {cost: {image: 1}}
        generate_video: {cost: {video: 1}}
        evil_work: {cost: {evil: 1}}
      plans:
        free:
          zone: Asia/Bangkok
          allowances:
            image: {amount: 10, resets: daily}
            video: {amount: 6, resets: monthly}
            token: {amount: 1250000, resets: never}
        quick: {allowances: {image: {amount: 2, resets: every PT8S}}}
        evil: {allowances: {evil: {amount: 3, resets: never}}}
      default_plan: free
      """;

  private Sidecar sidecar;
  private ShopSite site;
  private Visitors visitors;

  @BeforeEach
  void given(Sidecar sidecar, ShopSite site, Visitors visitors) {
    this.sidecar = sidecar;
    this.site = site;
    this.visitors = visitors;
  }

  private String display(String account, String type) {
    return DisplayPage.display(site, sidecar, account, type);
  }

  private Page open(Visitor visitor, String... displays) {
    return visitor.open(DisplayPage.put(site, sidecar, "en", displays));
  }

  @Test
  void itCountsDownWhileTokensAreSpent() {
    Visitor ann = visitors.arrive(Look.PHONE);
    Page page = open(ann, display("ann", "image"));
    assertThat(part(page, "ann", "amount")).hasText("10 of 10 left");
    assertThat(part(page, "ann", "status")).hasText("");
    assertThat(part(page, "ann", "reset")).hasText(Pattern.compile("Resets in \\d+ (hr|min)"));
    sidecar.spend("ann", "generate_image", 3);
    assertThat(part(page, "ann", "amount")).hasText("7 of 10 left");
    String id = sidecar.hold("ann", "generate_image");
    assertThat(part(page, "ann", "status")).hasText("1 in use");
    assertThat(part(page, "ann", "bar")).hasAttribute("aria-valuetext", "6 of 10 left, 1 in use");
    assertThat(part(page, "ann", "bar")).hasAttribute("aria-valuenow", "6");
    sidecar.guard("Refund", "{account_id: ann, reservation_id: %s, reason: failed}".formatted(id));
    assertThat(part(page, "ann", "amount")).hasText("7 of 10 left");
    ann.checkAccessibility();
  }

  /** What matters is also spoken, and what changes all the time is not. */
  @Test
  void itWarnsWhenTokensRunLowAndTellsTheirEnd() {
    Visitor bea = visitors.arrive(Look.PHONE);
    Page page = open(bea, display("bea", "image"));
    assertThat(part(page, "bea", "amount")).hasText("10 of 10 left");
    sidecar.spend("bea", "generate_image", 8);
    assertThat(part(page, "bea", "amount")).hasText("2 of 10 left");
    assertThat(page.getByRole(AriaRole.STATUS)).hasText("");
    sidecar.spend("bea", "generate_image", 1);
    assertThat(page.getByRole(AriaRole.STATUS)).hasText("Images, 1 of 10 left, Running low");
    assertThat(part(page, "bea", "status")).hasText("Running low");
    bea.checkAccessibility();
    sidecar.spend("bea", "generate_image", 1);
    assertThat(part(page, "bea", "status")).hasText("None left");
    bea.checkAccessibility();
    sidecar.grant("bea", "image", 20);
    assertThat(part(page, "bea", "amount")).hasText("20 of 30 left");
    assertThat(part(page, "bea", "status")).hasText("");
    assertEquals(List.of("ok", "low", "empty", "ok"), inTurn(DisplayPage.states(page, "bea")));
  }

  private static List<?> inTurn(List<?> states) {
    return IntStream.range(0, states.size())
        .filter(i -> i == 0 || !states.get(i).equals(states.get(i - 1)))
        .mapToObj(states::get)
        .toList();
  }

  @Test
  void aResetIsSeenWhenItComes() {
    sidecar.open("rose", "quick");
    sidecar.spend("rose", "generate_image", 2);
    Page page = open(visitors.arrive(Look.PHONE), display("rose", "image"));
    assertThat(part(page, "rose", "reset")).hasText(Pattern.compile("Resets in \\d sec"));
    assertThat(part(page, "rose", "amount")).hasText("2 of 2 left");
  }

  @Test
  void timeToTheResetGoesByWithoutTheServer() {
    Visitor tim = visitors.arrive(Look.PHONE);
    Page page = open(tim, display("tim", "video"));
    assertThat(part(page, "tim", "reset", "video"))
        .hasText(Pattern.compile("Resets in .*(day|hr|min)"));
    String before = part(page, "tim", "reset", "video").textContent();
    page.clock().install();
    page.evaluate("document.querySelector('token-display').render()");
    page.clock().fastForward("03:00:00");
    assertThat(part(page, "tim", "reset", "video")).not().hasText(before);
  }

  /** Fetched again before its end: nobody notices. */
  @Test
  void aTokenIsRenewedBeforeItsEnd() {
    Visitor eve = visitors.arrive(Look.PHONE);
    String eight = DisplayPage.display(site, sidecar, "eve", "image", 8, "");
    Page page = open(eve, eight);
    assertThat(part(page, "eve", "amount")).hasText("10 of 10 left");
    Await.until("it asks again", () -> asked(page, "eve") >= 3);
    sidecar.spend("eve", "generate_image", 1);
    assertThat(part(page, "eve", "amount")).hasText("9 of 10 left");
    assertEquals(List.of("ok"), inTurn(DisplayPage.states(page, "eve")));
  }

  /** Also one that ends before it could be: the stream ends with it. */
  @Test
  void aTokenThatHasEndedIsFetchedAgain() {
    Visitor max = visitors.arrive(Look.PHONE).expectError("status of 401");
    Page page = open(max, DisplayPage.display(site, sidecar, "max", "image", 1, ""));
    assertThat(part(page, "max", "amount")).hasText("10 of 10 left");
    Await.until("it asks again", () -> asked(page, "max") >= 3);
    sidecar.spend("max", "generate_image", 1);
    assertThat(part(page, "max", "amount")).hasText("9 of 10 left");
    assertTrue(
        DisplayPage.states(page, "max").stream().noneMatch("offline"::equals),
        () -> DisplayPage.states(page, "max").toString());
  }

  /** Asks the page something as well, so that its events are heard meanwhile. */
  private long asked(Page page, String account) {
    page.waitForTimeout(50);
    return site.asked(DisplayPage.tokenPath(account));
  }

  @Test
  void whoIsSignedOutOfTheShopSeesNoBalance() {
    Visitor kim = visitors.arrive(Look.PHONE).expectError("status of 401");
    String display = display("kim", "image");
    site.put(
        DisplayPage.tokenPath("kim"), () -> new ShopSite.Answer(401, "application/json", "{}"));
    Page page = open(kim, display);
    assertThat(part(page, "kim", "status")).hasText("Balance not available");
    assertThat(part(page, "kim", "amount")).hasText("");
    kim.checkAccessibility();
    kim.screenshot("display-refused");
  }

  @Test
  void aTokenOfAnotherAccountShowsNothing() {
    Visitor bob = visitors.arrive(Look.PHONE).expectError("status of 40[1345]");
    String display = display("bob", "image");
    site.put(
        DisplayPage.tokenPath("bob"),
        () ->
            new ShopSite.Answer(
                200, "application/json", sidecar.displayToken("ann", 60).toString()));
    Page page = open(bob, display);
    assertThat(part(page, "bob", "status")).hasText("Balance not available");
    assertEquals("error not_found", DisplayPage.states(page, "bob").get(0));
  }

  @Test
  void aTypeThatThePlanDoesNotHave() {
    sidecar.open("nan", "quick");
    Page page = open(visitors.arrive(Look.PHONE), display("nan", "video"));
    assertThat(part(page, "nan", "status", "video")).hasText("Not in your plan");
  }

  /** The key of anything else than a display does not get as far as the network. */
  @Test
  void anApiKeyIsRefused() {
    Visitor dan = visitors.arrive(Look.PHONE).expectError("this is an API key");
    Page page =
        open(dan, "<token-display account=\"dan\" type=\"image\" lang=\"en\"></token-display>");
    assertThat(part(page, "dan", "status")).hasText("Loading…");
    page.onRequest(request -> assertTrue(request.url().endsWith(".js"), request.url()));
    page.evaluate(
        "key => { document.querySelector('token-display').token = key }",
        sidecar.key(Role.VIEWER, "dan"));
    assertThat(part(page, "dan", "status")).hasText("Balance not available");
    assertEquals(List.of("error api_key"), DisplayPage.states(page, "dan"));
  }

  /** A framework that has the token itself. */
  @Test
  void theTokenCanBeSetOrFetchedByTheApp() {
    sidecar.open("flo", "free");
    Page page =
        open(
            visitors.arrive(Look.PHONE),
            "<token-display account=\"flo\" type=\"image\"></token-display>",
            "<token-display account=\"gus\" type=\"image\"></token-display>");
    page.evaluate(
        "token => { document.querySelector('token-display').token = token }",
        sidecar.displayToken("flo", 60).get("token").getAsString());
    page.evaluate(
        "token => { document.querySelector('[account=gus]').getToken = async () => token }",
        sidecar.displayToken("gus", 60).get("token").getAsString());
    assertThat(part(page, "flo", "amount")).hasText("10 of 10 left");
    assertThat(part(page, "gus", "amount")).hasText("10 of 10 left");
    page.evaluate("document.querySelector('[account=gus]').setAttribute('type', 'token')");
    assertThat(part(page, "gus", "amount", "token")).hasText("1,250,000 of 1,250,000 left");
  }

  @Test
  void twoOfTheSameAccountShareAStream() {
    Visitor liz = visitors.arrive(Look.PHONE);
    Page page =
        open(liz, display("liz", "image"), display("liz", "video"), display("joe", "image"));
    assertThat(part(page, "liz", "amount")).hasText("10 of 10 left");
    assertThat(part(page, "liz", "amount", "video")).hasText("6 of 6 left");
    assertThat(part(page, "joe", "amount")).hasText("10 of 10 left");
    sidecar.spend("liz", "generate_video", 1);
    assertThat(part(page, "liz", "amount", "video")).hasText("5 of 6 left");
    assertEquals(1, site.asked(DisplayPage.tokenPath("liz")));
    assertEquals(2, liz.asked("/tokenguard.v1.TokenGuardService/WatchBalance"));
    // One goes, the other stays; both go and one comes back.
    page.evaluate("document.querySelector('[account=liz][type=image]').remove()");
    sidecar.spend("liz", "generate_video", 1);
    assertThat(part(page, "liz", "amount", "video")).hasText("4 of 6 left");
    page.evaluate(
        "{ const d = document.querySelector('[account=liz]'); d.remove(); document.querySelector('main').append(d) }");
    assertThat(part(page, "liz", "amount", "video")).hasText("4 of 6 left");
  }

  /** Browsers have few connections to a server, and people many tabs. */
  @Test
  void aHiddenPageHasNoStreamOpen() throws Exception {
    Visitor pia = visitors.arrive(Look.PHONE);
    Page page = open(pia, display("pia", "image"));
    assertThat(part(page, "pia", "amount")).hasText("10 of 10 left");
    String hide =
        "hidden => { Object.defineProperty(document, 'hidden', {configurable: true, get: () =>"
            + " hidden}); document.dispatchEvent(new Event('visibilitychange')) }";
    page.evaluate(hide, true);
    Await.untilEquals(0L, sidecar::openWatches);
    sidecar.spend("pia", "generate_image", 1);
    page.evaluate(hide, false);
    assertThat(part(page, "pia", "amount")).hasText("9 of 10 left");
    assertEquals(List.of("ok"), inTurn(DisplayPage.states(page, "pia")));
  }

  @Test
  void aServerThatIsKilledIsOfflineAndComesBack() throws Exception {
    Visitor sam = visitors.arrive(Look.PHONE).expectError("Failed to load resource|ERR_");
    Page page = open(sam, display("sam", "image"));
    sidecar.spend("sam", "generate_image", 4);
    assertThat(part(page, "sam", "amount")).hasText("6 of 10 left");
    sidecar.kill();
    assertThat(part(page, "sam", "status")).hasText("Offline");
    assertThat(part(page, "sam", "amount")).hasText("6 of 10 left");
    sam.checkAccessibility();
    sam.screenshot("display-offline");
    sidecar.restart();
    assertThat(part(page, "sam", "status")).hasText("");
    sidecar.spend("sam", "generate_image", 1);
    assertThat(part(page, "sam", "amount")).hasText("5 of 10 left");
  }

  @Test
  void namesAreTextAndNothingElse() {
    sidecar.open("x@evil:1", "evil");
    sidecar.spend("x@evil:1", "evil_work", 1);
    Visitor mal = visitors.arrive(Look.PHONE).expectError("status of 40[04]");
    String script = "&quot;><script>alert(3)</script><img src=x onerror=alert(4)>";
    Page page =
        open(
            mal,
            display("x@evil:1", "evil"),
            DisplayPage.display(
                site,
                sidecar,
                "ann",
                "image",
                60,
                "lang=\"%s\" label=\"%s\"".formatted(script, script)),
            "<token-display account=\"%s\" type=\"%s\" token-url=\"/my/token/ann\"></token-display>"
                .formatted(script, script));
    page.onDialog(dialog -> assertEquals("", dialog.message()));
    assertThat(part(page, "x@evil:1", "title", "evil"))
        .hasText("<img src=x onerror=alert(1)>\"'<script>alert(2)</script>");
    assertThat(part(page, "x@evil:1", "amount", "evil")).hasText("2 of 3 left");
    assertThat(part(page, "ann", "title"))
        .hasText("\"><script>alert(3)</script><img src=x onerror=alert(4)>");
    assertThat(page.locator("token-display").nth(2).locator("[part=status]"))
        .hasText("Balance not available");
    assertThat(page.locator("img")).hasCount(0);
    mal.screenshot("display-hostile-names");
  }

  @ParameterizedTest
  @CsvSource({
    "en, false, 10 of 10 left, 1 of 6 left, Running low",
    "en, true, 10 of 10 left, 1 of 6 left, Running low",
    "th, false, เหลือ 10 จาก 10, เหลือ 1 จาก 6, ใกล้หมดแล้ว",
    "th, true, เหลือ 10 จาก 10, เหลือ 1 จาก 6, ใกล้หมดแล้ว",
    "fa, false, ۱۰ از ۱۰ باقی مانده, ۱ از ۶ باقی مانده, رو به پایان",
    "fa, true, ۱۰ از ۱۰ باقی مانده, ۱ از ۶ باقی مانده, رو به پایان"
  })
  void inThreeLanguages(String language, boolean dark, String full, String low, String warning) {
    String account = "seen-" + language + dark;
    sidecar.spend(account, "generate_video", 5);
    sidecar.hold(account, "generate_image");
    sidecar.spend("empty-" + account, "generate_image", 10);
    Look look = Look.PHONE.in(language);
    Visitor visitor = visitors.arrive(dark ? look.dark() : look);
    String empty = display("empty-" + account, "image");
    String branded =
        DisplayPage.display(site, sidecar, "brand-" + account, "image", 600, "class=\"brand\"");
    Page page =
        visitor.open(
            DisplayPage.put(
                site,
                sidecar,
                language,
                branded,
                display(account, "image"),
                display(account, "token"),
                display(account, "video"),
                empty));
    assertThat(part(page, "brand-" + account, "amount")).hasText(full);
    assertThat(part(page, account, "amount", "video")).hasText(low);
    assertThat(part(page, account, "status", "video")).hasText(warning);
    assertThat(page.locator("token-display [part=base]").first())
        .hasAttribute("dir", language.equals("fa") ? "rtl" : "ltr");
    assertThat(page.locator("[data-state=loading]")).hasCount(0);
    visitor.checkAccessibility();
    visitor.screenshot("display-" + language + (dark ? "-dark" : ""));
  }

  private static Locator part(Page page, String account, String part) {
    return part(page, account, part, "image");
  }

  private static Locator part(Page page, String account, String part, String type) {
    return DisplayPage.part(page, account, type, part);
  }
}
