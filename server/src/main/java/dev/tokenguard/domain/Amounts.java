package dev.tokenguard.domain;

import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Whole tokens by token type, in order of name. Immutable.
 *
 * @param byType token type to amount, each from 0 to {@link #MAX}
 */
public record Amounts(SortedMap<String, Long> byType) {

  /** The largest amount: 2^53 - 1, the largest integer that a Lua number holds exactly. */
  public static final long MAX = (1L << 53) - 1;

  /** No token type at all: the cost of a free feature. */
  public static final Amounts NONE = new Amounts(Collections.emptySortedMap());

  /**
   * @throws IllegalArgumentException if an amount is negative or above {@link #MAX}
   */
  public Amounts {
    byType = Collections.unmodifiableSortedMap(new TreeMap<>(byType));
    byType.forEach(
        (type, amount) -> {
          if (amount < 0 || amount > MAX) {
            throw new IllegalArgumentException(
                type + ": " + amount + " (expected: 0 to " + MAX + ")");
          }
        });
  }

  /** Amounts of these token types, each from 0 to {@link #MAX}. */
  public static Amounts of(Map<String, Long> byType) {
    return byType.isEmpty() ? NONE : new Amounts(new TreeMap<>(byType));
  }

  /** One token type. */
  public static Amounts of(String tokenType, long amount) {
    return of(Map.of(tokenType, amount));
  }

  /** The amount of a token type, 0 if it is not named. */
  public long of(String tokenType) {
    return byType.getOrDefault(tokenType, 0L);
  }

  /** The token types named, in order. */
  public Collection<String> types() {
    return byType.keySet();
  }

  /** Whether no token type is named. */
  public boolean isEmpty() {
    return byType.isEmpty();
  }
}
