package dev.tokenguard.browser;

import com.microsoft.playwright.Browser;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assertions;

/**
 * Those who come in a test, each with cookies and storage of their own. They leave when it ends.
 */
final class Visitors {
  private final Browser browser;
  private final List<Visitor> present = new ArrayList<>();

  Visitors(Browser browser) {
    this.browser = browser;
  }

  /** Somebody new. */
  Visitor arrive(Look look) {
    Visitor visitor = new Visitor(browser, look);
    present.add(visitor);
    return visitor;
  }

  /**
   * Ends what they do, and fails if something went wrong in a page. Of a test that failed there is
   * a picture of each page.
   */
  void leave(boolean failed, String test) {
    List<String> wrong = new ArrayList<>();
    for (Visitor visitor : present) {
      if (failed) {
        visitor.screenshot("failed-" + test + "-" + (present.indexOf(visitor) + 1));
      }
      visitor.close();
      wrong.addAll(visitor.errors());
    }
    if (failed) {
      wrong.forEach(each -> System.out.println("in the pages of " + test + ": " + each));
    } else {
      Assertions.assertEquals(List.of(), wrong, "what went wrong in pages");
    }
  }
}
