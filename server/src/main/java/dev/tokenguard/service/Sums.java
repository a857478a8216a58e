package dev.tokenguard.service;

import java.util.Map;

/**
 * Adds up tokens of many entries. A thousand of the largest amounts exceed a {@code long}; a sum
 * that does stays at the largest one there is, which is wrong by any measure and plain to see,
 * where an error would hide all the other sums.
 */
final class Sums {

  private Sums() {}

  static long plus(long a, long b) {
    long sum = a + b;
    // The sum of two numbers of one sign has that sign, or has gone round.
    return ((a ^ sum) & (b ^ sum)) < 0 ? (a < 0 ? Long.MIN_VALUE : Long.MAX_VALUE) : sum;
  }

  static void add(Map<String, Long> sums, String type, long amount) {
    sums.merge(type, amount, Sums::plus);
  }
}
