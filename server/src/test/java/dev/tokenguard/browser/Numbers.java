package dev.tokenguard.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;

/** The numbers below a chart. */
final class Numbers {
  private final Locator table;

  /** Opens those of a chart. */
  Numbers(Operator operator, String caption) {
    Page page = operator.page();
    Locator chart = page.getByRole(AriaRole.FIGURE, new Page.GetByRoleOptions().setName(caption));
    chart.getByText("The numbers", new Locator.GetByTextOptions().setExact(true)).click();
    table = chart.getByRole(AriaRole.TABLE);
  }

  /** Sees a line with these cells. */
  void has(String name, String... cells) {
    Locator row =
        table
            .getByRole(AriaRole.ROW)
            .filter(
                new Locator.FilterOptions()
                    .setHas(
                        table
                            .page()
                            .getByRole(
                                AriaRole.ROWHEADER,
                                new Page.GetByRoleOptions().setName(name).setExact(true))));
    assertThat(row.getByRole(AriaRole.CELL)).hasText(cells);
  }
}
