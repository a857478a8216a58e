package dev.tokenguard.grpc;

import java.time.Duration;

/**
 * What calls may do.
 *
 * @param maxInFlight unary calls in flight at most; more are turned away at once
 * @param maxMessageBytes size of a request message at most
 * @param maxMetadataBytes size of a request's headers at most
 * @param drain how long a stopping server waits for calls in flight
 */
public record CallLimits(
    int maxInFlight, int maxMessageBytes, int maxMetadataBytes, Duration drain) {

  /** Those of a server that nobody has set any for. */
  public static final CallLimits DEFAULT =
      new CallLimits(4096, 64 << 10, 16 << 10, Duration.ofSeconds(10));
}
