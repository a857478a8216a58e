package dev.tokenguard.client;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * One page of a {@link Listing}. Immutable.
 *
 * @param items its items; a page may be short, even empty, and not be the last
 * @param nextPageToken continues the list, see {@link Listing#startingAt}; empty at its end
 */
public record Page<T>(List<T> items, String nextPageToken) {

  /** Copies the list. */
  public Page {
    items = List.copyOf(items);
    requireNonNull(nextPageToken, "nextPageToken");
  }

  /** Whether the list ends with it. */
  public boolean last() {
    return nextPageToken.isEmpty();
  }
}
