package dev.tokenguard.service;

import dev.tokenguard.domain.AccountChange;
import dev.tokenguard.store.Changed;
import org.jspecify.annotations.Nullable;

/**
 * What came of a change by an operator.
 *
 * @param value as it is now
 * @param replayed whether it had been carried out before
 * @param change of an account's fields, exactly; null where there was none, or another kind of one
 * @param replicationPending whether fewer replicas have it than were asked for
 * @param <T> of what
 */
public record Outcome<T>(
    T value, boolean replayed, @Nullable AccountChange change, boolean replicationPending) {

  /** One that changed no fields of an account, and counts as made. */
  public Outcome(T value, boolean replayed) {
    this(value, replayed, null, false);
  }

  static <T> Outcome<T> of(Changed<T> changed) {
    return new Outcome<>(
        changed.value(), changed.replayed(), changed.change(), changed.replicationPending());
  }
}
