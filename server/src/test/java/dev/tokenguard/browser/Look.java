package dev.tokenguard.browser;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;

/**
 * How somebody looks at pages.
 *
 * @param width of the window, in pixels
 * @param height of the window, in pixels
 * @param locale language of the browser, a BCP 47 tag
 * @param isDark whether dark pages are preferred
 */
record Look(int width, int height, String locale, boolean isDark) {
  /** On a phone, in English, light. */
  static final Look PHONE = new Look(375, 740, "en", false);

  /** On a small laptop, in English, light. */
  static final Look LAPTOP = new Look(1024, 768, "en", false);

  /** On a large screen, in English, light. */
  static final Look DESKTOP = new Look(1600, 1000, "en", false);

  /** The same in another language. */
  Look in(String language) {
    return new Look(width, height, language, isDark);
  }

  /** The same in the dark. */
  Look dark() {
    return new Look(width, height, locale, true);
  }

  /** A context of a browser that is like this; nothing moves in it. */
  Browser.NewContextOptions options() {
    return new Browser.NewContextOptions()
        .setViewportSize(width, height)
        .setLocale(locale)
        .setTimezoneId("Asia/Bangkok")
        .setReducedMotion(ReducedMotion.REDUCE)
        .setColorScheme(isDark ? ColorScheme.DARK : ColorScheme.LIGHT);
  }
}
