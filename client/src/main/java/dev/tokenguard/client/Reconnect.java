package dev.tokenguard.client;

import io.grpc.ManagedChannel;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Makes a channel connect now. Left alone it waits ever longer after a failed try, up to two
 * minutes, in which a sidecar that was restarted would be missed by every retry. Thread-safe.
 */
final class Reconnect implements Runnable {

  /** However many calls fail, not more often than this. */
  private static final Duration INTERVAL = Duration.ofMillis(200);

  private final ManagedChannel channel;
  private final Timing timing;
  private final AtomicLong nextNanos;

  Reconnect(ManagedChannel channel, Timing timing) {
    this.channel = channel;
    this.timing = timing;
    this.nextNanos = new AtomicLong(timing.nanoTime());
  }

  @Override
  public void run() {
    long now = timing.nanoTime();
    long next = nextNanos.get();
    if (now - next >= 0 && nextNanos.compareAndSet(next, now + INTERVAL.toNanos())) {
      channel.resetConnectBackoff();
    }
  }
}
