package dev.tokenguard.grpc;

import com.google.protobuf.Timestamp;
import java.time.Duration;
import java.time.Instant;

/** Times between protos and Java. */
final class Times {

  /**
   * Far more than any bound, and far less than what Java's types cannot add to: a proto may carry
   * seconds that they cannot.
   */
  private static final long MAX_SECONDS = 1_000_000_000_000L;

  private Times() {}

  static Duration duration(com.google.protobuf.Duration duration) {
    return Duration.ofSeconds(clamped(duration.getSeconds()), duration.getNanos());
  }

  static Instant instant(Timestamp timestamp) {
    return Instant.ofEpochSecond(clamped(timestamp.getSeconds()), timestamp.getNanos());
  }

  private static long clamped(long seconds) {
    return Math.max(-MAX_SECONDS, Math.min(MAX_SECONDS, seconds));
  }

  static Timestamp timestamp(Instant instant) {
    return Timestamp.newBuilder()
        .setSeconds(instant.getEpochSecond())
        .setNanos(instant.getNano())
        .build();
  }

  static com.google.protobuf.Duration duration(Duration duration) {
    return com.google.protobuf.Duration.newBuilder()
        .setSeconds(duration.getSeconds())
        .setNanos(duration.getNano())
        .build();
  }
}
