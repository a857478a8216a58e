package dev.tokenguard.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Callers that send half of something and stay, and callers that are too many. */
class SlowClientsTest {
  private static final int MANY = 120;
  private static final String RESERVE = "tokenguard.v1.TokenGuardService/CheckAndReserve";

  private final List<AutoCloseable> open = new ArrayList<>();
  @TempDir Path folder;

  @SuppressWarnings("NullAway.Init")
  SlowClientsTest() {}

  @AfterEach
  void closeAll() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
  }

  @Test
  void halfSentHellosAndHeadersHoldUpNobody() throws Exception {
    try (WireServer server = WireServer.start(folder, "grpc.handshake_timeout=500ms")) {
      List<HalfHttp2> closedSoon = new ArrayList<>();
      for (int i = 0; i < MANY; i++) {
        closedSoon.add(keep(new HalfHttp2(server.target())));
        closedSoon.add(keep(new HalfHttp2(server.target()).halfPreface()));
        keep(new HalfHttp2(server.target()).preface().halfHeaders());
      }
      assertServes(server, "during");
      for (HalfHttp2 each : closedSoon) {
        each.awaitClosed();
      }
      assertServes(server, "after");
    }
  }

  /** With room for 8 calls, 120 half-sent ones would be in the way if they took any. */
  @Test
  void halfSentMessagesTakeNoPlaceAndEnd() throws Exception {
    try (WireServer server =
        WireServer.start(folder, "grpc.max_in_flight=8", "grpc.receive_timeout=3s")) {
      for (int i = 0; i < MANY; i++) {
        keep(new HalfHttp2(server.target()).preface().halfCall(RESERVE));
      }
      assertServes(server, "during");
      awaitMetric(
          server,
          "tokenguard_grpc_calls_total{code=\"DEADLINE_EXCEEDED\",method=\"CheckAndReserve\"} "
              + MANY
              + ".0");
      awaitMetric(server, "tokenguard_grpc_calls_in_flight 0.0");
      assertServes(server, "after");
    }
  }

  @Test
  void aServerStopsAtOnceThoughCallsAreHalfSent() throws Exception {
    WireServer server = WireServer.start(folder, "grpc.drain=1h");
    for (int i = 0; i < MANY; i++) {
      keep(new HalfHttp2(server.target()).preface().halfCall(RESERVE));
    }
    assertServes(server, "before");
    server.close(); // would hang for an hour if it waited for them
  }

  @Test
  void grpcConnectionsAreLimited() throws Exception {
    try (WireServer server = WireServer.start(folder, "grpc.max_connections=3")) {
      assertServes(server, "first"); // one connection, that stays
      HalfHttp2 second = keep(new HalfHttp2(server.target()).preface());
      keep(new HalfHttp2(server.target()).preface());
      awaitMetric(server, "tokenguard_connections{port=\"grpc\"} 3.0");
      for (int i = 0; i < 5; i++) {
        keep(new HalfHttp2(server.target())).awaitClosed();
      }
      awaitMetric(server, "tokenguard_connections_refused_total{port=\"grpc\"} 5.0");
      assertServes(server, "old");

      second.close();
      awaitMetric(server, "tokenguard_connections{port=\"grpc\"} 2.0");
      try (Caller another = new Caller(server.target())) {
        assertTrue(another.reserve("new", "chat", "r").hasReservation());
      }
    }
  }

  @Test
  void httpConnectionsAreLimited() throws Exception {
    try (WireServer server =
        WireServer.start(folder, "http.max_connections=3", "http.receive_timeout=1m")) {
      Socket first = http(server);
      http(server);
      http(server);
      assertTrue(ask(first, "/metrics").contains("tokenguard_connections{port=\"http\"} 3.0\n"));
      for (int i = 0; i < 5; i++) {
        awaitClosed(http(server));
      }
      assertTrue(
          ask(first, "/metrics")
              .contains("tokenguard_connections_refused_total{port=\"http\"} 5.0\n"));
      assertServes(server, "grpc");
    }
  }

  /** Each byte comes well before the connection would be idle; the request never does. */
  @Test
  void anHttpRequestThatDripsIsCutOff() throws Exception {
    try (WireServer server = WireServer.start(folder, "http.receive_timeout=500ms")) {
      List<Socket> dripping = new ArrayList<>();
      for (int i = 0; i < MANY; i++) {
        dripping.add(http(server));
      }
      assertEquals(200, server.httpStatus("/livez"));
      byte[] endless = ("GET /livez HTTP/1.1\r\nX: " + "y".repeat(6_000)).getBytes(US_ASCII);
      int sent = 0;
      while (!dripping.isEmpty() && sent < endless.length) {
        for (Socket each : List.copyOf(dripping)) {
          if (isClosed(each, endless[sent])) {
            dripping.remove(each);
          }
        }
        sent++;
        assertEquals(200, server.httpStatus("/readyz"), "during");
      }
      assertEquals(List.of(), dripping, "cut off, before its 6,000 bytes were sent");
    }
  }

  private static boolean isClosed(Socket socket, byte next) {
    try {
      socket.setSoTimeout(1);
      socket.getOutputStream().write(next);
      return socket.getInputStream().read() < 0;
    } catch (java.net.SocketTimeoutException e) {
      return false; // nothing to read: it is open
    } catch (IOException e) {
      return true;
    }
  }

  private <T extends AutoCloseable> T keep(T client) {
    open.add(client);
    return client;
  }

  private Socket http(WireServer server) throws IOException {
    String address = server.httpAddress();
    int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    Socket socket = keep(new Socket(InetAddress.getLoopbackAddress(), port));
    socket.setSoTimeout((int) Await.LONG.toMillis());
    return socket;
  }

  private static String ask(Socket socket, String path) throws IOException {
    socket
        .getOutputStream()
        .write(("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n").getBytes(US_ASCII));
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      head.append((char) socket.getInputStream().read());
    }
    String length = head.toString().replaceAll("(?s).*Content-Length: (\\d+).*", "$1");
    return new String(socket.getInputStream().readNBytes(Integer.parseInt(length)), US_ASCII);
  }

  private static void awaitClosed(Socket socket) {
    try {
      assertEquals(-1, socket.getInputStream().read());
    } catch (IOException e) {
      return; // reset
    }
  }

  private static void assertServes(WireServer server, String account) {
    for (int i = 0; i < 20; i++) {
      assertTrue(server.caller().reserve(account, "chat", "r" + i).hasReservation());
    }
  }

  private static void awaitMetric(WireServer server, String line) throws Exception {
    Await.untilEquals(true, () -> server.http("/metrics").body().lines().anyMatch(line::equals));
  }
}
