package dev.tokenguard.service;

import dev.tokenguard.store.Changed;

/**
 * What came of a change by an operator.
 *
 * @param value as it is now
 * @param replayed whether it had been carried out before
 * @param <T> of what
 */
public record Outcome<T>(T value, boolean replayed) {

  static <T> Outcome<T> of(Changed<T> changed) {
    return new Outcome<>(changed.value(), changed.replayed());
  }
}
