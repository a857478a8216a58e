package dev.tokenguard.client;

import java.time.Duration;

/**
 * How a call is retried within its deadline.
 *
 * <p>Only {@code UNAVAILABLE} and the timeout of one attempt are retried, always with the same id,
 * which makes it safe. The wait before attempt n+1 is drawn from the upper half of {@code
 * initialBackoff × 2^(n-1)}, at most {@code maxBackoff}, and is never shorter than what the server
 * asks for ({@code RetryInfo}); a wait that does not fit into the deadline ends the call at once.
 *
 * @param maxAttempts attempts of one call, at least 1; 1 never retries
 * @param attemptTimeout time for one attempt; shorter than the client's deadline, or a lost answer
 *     leaves no time for a second one
 * @param initialBackoff longest wait before the second attempt
 * @param maxBackoff longest wait before any attempt
 */
public record RetryPolicy(
    int maxAttempts, Duration attemptTimeout, Duration initialBackoff, Duration maxBackoff) {

  /** Up to 4 attempts of 1 s each, 50 ms to 1 s apart. */
  public static final RetryPolicy DEFAULT =
      new RetryPolicy(4, Duration.ofSeconds(1), Duration.ofMillis(50), Duration.ofSeconds(1));

  /** One attempt, with the whole deadline to itself. */
  public static final RetryPolicy NONE =
      new RetryPolicy(1, Duration.ofDays(1), Duration.ofMillis(50), Duration.ofSeconds(1));

  /** Checks the bounds. */
  public RetryPolicy {
    if (maxAttempts < 1) {
      throw new IllegalArgumentException("maxAttempts: " + maxAttempts + " (expected: >= 1)");
    }
    Durations.requirePositive("attemptTimeout", attemptTimeout);
    Durations.requirePositive("initialBackoff", initialBackoff);
    Durations.requirePositive("maxBackoff", maxBackoff);
  }

  /** The same with another number of attempts. */
  public RetryPolicy withMaxAttempts(int newMaxAttempts) {
    return new RetryPolicy(newMaxAttempts, attemptTimeout, initialBackoff, maxBackoff);
  }

  /** The same with another time for one attempt. */
  public RetryPolicy withAttemptTimeout(Duration newAttemptTimeout) {
    return new RetryPolicy(maxAttempts, newAttemptTimeout, initialBackoff, maxBackoff);
  }

  /** The same with other waits between attempts. */
  public RetryPolicy withBackoff(Duration newInitialBackoff, Duration newMaxBackoff) {
    return new RetryPolicy(maxAttempts, attemptTimeout, newInitialBackoff, newMaxBackoff);
  }
}
