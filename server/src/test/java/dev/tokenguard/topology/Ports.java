package dev.tokenguard.topology;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports for processes that are to find their own again after a restart: below those that the system
 * gives to outgoing connections.
 */
public final class Ports {

  /** A node of a Cluster talks to the others on a port that is so much higher. */
  static final int BUS_OFFSET = 10_000;

  private static final int FIRST = 11_000;
  private static final int COUNT = 10_000;
  private static int next = ThreadLocalRandom.current().nextInt(COUNT);

  private Ports() {}

  /** A port that is free, and so is the one for the bus; given once in the life of this JVM. */
  public static synchronized int free() {
    for (int i = 0; i < COUNT; i++) {
      next = (next + 1) % COUNT;
      if (isFree(FIRST + next) && isFree(FIRST + next + BUS_OFFSET)) {
        return FIRST + next;
      }
    }
    throw new IllegalStateException("no port is free");
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }
}
