package dev.tokenguard.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.StartException;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that cannot start leaves nothing behind, and nobody else in trouble. */
class FailedStartTest {

  @TempDir Path folder;

  @Test
  void onAFolderInUse() throws Exception {
    int httpPort;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      httpPort = free.getLocalPort();
    }
    try (WireServer server = WireServer.start(folder)) {
      String message =
          String.valueOf(
              assertThrows(
                      StartException.class,
                      () -> WireServer.start(folder, "http.listen=127.0.0.1:" + httpPort))
                  .getMessage());
      assertTrue(message.contains("is in use by this very process"), message);
      assertTrue(
          Thread.getAllStackTraces().keySet().stream()
              .noneMatch(thread -> thread.getName().equals("http-start")),
          "something is still on its way up");
      new ServerSocket(httpPort, 1, InetAddress.getLoopbackAddress()).close();
      assertEquals(ServingStatus.SERVING, server.caller().health("readiness"));
    }
  }

  @Test
  void onAPortInUse(@TempDir Path other) throws Exception {
    try (WireServer server = WireServer.start(folder)) {
      String listen = server.target();
      for (String setting : new String[] {"grpc.listen", "http.listen"}) {
        String message =
            String.valueOf(
                assertThrows(
                        StartException.class, () -> WireServer.start(other, setting + "=" + listen))
                    .getMessage());
        assertTrue(message.contains(setting + ": another process listens on " + listen), message);
      }
      WireServer.start(other).close();
    }
  }
}
