package dev.tokenguard.config;

import java.util.ArrayList;
import java.util.List;

/** Gathers problems, so that all are told at once. Not thread-safe. */
final class Problems {
  /** Nobody mends more at a time, and a file of another kind has one in every line. */
  static final int MAX = 50;

  private final List<Problem> list = new ArrayList<>();
  private int omitted;

  void add(String where, String what) {
    if (list.size() < MAX) {
      list.add(new Problem(where, what));
    } else {
      omitted++;
    }
  }

  boolean isEmpty() {
    return list.isEmpty();
  }

  List<Problem> list() {
    List<Problem> all = new ArrayList<>(list);
    if (omitted > 0) {
      all.add(new Problem("and", omitted + " more"));
    }
    return all;
  }
}
