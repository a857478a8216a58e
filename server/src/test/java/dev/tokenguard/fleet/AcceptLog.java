package dev.tokenguard.fleet;

import dev.tokenguard.wire.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Stands where Redis was: turns everybody away, and writes down when they came. */
final class AcceptLog implements AutoCloseable {
  private final ServerSocket socket;
  private final Queue<Long> nanos = new ConcurrentLinkedQueue<>();
  private final Thread thread = new Thread(this::accept, "accept-log");

  AcceptLog(int port) throws IOException {
    socket = new ServerSocket();
    socket.setReuseAddress(true);
    socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
    thread.start();
  }

  private void accept() {
    while (!socket.isClosed()) {
      try (Socket ignored = socket.accept()) {
        nanos.add(System.nanoTime());
      } catch (IOException e) {
        // Closed, or gone before it was let in.
      }
    }
  }

  /** Waits until so many came; returns when each did, from the first on. */
  List<Duration> await(int count) {
    Await.until(count + " come", () -> nanos.size() >= count);
    List<Long> all = List.copyOf(nanos).subList(0, count);
    return all.stream().map(each -> Duration.ofNanos(each - all.get(0))).toList();
  }

  @Override
  public void close() {
    try {
      socket.close();
      thread.join();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
