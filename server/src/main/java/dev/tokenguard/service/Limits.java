package dev.tokenguard.service;

import dev.tokenguard.domain.Amounts;
import java.time.Duration;

/**
 * The bounds of what a caller may send. Those that the contract fixes are constants; the rest are
 * settings.
 *
 * @param maxAmount largest amount of one token type in one request, from 1 to {@link Amounts#MAX}
 * @param defaultTtl how long a hold lives when the caller does not say
 * @param maxTtl the longest that a caller may say
 */
public record Limits(long maxAmount, Duration defaultTtl, Duration maxTtl) {

  /** The shortest time to live. */
  public static final Duration MIN_TTL = Duration.ofSeconds(1);

  /** Characters of an id at most. */
  public static final int MAX_ID_LENGTH = 128;

  /** Token types named in one request at most. */
  public static final int MAX_TOKEN_TYPES = 32;

  /** Entries of metadata at most. */
  public static final int MAX_METADATA_ENTRIES = 16;

  /** UTF-8 bytes of a metadata key at most; at least 1. */
  public static final int MAX_METADATA_KEY_BYTES = 64;

  /** UTF-8 bytes of a metadata value at most. */
  public static final int MAX_METADATA_VALUE_BYTES = 512;

  /** UTF-8 bytes of all metadata keys and values together at most. */
  public static final int MAX_METADATA_BYTES = 2048;

  /** UTF-8 bytes of the reason of a refund at most. */
  public static final int MAX_REASON_BYTES = 256;

  /** What the contract promises when nothing is configured. */
  public static final Limits DEFAULT =
      new Limits(Amounts.MAX, Duration.ofMinutes(10), Duration.ofHours(24));

  /**
   * Checks that the bounds leave room.
   *
   * @throws IllegalArgumentException if they contradict each other
   */
  public Limits {
    if (maxAmount < 1 || maxAmount > Amounts.MAX) {
      throw new IllegalArgumentException(
          "limits.max_amount: " + maxAmount + " (expected: 1 to " + Amounts.MAX + ")");
    }
    if (defaultTtl.compareTo(MIN_TTL) < 0 || defaultTtl.compareTo(maxTtl) > 0) {
      throw new IllegalArgumentException(
          "reservations.default_ttl: "
              + defaultTtl
              + " (expected: from 1 second to "
              + maxTtl
              + ")");
    }
  }
}
