package dev.tokenguard.embedded;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;

/**
 * Says a word or two to a Redis, to see whether it is there and to end it. Not a client: that is
 * the store's, and this package must do without.
 */
final class RedisProbe {
  /** A Redis that is well answers within a millisecond; one that loads, within some. */
  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  private RedisProbe() {}

  /** What is found at an address. */
  enum State {
    /** A Redis that serves. */
    READY,
    /** A Redis that reads its data, or is busy with a script. */
    BUSY,
    /** Nobody. */
    NOBODY,
    /** Something that is not ours, or that does not answer. */
    OTHER
  }

  /** Looks who is at an address. */
  static State look(RedisAddress address) {
    try {
      List<String> replies = ask(address, "PING");
      if (!address.greeting().isEmpty() && !replies.contains("+OK")) {
        // A Redis that does not know the password, though it may answer all the same.
        return State.OTHER;
      }
      String last = replies.isEmpty() ? "" : replies.get(replies.size() - 1);
      if (last.equals("+PONG")) {
        return State.READY;
      }
      return last.startsWith("-LOADING") || last.startsWith("-BUSY") ? State.BUSY : State.OTHER;
    } catch (SocketTimeoutException e) {
      return State.OTHER;
    } catch (IOException e) {
      return State.NOBODY;
    }
  }

  /**
   * Tells a Redis to write what it has and end. Whether it does is to be seen.
   *
   * @throws IOException if it is not there, or does not answer
   */
  static void shutDown(RedisAddress address) throws IOException {
    // NOSAVE spares the snapshot, which we do not use, and is obeyed in the middle of a script too;
    // the append-only file is written in any case.
    ask(address, "SHUTDOWN NOSAVE");
  }

  /**
   * The replies to a command, one line each, that of the greeting first if there is one; fewer if
   * the other side hung up.
   */
  static List<String> ask(RedisAddress address, String command) throws IOException {
    String request = address.greeting() + command + "\r\n";
    int expected = address.greeting().isEmpty() ? 1 : 2;
    long deadline = System.nanoTime() + TIMEOUT.toNanos();
    try (SocketChannel channel = SocketChannel.open(address.family());
        Selector selector = Selector.open()) {
      channel.configureBlocking(false);
      SelectionKey key = channel.register(selector, 0);
      if (!channel.connect(address.socketAddress())) {
        await(key, SelectionKey.OP_CONNECT, deadline);
        channel.finishConnect();
      }
      // Far smaller than any socket buffer.
      channel.write(US_ASCII.encode(request));
      ByteBuffer replies = ByteBuffer.allocate(4096);
      while (lines(replies).size() < expected && replies.hasRemaining()) {
        await(key, SelectionKey.OP_READ, deadline);
        if (channel.read(replies) < 0) {
          break;
        }
      }
      return lines(replies);
    }
  }

  private static void await(SelectionKey key, int operation, long deadline) throws IOException {
    key.interestOps(operation);
    key.selector().selectedKeys().clear();
    long millis = (deadline - System.nanoTime()) / 1_000_000;
    if (millis <= 0 || key.selector().select(millis) == 0) {
      throw new SocketTimeoutException("no answer");
    }
  }

  private static List<String> lines(ByteBuffer buffer) {
    String text = US_ASCII.decode(buffer.duplicate().flip()).toString();
    return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
  }
}
