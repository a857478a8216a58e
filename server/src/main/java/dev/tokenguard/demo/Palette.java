package dev.tokenguard.demo;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The colours of a site, each {@code #rrggbb}.
 *
 * @param primary what most is painted with
 * @param accent what stands out
 */
record Palette(String primary, String accent) {
  /** The palettes that have a name. */
  static final Map<String, Palette> NAMED =
      new TreeMap<>(
          Map.of(
              "ember", new Palette("#8c3b1f", "#f2a541"),
              "forest", new Palette("#24523b", "#d9b44a"),
              "lagoon", new Palette("#0f6466", "#ff9f6b"),
              "ocean", new Palette("#1c4e80", "#7fd1c7"),
              "plum", new Palette("#5b2a5e", "#f4a3b5"),
              "saffron", new Palette("#b8461f", "#ffd166")));

  static final String DEFAULT = "ocean";

  private static final String COLOR = "#\\p{XDigit}{6}";
  private static final Pattern TWO_COLORS =
      Pattern.compile("\"?(" + COLOR + ")[ ,]+(" + COLOR + ")\"?");

  /** The palette of that name, or of two colours; empty if the text is neither. */
  static Optional<Palette> parse(String text) {
    Matcher colors = TWO_COLORS.matcher(text);
    if (colors.matches()) {
      return Optional.of(new Palette(colors.group(1), colors.group(2)));
    }
    return Optional.ofNullable(NAMED.get(text.toLowerCase(Locale.ROOT)));
  }

  /** What can be read on the primary colour. */
  String onPrimary() {
    return luminance(primary) > 0.3 ? "#1d1c22" : "#ffffff";
  }

  /** The primary colour, going to black by a third, or to white where it is a light one. */
  String deep() {
    return mix(primary, luminance(primary) > 0.3 ? "#ffffff" : "#000000", 33);
  }

  /** A page to read on: white, with a touch of the accent. */
  String paper() {
    return mix("#ffffff", accent, 8);
  }

  /** As style sheets name them. */
  String toCss() {
    return String.format(
        Locale.ROOT,
        ":root {%n  --primary: %s;%n  --on-primary: %s;%n  --deep: %s;%n  --accent: %s;%n"
            + "  --paper: %s;%n}%n",
        primary,
        onPrimary(),
        deep(),
        accent,
        paper());
  }

  private static String mix(String color, String other, int percent) {
    StringBuilder mixed = new StringBuilder("#");
    for (int i = 0; i < 3; i++) {
      int value = (channel(color, i) * (100 - percent) + channel(other, i) * percent) / 100;
      mixed.append(String.format(Locale.ROOT, "%02x", value));
    }
    return mixed.toString();
  }

  /** Of WCAG 2, from 0 (black) to 1 (white). */
  private static double luminance(String color) {
    return 0.2126 * linear(channel(color, 0))
        + 0.7152 * linear(channel(color, 1))
        + 0.0722 * linear(channel(color, 2));
  }

  private static double linear(int channel) {
    double value = channel / 255.0;
    return value <= 0.04045 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4);
  }

  private static int channel(String color, int index) {
    return Integer.parseInt(color, 1 + 2 * index, 3 + 2 * index, 16);
  }
}
