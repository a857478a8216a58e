package dev.tokenguard.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.List;
import java.util.Map;

/** A client that speaks just enough HTTP/2 to stop in the middle of it. */
final class HalfHttp2 implements AutoCloseable {
  private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII);
  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int SETTINGS = 4;
  private static final int END_HEADERS = 4;

  private final Socket socket;

  HalfHttp2(String target) throws IOException {
    int port = Integer.parseInt(target.substring(target.lastIndexOf(':') + 1));
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout((int) Await.LONG.toMillis());
  }

  /** Half of the hello. */
  HalfHttp2 halfPreface() throws IOException {
    socket.getOutputStream().write(PREFACE, 0, 10);
    return this;
  }

  /** All of the hello. */
  HalfHttp2 preface() throws IOException {
    socket.getOutputStream().write(PREFACE);
    socket.getOutputStream().write(frame(SETTINGS, 0, 0, new byte[0]));
    return this;
  }

  /** The beginning of the headers of a call. */
  HalfHttp2 halfHeaders() throws IOException {
    byte[] whole = frame(HEADERS, END_HEADERS, 1, headers("tokenguard.v1.X/Y"));
    socket.getOutputStream().write(whole, 0, 20);
    return this;
  }

  /** The headers of a call, and a part of its message. */
  HalfHttp2 halfCall(String method) throws IOException {
    socket.getOutputStream().write(frame(HEADERS, END_HEADERS, 1, headers(method)));
    // A message of 100 bytes, says its head; two of them follow.
    socket.getOutputStream().write(frame(DATA, 0, 1, new byte[] {0, 0, 0, 0, 100, 10, 1}));
    return this;
  }

  /** Waits until the server has closed the connection, whatever it says before. */
  void awaitClosed() throws IOException {
    try {
      while (socket.getInputStream().read() >= 0) {
        continue; // settings, pings, a goodbye
      }
    } catch (SocketException e) {
      return; // reset
    }
  }

  private static byte[] headers(String method) throws IOException {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    for (Map.Entry<String, String> each :
        List.of(
            Map.entry(":method", "POST"),
            Map.entry(":scheme", "http"),
            Map.entry(":path", "/" + method),
            Map.entry(":authority", "localhost"),
            Map.entry("content-type", "application/grpc"),
            Map.entry("te", "trailers"))) {
      block.write(0); // a literal, not to be remembered
      block.write(each.getKey().length());
      block.write(each.getKey().getBytes(US_ASCII));
      block.write(each.getValue().length());
      block.write(each.getValue().getBytes(US_ASCII));
    }
    return block.toByteArray();
  }

  private static byte[] frame(int type, int flags, int stream, byte[] payload) throws IOException {
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    frame.write(new byte[] {0, (byte) (payload.length >> 8), (byte) payload.length});
    frame.write(new byte[] {(byte) type, (byte) flags, 0, 0, 0, (byte) stream});
    frame.write(payload);
    return frame.toByteArray();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
