package dev.tokenguard.service;

import java.util.Collection;
import java.util.Optional;

/** Finds the name that a misspelled one was most likely meant to be. */
final class Nearest {

  /** Longer names are not compared: the work grows with the square of the length. */
  private static final int MAX_LENGTH = 64;

  private Nearest() {}

  /** The known name with the fewest edits from {@code name}; empty if none is near. */
  static Optional<String> to(String name, Collection<String> known) {
    if (name.length() > MAX_LENGTH) {
      return Optional.empty();
    }
    String best = null;
    int fewest = Math.max(2, name.length() / 3) + 1;
    for (String candidate : known) {
      if (candidate.length() <= MAX_LENGTH) {
        int edits = edits(name, candidate);
        if (edits < fewest) {
          fewest = edits;
          best = candidate;
        }
      }
    }
    return Optional.ofNullable(best);
  }

  /** Levenshtein's distance, one row at a time. */
  private static int edits(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[to.length()];
  }
}
