package dev.tokenguard.topology;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A network of one wire, in front of a port of this machine: it passes, delays, holds or loses what
 * goes to that port and what comes back, each for itself, cuts connections and refuses new ones:
 * all, or those that come from one address. Thread-safe.
 */
public final class TcpProxy implements AutoCloseable {

  /** What goes to the port, and what comes back. */
  public enum Direction {
    REQUESTS,
    REPLIES
  }

  /** What becomes of bytes. */
  private enum Fate {
    PASS,
    HOLD,
    LOSE
  }

  private static final long POLL_NANOS = 1_000_000;
  private static final int BACKLOG = 128;

  private final int upstreamPort;
  private final int port;
  private final Way requests = new Way();
  private final Way replies = new Way();
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final Set<String> banished = ConcurrentHashMap.newKeySet();
  private final AtomicInteger accepted = new AtomicInteger();
  private volatile @Nullable ServerSocket listener;

  /** How one direction fares. */
  private static final class Way {
    volatile Fate fate = Fate.PASS;
    volatile int delayMillis;
  }

  /** A proxy that passes. */
  public TcpProxy(int upstreamPort) {
    this(Ports.free(), upstreamPort);
  }

  /** A proxy on a port that somebody was told already. */
  TcpProxy(int port, int upstreamPort) {
    this.port = port;
    this.upstreamPort = upstreamPort;
    accept();
  }

  /** Its own port. */
  public int port() {
    return port;
  }

  /** How many connections were made through it, ever. */
  public int connections() {
    return accepted.get();
  }

  /**
   * All is well again. Connections that lost something are cut; what was held arrives, as a network
   * would send it again.
   */
  public void pass() {
    boolean lost = requests.fate == Fate.LOSE || replies.fate == Fate.LOSE;
    for (Way way : new Way[] {requests, replies}) {
      way.fate = Fate.PASS;
      way.delayMillis = 0;
    }
    if (lost) {
      cut();
    }
    accept();
  }

  /** Ends every connection; new ones may be made. */
  public void cut() {
    sockets.forEach(TcpProxy::close);
  }

  /** Ends every connection, and takes no new one until {@link #pass}. */
  public synchronized void refuse() {
    ServerSocket now = listener;
    if (now != null) {
      listener = null;
      try {
        now.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    cut();
  }

  /** Ends connections that come from an address, and takes no new one until {@link #admit}. */
  public void banish(String source) {
    banished.add(source);
    for (Socket each : sockets) {
      if (source.equals(sourceOf(each))) {
        close(each);
      }
    }
  }

  /** Ends {@link #banish}. */
  public void admit(String source) {
    banished.remove(source);
  }

  /** Everything in this direction comes so much later, from here on. */
  public void delay(Direction direction, int millis) {
    way(direction).delayMillis = millis;
  }

  /** Nothing gets through until {@link #pass}, when it does: a partition that heals. */
  public void hold() {
    hold(Direction.REQUESTS);
    hold(Direction.REPLIES);
  }

  /** Nothing gets through in this direction until {@link #pass}, when it does. */
  public void hold(Direction direction) {
    way(direction).fate = Fate.HOLD;
  }

  /** What goes in this direction is lost. */
  public void lose(Direction direction) {
    way(direction).fate = Fate.LOSE;
  }

  private Way way(Direction direction) {
    return direction == Direction.REQUESTS ? requests : replies;
  }

  private synchronized void accept() {
    if (listener != null) {
      return;
    }
    try {
      ServerSocket made = new ServerSocket();
      made.setReuseAddress(true);
      made.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
      listener = made;
      thread(() -> accept(made));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void accept(ServerSocket from) {
    while (!from.isClosed()) {
      try {
        Socket down = from.accept();
        sockets.add(down);
        if (banished.contains(sourceOf(down))) {
          sockets.remove(down);
          close(down);
        } else {
          accepted.incrementAndGet();
          thread(() -> connect(down));
        }
      } catch (IOException e) {
        // Closed: the caller sees that its connection ends.
      }
    }
  }

  private void connect(Socket down) {
    try {
      Socket up = new Socket(InetAddress.getLoopbackAddress(), upstreamPort);
      sockets.add(up);
      down.setTcpNoDelay(true);
      up.setTcpNoDelay(true);
      thread(() -> pump(down, up, requests));
      pump(up, down, replies);
    } catch (IOException e) {
      // Nobody is there: as if the caller had been refused.
      sockets.remove(down);
      close(down);
    }
  }

  private void pump(Socket from, Socket to, Way way) {
    byte[] buffer = new byte[1 << 16];
    // What has lost something passes nothing more until it is cut: no network leaves a gap.
    boolean gap = false;
    try {
      for (int read = from.getInputStream().read(buffer);
          read >= 0;
          read = from.getInputStream().read(buffer)) {
        if (way.delayMillis > 0) {
          park(way.delayMillis * 1_000_000L);
        }
        while (way.fate == Fate.HOLD && !to.isClosed()) {
          park(POLL_NANOS);
        }
        gap |= way.fate == Fate.LOSE;
        if (!gap) {
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

  private static String sourceOf(Socket socket) {
    InetAddress source = socket.getInetAddress();
    return source == null ? "" : source.getHostAddress();
  }

  private static void park(long nanos) {
    long end = System.nanoTime() + nanos;
    for (long left = nanos; left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  private static void thread(Runnable task) {
    Thread thread = new Thread(task, "proxy");
    thread.setDaemon(true);
    thread.start();
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    refuse();
  }
}
