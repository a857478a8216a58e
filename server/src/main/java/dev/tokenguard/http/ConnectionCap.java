package dev.tokenguard.http;

import java.nio.channels.SelectableChannel;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.io.SelectorManager;
import org.eclipse.jetty.util.IO;

/**
 * Counts connections, and closes at once those that are too many. Jetty's own limit would leave
 * them waiting to be accepted, and with them the probe that asks whether this server is well.
 * Thread-safe.
 */
final class ConnectionCap implements SelectorManager.AcceptListener {
  private final int max;
  private final Runnable refused;

  /** Those that are being accepted, and those that are open. */
  private final AtomicInteger open = new AtomicInteger();

  /**
   * A cap.
   *
   * @param refused run for every connection that is closed
   */
  ConnectionCap(int max, Runnable refused) {
    this.max = max;
    this.refused = refused;
  }

  /** Connections that are open. */
  int open() {
    return open.get();
  }

  /** Jetty finds a channel that is closed here, and tells {@link #onAcceptFailed}. */
  @Override
  public void onAccepting(SelectableChannel channel) {
    if (open.incrementAndGet() > max) {
      refused.run();
      IO.close(channel);
    }
  }

  @Override
  public void onAcceptFailed(SelectableChannel channel, Throwable cause) {
    open.decrementAndGet();
  }

  @Override
  public void onClosed(SelectableChannel channel) {
    open.decrementAndGet();
  }
}
