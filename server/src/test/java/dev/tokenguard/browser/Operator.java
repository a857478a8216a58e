package dev.tokenguard.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.SelectOption;
import java.util.regex.Pattern;

/**
 * Somebody at the console, who finds things by what they are called. While a dialog is open, only
 * what is in it can be reached. Clicks are counted, for {@link Clicks}.
 */
final class Operator {
  private final Visitor visitor;
  private final Sidecar sidecar;
  private int clicks;

  Operator(Visitor visitor, Sidecar sidecar) {
    this.visitor = visitor;
    this.sidecar = sidecar;
  }

  /** Comes to a page of the console with a key, and is in. */
  static Operator signedIn(Visitor visitor, Sidecar sidecar, String key, String address) {
    Operator operator = new Operator(visitor, sidecar);
    operator.open(address);
    operator.signIn(key);
    return operator;
  }

  /** Follows a link to a page of the console, such as {@code #/accounts}, in a new tab. */
  Page open(String address) {
    return visitor.open(sidecar.url("/console/" + address));
  }

  /** Signs in, and sees that it was let in. */
  void signIn(String key) {
    type("Key or token", key);
    button("Sign in");
    assertThat(page().getByRole(AriaRole.BUTTON, named("Sign out"))).isVisible();
  }

  Page page() {
    return visitor.page();
  }

  Visitor visitor() {
    return visitor;
  }

  /** The part of the page that is so called. */
  Locator section(String name) {
    return page()
        .getByRole(AriaRole.REGION, new Page.GetByRoleOptions().setName(name).setExact(true));
  }

  /** The dialog that is open. */
  Locator dialog() {
    return page().getByRole(AriaRole.DIALOG);
  }

  /** The line of a table that has this in it. */
  Locator row(String text) {
    return page().getByRole(AriaRole.ROW).filter(new Locator.FilterOptions().setHasText(text));
  }

  /** A balance as a bar; what it says. */
  Locator bar(String text) {
    return page()
        .getByRole(AriaRole.METER, new Page.GetByRoleOptions().setName(text).setExact(true));
  }

  /** Presses the button that is so called. */
  void button(String name) {
    click(page().getByRole(AriaRole.BUTTON, named(name)));
  }

  /** Presses the button that is so called, of those in a part of the page. */
  void button(Locator within, String name) {
    click(
        within.getByRole(
            AriaRole.BUTTON, new Locator.GetByRoleOptions().setName(name).setExact(true)));
  }

  /** Follows the link that is so called; its count of things may follow. */
  void link(String name) {
    Pattern text = Pattern.compile("^" + name + "( [\\d,]+)?$");
    click(page().getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName(text)));
  }

  /** Clicks on something. */
  void click(Locator what) {
    clicks++;
    what.click();
  }

  /** Types into the field with this label. */
  void type(String label, String text) {
    field(label).fill(text);
  }

  /** Chooses of the list with this label. */
  void choose(String label, String option) {
    clicks++;
    field(label).selectOption(new SelectOption().setLabel(option));
  }

  /** Ticks the box with this label, or unticks it. */
  void tick(String label) {
    clicks++;
    page().getByLabel(label).click();
  }

  /** The field with this label: in the dialog, if one is open. */
  Locator field(String label) {
    Locator dialog = dialog();
    return dialog.count() > 0
        ? dialog.getByLabel(label, new Locator.GetByLabelOptions().setExact(true))
        : page().getByLabel(label, new Page.GetByLabelOptions().setExact(true));
  }

  /** Sees a dialog open that is so called. */
  Locator opens(String title) {
    Locator dialog = page().getByRole(AriaRole.DIALOG, named(title));
    assertThat(dialog).isVisible();
    return dialog;
  }

  /** Confirms the open dialog by the words of its button, and sees it close and what it says. */
  void confirm(String words, String done) {
    button(dialog(), words);
    assertThat(dialog()).isHidden();
    sees(done);
  }

  /** Sees this somewhere. */
  void sees(String text) {
    // Also choices of a closed list have texts.
    Locator shown = page().getByText(text).filter(new Locator.FilterOptions().setVisible(true));
    assertThat(shown.first()).isVisible();
  }

  /** Begins a task: clicks are counted from now on. */
  void begin() {
    clicks = 0;
  }

  /** Ends a task, and keeps how many clicks it took. */
  void done(String product, String task) {
    Clicks.keep(product, task, clicks);
  }

  private static Page.GetByRoleOptions named(String name) {
    return new Page.GetByRoleOptions().setName(name).setExact(true);
  }
}
