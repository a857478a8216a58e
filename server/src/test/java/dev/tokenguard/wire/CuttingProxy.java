package dev.tokenguard.wire;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Stands between a caller and whom it calls, and loses replies: requests go on, what comes back
 * does not, and then the connection is cut. Thread-safe.
 */
public final class CuttingProxy implements AutoCloseable {

  private final int upstreamPort;
  private final ServerSocket listener;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "proxy");
            thread.setDaemon(true);
            return thread;
          });
  private volatile boolean losing;

  /** A proxy in front of a port of this machine. */
  public CuttingProxy(int upstreamPort) {
    this.upstreamPort = upstreamPort;
    try {
      listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    threads.execute(this::accept);
  }

  /** Its own port. */
  public int port() {
    return listener.getLocalPort();
  }

  /** From here on, replies are lost. */
  public void loseReplies() {
    losing = true;
  }

  /** Cuts every connection, and loses nothing of those that come after. */
  public void cut() {
    sockets.forEach(CuttingProxy::close);
    losing = false;
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket down = listener.accept();
        Socket up = new Socket(InetAddress.getLoopbackAddress(), upstreamPort);
        sockets.add(down);
        sockets.add(up);
        threads.execute(() -> pump(down, up, false));
        threads.execute(() -> pump(up, down, true));
      } catch (IOException e) {
        // Closed, or nobody there: the caller sees that its connection ends.
      }
    }
  }

  private void pump(Socket from, Socket to, boolean replies) {
    byte[] buffer = new byte[1 << 16];
    try {
      for (int read = from.getInputStream().read(buffer);
          read >= 0;
          read = from.getInputStream().read(buffer)) {
        if (!(replies && losing)) {
          to.getOutputStream().write(buffer, 0, read);
        }
      }
    } catch (IOException e) {
      // Cut.
    } finally {
      sockets.remove(from);
      sockets.remove(to);
      close(from);
      close(to);
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    cut();
    threads.shutdownNow();
  }
}
