package dev.tokenguard.domain;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why an account was denied lately.
 *
 * @param locale of the account; null for none
 * @param readAt the store's clock
 * @param denials newest first
 */
public record RecentDenials(@Nullable String locale, Instant readAt, List<RecentDenial> denials) {

  /** Keeps a copy. */
  public RecentDenials {
    denials = List.copyOf(denials);
  }
}
