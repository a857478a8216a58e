package dev.tokenguard.client;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A client's way to the server.
 *
 * @param ownChannel the channel if the client made it, and so shuts it down; else null
 * @param deadline for a call with all its attempts
 * @param onUnreachable runs before an attempt that follows {@code UNAVAILABLE}
 * @param caller makes unary calls; a stream is opened on the channel with the options
 */
record Connection(
    Channel channel,
    @Nullable ManagedChannel ownChannel,
    CallOptions options,
    Duration deadline,
    RetryPolicy retry,
    Timing timing,
    Runnable onUnreachable,
    Caller caller) {

  /** Ends it: what waits for another attempt fails now. */
  void close() {
    caller.close();
    timing.scheduler().shutdownNow();
    if (ownChannel != null) {
      ownChannel.shutdownNow();
    }
  }
}
