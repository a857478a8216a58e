package dev.tokenguard.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;

/** Finds what somebody meant who wrote a name that is not known. */
final class Names {
  /** As many names as a message lists in full. */
  private static final int FEW = 8;

  private Names() {}

  /** A hint to follow an unknown name: the nearest known one, or all if they are few. */
  static String hint(String unknown, Collection<String> known) {
    if (known.isEmpty()) {
      return " (there are none)";
    }
    Optional<String> nearest = nearest(unknown, known);
    if (nearest.isPresent() && isTypo(unknown, nearest.get())) {
      return " (did you mean '" + nearest.get() + "'?)";
    }
    return known.size() <= FEW
        ? " (expected: " + String.join(", ", new TreeSet<>(known)) + ")"
        : nearest.map(name -> " (the nearest known one is '" + name + "')").orElse("");
  }

  /** The known name with the fewest letters to change, the first of several in order. */
  static Optional<String> nearest(String unknown, Collection<String> known) {
    return known.stream()
        .min(
            Comparator.<String>comparingInt(name -> distance(unknown, name))
                .thenComparing(Comparator.naturalOrder()));
  }

  private static boolean isTypo(String unknown, String known) {
    return distance(unknown, known) <= Math.max(1, Math.min(unknown.length(), known.length()) / 3);
  }

  /** Letters to insert, drop, change or swap with their neighbour, upper and lower case alike. */
  static int distance(String one, String other) {
    // Far longer than any name: not a typo, and not worth the time.
    String a = cut(one);
    String b = cut(other);
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          d[i][j] = i + j;
          continue;
        }
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        d[i][j] = Math.min(d[i - 1][j - 1] + change, 1 + Math.min(d[i - 1][j], d[i][j - 1]));
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[a.length()][b.length()];
  }

  private static String cut(String name) {
    return name.substring(0, Math.min(name.length(), 64)).toLowerCase(Locale.ROOT);
  }
}
