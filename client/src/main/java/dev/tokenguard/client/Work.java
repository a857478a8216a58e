package dev.tokenguard.client;

import org.jspecify.annotations.Nullable;

/**
 * Work that costs tokens.
 *
 * @param <T> what it makes
 * @param <E> what it may throw
 */
@FunctionalInterface
public interface Work<T extends @Nullable Object, E extends Exception> {

  /**
   * Does the work.
   *
   * @param reservation what it holds. The work may tell what it {@linkplain Reservation#used used},
   *     raise the hold, or settle it itself; it need not do any of it
   */
  T run(Reservation reservation) throws E;
}
