package dev.tokenguard.browser;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import java.util.List;

/**
 * A page of a product with token displays on it, and the backend of the product that gets them
 * their tokens.
 */
final class DisplayPage {
  private static final String STYLE =
      """
      :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
      body { margin: 0; background: light-dark(#fff, #15181d); color: light-dark(#1a1d21, #e6e8eb) }
      main { display: grid; gap: 1.5rem; max-width: 22rem; padding: 1.5rem }
      h1 { font-size: 1.25rem; margin: 0 }
      .brand { --token-display-fill: #7c3aed; --token-display-height: .9em; --token-display-radius: 3px }
      .brand::part(title) { text-transform: uppercase }
      """;

  /** What has been told to the page, by the events of its displays. */
  private static final String LISTEN =
      """
      window.told = [];
      for (const name of ['change', 'error']) {
        document.addEventListener('token-display-' + name, event =>
          window.told.push({name, account: event.target.getAttribute('account'), ...event.detail}));
      }
      """;

  private DisplayPage() {}

  /** Puts a page there that loads the display from the server, and has this in it. */
  static String put(ShopSite site, Sidecar sidecar, String language, String... displays) {
    String path = "/page-" + System.nanoTime();
    site.put("/style.css", "text/css", STYLE);
    site.put("/listen.js", "text/javascript", LISTEN);
    site.put(
        path,
        "text/html",
        """
        <!doctype html>
        <html lang="%s" dir="%s">
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width">
        <title>My account</title>
        <link rel="stylesheet" href="/style.css">
        <script src="/listen.js"></script>
        <script type="module" src="%s"></script>
        <main>
        <h1>My account</h1>
        %s
        </main>
        """
            .formatted(
                language,
                language.equals("fa") ? "rtl" : "ltr",
                sidecar.url("/token-display.js"),
                String.join("\n", displays)));
    return site.url(path);
  }

  /** A display whose tokens come from the product's backend, and are good for this long. */
  static String display(
      ShopSite site, Sidecar sidecar, String account, String type, int seconds, String more) {
    String path = tokenPath(account);
    site.put(
        path,
        () ->
            new ShopSite.Answer(
                200, "application/json", sidecar.displayToken(account, seconds).toString()));
    return "<token-display account=\"%s\" type=\"%s\" token-url=\"%s\" %s></token-display>"
        .formatted(account, type, path, more);
  }

  /** The same, with tokens that outlive the test. */
  static String display(ShopSite site, Sidecar sidecar, String account, String type) {
    return display(site, sidecar, account, type, 600, "");
  }

  /** Where the product's backend gives out tokens of an account. */
  static String tokenPath(String account) {
    return "/my/token/" + account;
  }

  /** A part of the display of an account, or of all. */
  static Locator part(Page page, String account, String type, String part) {
    return page.locator(
        "token-display[account='%s'][type='%s'] [part=%s]".formatted(account, type, part));
  }

  /** The states that a display has told of, in order. */
  static List<?> states(Page page, String account) {
    return (List<?>)
        page.evaluate(
            "account => told.filter(each => each.account === account)"
                + ".map(each => each.name === 'error' ? 'error ' + each.code"
                + " : each.offline ? 'offline' : each.state)",
            account);
  }
}
