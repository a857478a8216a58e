package dev.tokenguard.grpc;

import java.time.Duration;

/**
 * What connections may do.
 *
 * @param max connections at a time, of each address that is listened on
 * @param maxStreams calls and streams of one connection at a time
 * @param handshakeTimeout how long one may take to be made, TLS and HTTP/2 included
 * @param receiveTimeout how long the request of a call that has begun may take to arrive
 * @param maxIdle how long one may be without a call
 * @param maxAge how old one may become; zero for any age
 */
public record ConnectionLimits(
    int max,
    int maxStreams,
    Duration handshakeTimeout,
    Duration receiveTimeout,
    Duration maxIdle,
    Duration maxAge) {

  /** Those of a server that nobody has set any for. */
  public static final ConnectionLimits DEFAULT =
      new ConnectionLimits(
          1024,
          2048,
          Duration.ofSeconds(10),
          Duration.ofSeconds(10),
          Duration.ofMinutes(15),
          Duration.ZERO);
}
