package dev.tokenguard.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.LoadState;
import dev.tokenguard.domain.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/**
 * What the console weighs on the wire, and when it can be used on a slow phone: {@code
 * target/screenshots/weights.md}.
 */
@BrowserTest
class PageWeightBrowserIT {
  private static final Path FILE = Path.of("target", "screenshots", "weights.md");
  private static final String TITLE =
      """
      Fast 3G is 1.6 Mbit/s with 562 ms for a round trip, and a CPU four times slower.

      | page | load | requests | not changed (304) | bytes | usable after |
      |---|---|---|---|---|---|
      """;

  /** Far more than it is, far less than what nobody would notice. */
  private static final long MOST_BYTES = 600_000;

  private final StringBuilder table = new StringBuilder(TITLE);

  @Test
  void whatIsLoaded(Sidecar sidecar, Visitors visitors) throws IOException {
    sidecar.spend("mali", "create_website", 2);
    String key = sidecar.key(Role.OPERATOR);
    for (boolean slow : new boolean[] {false, true}) {
      Visitor visitor = visitors.arrive(Look.PHONE);
      Page page = visitor.open("about:blank");
      Load load = new Load(page, slow);
      String speed = slow ? "Fast 3G" : "as it is";
      load.page(
          "sign-in", "first, " + speed, sidecar.url("/console/"), page.getByLabel("Key or token"));
      page.getByLabel("Key or token").fill(key);
      page.keyboard().press("Enter");
      Locator overview = page.getByText("Allowed today");
      assertThat(overview).isVisible();
      load.page("overview", "again, " + speed, sidecar.url("/console/#/"), overview);
      Locator bar = page.getByRole(AriaRole.METER).first();
      load.page(
          "account", "first after sign-in, " + speed, sidecar.url("/console/#/accounts/mali"), bar);
      load.page("account", "again, " + speed, sidecar.url("/console/#/accounts/mali"), bar);
      load.forget();
      load.page("overview", "all of it, " + speed, sidecar.url("/console/#/"), overview);
      load.forget();
      load.page("account", "all of it, " + speed, sidecar.url("/console/#/accounts/mali"), bar);
    }
    Files.createDirectories(FILE.getParent());
    Files.writeString(FILE, table);
  }

  /** Loads pages in a tab, and counts. */
  private final class Load {
    private final Page page;
    private final CDPSession devtools;
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicInteger unchanged = new AtomicInteger();

    Load(Page page, boolean slow) {
      this.page = page;
      this.devtools = page.context().newCDPSession(page);
      devtools.send("Network.enable");
      devtools.on("Network.loadingFinished", this::finished);
      devtools.on("Network.responseReceivedExtraInfo", this::received);
      if (slow) {
        JsonObject network = new JsonObject();
        network.addProperty("offline", false);
        network.addProperty("latency", 562);
        network.addProperty("downloadThroughput", 1_600_000 / 8);
        network.addProperty("uploadThroughput", 750_000 / 8);
        devtools.send("Network.emulateNetworkConditions", network);
        JsonObject cpu = new JsonObject();
        cpu.addProperty("rate", 4);
        devtools.send("Emulation.setCPUThrottlingRate", cpu);
      }
    }

    private void finished(JsonObject event) {
      requests.incrementAndGet();
      bytes.addAndGet(event.get("encodedDataLength").getAsLong());
    }

    private void received(JsonObject event) {
      if (event.get("statusCode").getAsInt() == 304) {
        unchanged.incrementAndGet();
      }
    }

    /** The browser forgets the files it has. */
    void forget() {
      devtools.send("Network.clearBrowserCache");
    }

    void page(String name, String how, String url, Locator usable) {
      page.navigate("about:blank");
      bytes.set(0);
      requests.set(0);
      unchanged.set(0);
      page.navigate(url);
      usable.waitFor();
      double millis = ((Number) page.evaluate("performance.now()")).doubleValue();
      page.waitForLoadState(LoadState.LOAD);
      page.waitForTimeout(1_500); // what comes later is of its weight as well
      table.append(
          "| %s | %s | %d | %d | %,d | %,.0f ms |%n"
              .formatted(name, how, requests.get(), unchanged.get(), bytes.get(), millis));
      assertTrue(bytes.get() < MOST_BYTES, () -> name + ", " + how + ": " + bytes.get());
    }
  }
}
