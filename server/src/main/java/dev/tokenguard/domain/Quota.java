package dev.tokenguard.domain;

/**
 * How much of the server one caller may take.
 *
 * @param maxInFlight unary calls at a time; 0 for no limit of its own
 * @param callsPerSecond calls in a second, as many at once after a pause; 0 for no limit
 * @param maxStreams streams at a time, such as watches and exports; 0 for no limit of its own
 */
public record Quota(int maxInFlight, int callsPerSecond, int maxStreams) {
  /** Only the limits that all callers share. */
  public static final Quota NONE = new Quota(0, 0, 0);
}
