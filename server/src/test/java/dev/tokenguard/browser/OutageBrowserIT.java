package dev.tokenguard.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.tokenguard.domain.Role;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an open page does while the server, the network or Redis is gone, and afterwards. */
@BrowserTest
class OutageBrowserIT {
  private Sidecar sidecar;
  private Visitors visitors;

  @BeforeEach
  void given(Sidecar sidecar, Visitors visitors) {
    this.sidecar = sidecar;
    this.visitors = visitors;
  }

  private Operator at(String account) {
    sidecar.spend(account, "create_website", 1);
    Visitor visitor =
        visitors.arrive(Look.LAPTOP).expectError("ERR_|status of (401|50[0-9])|network error");
    Operator operator =
        Operator.signedIn(visitor, sidecar, sidecar.key(Role.OPERATOR), "#/accounts/" + account);
    assertThat(operator.bar("Websites: 4 of 5 left")).isVisible();
    assertThat(live(operator)).hasText("Live");
    return operator;
  }

  private static Locator live(Operator operator) {
    return operator
        .page()
        .getByRole(AriaRole.STATUS)
        .filter(new Locator.FilterOptions().setHasText(Pattern.compile("^(Live|Connecting)$")));
  }

  /** What tells that the server is gone, by its button. */
  private static Locator banner(Operator operator) {
    return operator
        .page()
        .getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Try now").setExact(true));
  }

  /**
   * Killed, and another one in its place: only the one that made a session can open it, so one
   * signs in again, and is where one was.
   */
  @Test
  void aServerThatIsKilledAndComesBack() throws Exception {
    Operator ann = at("mai");
    sidecar.kill();
    assertThat(banner(ann)).isVisible();
    assertThat(ann.bar("Websites: 4 of 5 left")).isVisible(); // what was read stays
    ann.visitor().checkAccessibility();
    ann.visitor().screenshot("outage-banner");
    sidecar.restart();
    ann.sees("Your session has ended. Sign in again to go on where you were.");
    assertThat(banner(ann)).isHidden();
    ann.signIn(sidecar.key(Role.OPERATOR));
    assertThat(live(ann)).hasText("Live");
    sidecar.spend("mai", "create_website", 1);
    assertThat(ann.bar("Websites: 3 of 5 left")).isVisible();
  }

  /** What somebody typed while the network was gone is not lost, and is done once. */
  @Test
  void theNetworkIsGoneForAWhile() {
    Operator ann = at("nim");
    ann.button("Grant Websites");
    ann.opens("Grant tokens to nim");
    ann.type("How many", "5");
    ann.page().context().setOffline(true);
    ann.button("Grant 5");
    ann.sees("No answer came, and nobody knows yet whether it was done.");
    ann.visitor().checkAccessibility();
    ann.page().context().setOffline(false);
    ann.confirm("Grant 5", "Websites: 5 granted to nim");
    assertThat(banner(ann)).isHidden();
    assertThat(ann.bar("Websites: 9 of 10 left")).isVisible();
    assertThat(live(ann)).hasText("Live");
    sidecar.spend("nim", "create_website", 1);
    assertThat(ann.bar("Websites: 8 of 10 left")).isVisible();
  }

  /** What is opened while the network is gone comes when it is back. */
  @Test
  void aPageThatIsOpenGoesOnByItself() {
    Operator ann = at("ploy");
    ann.page().context().setOffline(true);
    ann.link("Usage");
    ann.sees("The server does not answer. It is tried again by itself.");
    assertThat(banner(ann)).isVisible();
    ann.page().context().setOffline(false);
    ann.sees("By feature"); // nobody pressed anything
    assertThat(banner(ann)).isHidden();
  }

  /** The server answers, and says that it cannot work. */
  @Test
  void redisIsGoneForAWhile(@TempDir Path folder, ShopSite site) throws Exception {
    int port = freePort();
    Process redis = redis(port, folder);
    try (Sidecar own =
        Sidecar.start(
            "website-builder.yaml",
            new String[] {"redis.uri=redis://127.0.0.1:" + port, "redis.allow_eviction=true"},
            site.origin())) {
      sidecar = own;
      Operator ann = at("tak");
      redis.destroyForcibly().waitFor();
      ann.link("Usage");
      ann.sees("The server cannot work right now. It is tried again by itself.");
      ann.visitor().checkAccessibility();
      ann.visitor().screenshot("outage-redis");
      redis = redis(port, folder);
      ann.sees("By feature");
      ann.link("Now");
      assertThat(live(ann)).hasText("Live");
      own.spend("tak", "create_website", 1);
      assertThat(ann.bar("Websites: 3 of 5 left")).isVisible();
      ann.page().close();
    } finally {
      redis.destroyForcibly().waitFor();
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static Process redis(int port, Path folder) throws IOException {
    return new ProcessBuilder(
            List.of(
                "redis-server",
                "--bind",
                "127.0.0.1",
                "--port",
                "" + port,
                "--save",
                "",
                "--appendonly",
                "yes",
                "--appendfsync",
                "always",
                "--dir",
                "" + folder))
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }
}
