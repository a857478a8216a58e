package dev.tokenguard.store;

import dev.tokenguard.domain.AccountChange;
import org.jspecify.annotations.Nullable;

/**
 * What came of a change.
 *
 * @param value as it is now
 * @param replayed whether it had been carried out before
 * @param change of an account's fields, exactly; null where there was none, or another kind of one
 * @param replicationPending whether fewer replicas have it than were asked for
 * @param <T> of what
 */
public record Changed<T>(
    T value, boolean replayed, @Nullable AccountChange change, boolean replicationPending) {

  /** One that counts as made. */
  public Changed(T value, boolean replayed, @Nullable AccountChange change) {
    this(value, replayed, change, false);
  }

  /** One that changed no fields of an account. */
  public Changed(T value, boolean replayed) {
    this(value, replayed, null);
  }

  /** The same, with what is known of replicas. */
  public Changed<T> withReplicationPending(boolean pending) {
    return new Changed<>(value, replayed, change, pending);
  }
}
