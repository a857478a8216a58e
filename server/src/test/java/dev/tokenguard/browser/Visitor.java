package dev.tokenguard.browser;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.ConsoleMessage;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Request;
import com.microsoft.playwright.options.ScreenshotAnimations;
import dev.tokenguard.wire.Await;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Somebody with a browser. What goes wrong in the pages is kept, for the test to fail of. */
final class Visitor {
  private static final Path SCREENSHOTS = Path.of("target", "screenshots");
  private static final Pattern LOOPBACK =
      Pattern.compile("127\\.0\\.0\\.1|localhost|\\[::1]|.*\\.localhost");

  /** What is wrong with a page, a line each. */
  private static final String LOOK =
      """
      async () => {
        const {violations} = await axe.run(document, {resultTypes: ['violations']});
        return violations.flatMap(rule => rule.nodes.map(node =>
          `${rule.id} (${rule.impact}): ${rule.help}: ${node.target.flat().join(' ')}: ${node.html}: ` +
          node.failureSummary.replace(/\\s+/g, ' ')));
      }
      """;

  private final BrowserContext context;
  private final List<Pattern> expected = new ArrayList<>();
  private final List<String> errors = new ArrayList<>();
  private final List<URI> requests = new ArrayList<>();
  private @Nullable Page page;

  Visitor(Browser browser, Look look) {
    context = browser.newContext(look.options());
    context.setDefaultTimeout(Await.LONG.toMillis());
    // Also what breaks a content security policy is logged as an error.
    context.onConsoleMessage(this::logged);
    context.onWebError(error -> failed("thrown: " + error.error()));
    context.onRequest(this::asked);
  }

  private void logged(ConsoleMessage message) {
    if (message.type().equals("error")) {
      failed("logged: " + message.text() + " (" + message.location() + ")");
    }
  }

  private void asked(Request request) {
    URI url = URI.create(request.url().replaceFirst("[?#].*", ""));
    requests.add(url);
    if (url.getHost() != null && !LOOPBACK.matcher(url.getHost()).matches()) {
      failed("asked another machine: " + url);
    }
  }

  private void failed(String what) {
    if (expected.stream().noneMatch(each -> each.matcher(what).find())) {
      errors.add(what);
    }
  }

  /** From now on an error with this in it is part of the test. */
  Visitor expectError(String pattern) {
    expected.add(Pattern.compile(pattern));
    return this;
  }

  /** Opens a page in a new tab, which is the one that is looked at from now on. */
  Page open(String url) {
    Page opened = context.newPage();
    page = opened;
    opened.navigate(url);
    return opened;
  }

  /** The tab that was opened last. */
  Page page() {
    return Objects.requireNonNull(page, "open a page first");
  }

  /** Everything of the page, as {@code target/screenshots/<name>.png}. */
  void screenshot(String name) {
    screenshot(name, true);
  }

  /** The same of what the window shows without scrolling. */
  void screenshotOfWindow(String name) {
    screenshot(name, false);
  }

  private void screenshot(String name, boolean isWhole) {
    if (page == null) {
      return;
    }
    page.screenshot(
        new Page.ScreenshotOptions()
            .setPath(SCREENSHOTS.resolve(name + ".png"))
            .setAnimations(ScreenshotAnimations.DISABLED)
            .setFullPage(isWhole));
  }

  /** Looks at the page with axe, and fails of what it finds. */
  void checkAccessibility() {
    page().evaluate(axe()); // as the debugger does: no policy of the page is in its way
    assertEquals(List.of(), page().evaluate(LOOK), "what axe finds in " + page().url());
  }

  private static String axe() {
    try (InputStream in = Visitor.class.getResourceAsStream("/axe.min.js")) {
      return new String(Objects.requireNonNull(in, "axe.min.js").readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How often the pages asked for a path. */
  long asked(String path) {
    return requests.stream().filter(each -> path.equals(each.getPath())).count();
  }

  /** What went wrong so far, and was not expected. */
  List<String> errors() {
    return List.copyOf(errors);
  }

  void close() {
    context.close();
  }
}
