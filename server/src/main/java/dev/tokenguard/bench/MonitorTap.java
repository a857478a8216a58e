package dev.tokenguard.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.lettuce.core.RedisURI;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * Listens with MONITOR to what a server sends to Redis. So what is sent straight at Redis later is
 * what the server sends, whatever that is.
 */
final class MonitorTap implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 5_000;

  private final Closeable connection;
  private final BufferedReader replies;

  private interface Writer {
    void write(byte[] bytes) throws IOException;
  }

  /** Listens from now on. */
  MonitorTap(RedisURI uri) throws BenchException {
    if (uri.isSsl() || (uri.getSocket() == null && uri.getHost() == null)) {
      throw new BenchException(
          "the bench speaks to a Redis of redis:// or redis-socket:// only (--redis)");
    }
    try {
      Writer writer;
      InputStream in;
      if (uri.getSocket() != null) {
        SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(uri.getSocket()));
        connection = channel;
        writer = bytes -> channel.write(ByteBuffer.wrap(bytes));
        in = Channels.newInputStream(channel);
      } else {
        Socket socket = new Socket();
        connection = socket;
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.connect(new InetSocketAddress(uri.getHost(), uri.getPort()), PATIENCE_MILLIS);
        writer = bytes -> socket.getOutputStream().write(bytes);
        in = socket.getInputStream();
      }
      replies = new BufferedReader(new InputStreamReader(in, ISO_8859_1));
      logIn(uri, writer);
      say(writer, "MONITOR");
    } catch (IOException e) {
      throw new BenchException("cannot listen to Redis with MONITOR: " + e.getMessage(), e);
    }
  }

  private void logIn(RedisURI uri, Writer writer) throws IOException, BenchException {
    var credentials = uri.getCredentialsProvider().resolveCredentials().block();
    if (credentials != null && credentials.hasPassword()) {
      String password = new String(credentials.getPassword());
      if (credentials.hasUsername()) {
        say(writer, "AUTH", credentials.getUsername(), password);
      } else {
        say(writer, "AUTH", password);
      }
    }
  }

  private void say(Writer writer, String... words) throws IOException, BenchException {
    StringBuilder command = new StringBuilder("*" + words.length + "\r\n");
    for (String word : words) {
      command.append('$').append(word.length()).append("\r\n").append(word).append("\r\n");
    }
    writer.write(command.toString().getBytes(ISO_8859_1));
    String reply = replies.readLine();
    if (reply == null || !reply.startsWith("+")) {
      throw new BenchException("Redis refuses " + words[0] + ": " + reply);
    }
  }

  /** The last script call before a command that holds {@code end}, of those that hold a word. */
  List<byte[]> scriptCallBefore(String end, String word) throws BenchException {
    List<byte[]> found = List.of();
    try {
      for (String line = replies.readLine(); line != null; line = replies.readLine()) {
        if (line.contains(end)) {
          break;
        }
        if (line.contains(word) && !line.contains(" lua] ")) {
          List<byte[]> command = command(line);
          if (new String(command.get(0), ISO_8859_1).equalsIgnoreCase("EVALSHA")) {
            found = command;
          }
        }
      }
    } catch (SocketTimeoutException e) {
      throw new BenchException("MONITOR does not tell what the server sends to this Redis", e);
    } catch (IOException e) {
      throw new BenchException("MONITOR: " + e.getMessage(), e);
    }
    if (found.isEmpty()) {
      throw new BenchException(
          "the server did not use this Redis: is --redis the one that --target uses?");
    }
    return found;
  }

  /** The command of a line such as {@code +123.45 [0 127.0.0.1:1234] "get" "a\x00b"}. */
  static List<byte[]> command(String line) {
    List<byte[]> words = new ArrayList<>();
    int at = line.indexOf("] ") + 2;
    while (at < line.length() && line.charAt(at) == '"') {
      StringBuilder word = new StringBuilder();
      at++;
      while (line.charAt(at) != '"') {
        char c = line.charAt(at++);
        if (c != '\\') {
          word.append(c);
          continue;
        }
        char escaped = line.charAt(at++);
        switch (escaped) {
          case 'x' -> {
            word.append((char) Integer.parseInt(line.substring(at, at + 2), 16));
            at += 2;
          }
          case 'n' -> word.append('\n');
          case 'r' -> word.append('\r');
          case 't' -> word.append('\t');
          case 'a' -> word.append('\u0007');
          case 'b' -> word.append('\b');
          default -> word.append(escaped);
        }
      }
      words.add(word.toString().getBytes(ISO_8859_1));
      at += 2; // the quote and a space
    }
    return words;
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (IOException e) {
      // Nothing was to be sent.
    }
  }
}
