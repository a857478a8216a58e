package dev.tokenguard.grpc;

import static dev.tokenguard.grpc.TestServer.reserve;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnixSocketTest {

  private final Path folder;
  private final Path socket;

  UnixSocketTest(@TempDir Path folder) {
    this.folder = folder;
    this.socket = folder.resolve("guard.sock");
  }

  @Test
  void servesItsOwnerAndNobodyElseAndLeavesNothingBehind() throws Exception {
    try (TestServer server = new TestServer(GrpcOptions.unix(socket))) {
      assertTrue(server.client().checkAndReserve(reserve("r")).hasReservation());
      assertEquals(
          "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)));
      assertEquals(-1, server.server.port());
    }
    assertFalse(Files.exists(socket));
  }

  @ParameterizedTest
  @ValueSource(strings = {GrpcOptions.GROUP_TOO, GrpcOptions.EVERYBODY})
  void servesThoseItIsToldTo(String permissions) throws Exception {
    try (TestServer server =
        new TestServer(GrpcOptions.unix(socket).withSocketPermissions(permissions))) {
      assertTrue(server.client().checkAndReserve(reserve("r")).hasReservation());
      assertEquals(
          permissions, PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)));
    }
  }

  @Test
  void servesBothWaysAtOnce() throws Exception {
    try (TestServer server = new TestServer(GrpcOptions.tcp("127.0.0.1", 0).withSocket(socket))) {
      assertTrue(server.server.port() > 0);
      assertTrue(server.client().checkAndReserve(reserve("r")).hasReservation());
    }
  }

  @Test
  void takesOverASocketThatNobodyListensOn() throws Exception {
    try (ServerSocketChannel gone = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      gone.bind(UnixDomainSocketAddress.of(socket));
    }
    assertTrue(Files.exists(socket), "a process that is gone has left it");
    try (TestServer server = new TestServer(GrpcOptions.unix(socket))) {
      assertTrue(server.client().checkAndReserve(reserve("r")).hasReservation());
    }
  }

  @Test
  void leavesASocketThatIsInUse() throws Exception {
    try (TestServer first = new TestServer(GrpcOptions.unix(socket))) {
      assertFails("another process listens on");
      assertTrue(first.client().checkAndReserve(reserve("r")).hasReservation());
    }
  }

  @Test
  void leavesAFileThatIsNoSocket() throws Exception {
    Files.writeString(socket, "precious");
    assertFails("exists and is no socket");
    assertEquals("precious", Files.readString(socket));
  }

  @Test
  void saysThatTheFolderIsMissing() {
    IOException e =
        assertThrows(
            IOException.class,
            () -> new TestServer(GrpcOptions.unix(folder.resolve("no/guard.sock"))));
    assertTrue(String.valueOf(e.getMessage()).contains("does not exist; create it"), e.toString());
  }

  @Test
  void saysThatThePathIsTooLong() {
    IOException e =
        assertThrows(
            IOException.class,
            () -> new TestServer(GrpcOptions.unix(folder.resolve("x".repeat(120)))));
    assertTrue(String.valueOf(e.getMessage()).contains("longer than 107 bytes"), e.toString());
  }

  private void assertFails(String message) {
    IOException e = assertThrows(IOException.class, () -> new TestServer(GrpcOptions.unix(socket)));
    assertTrue(String.valueOf(e.getMessage()).contains(message), e.toString());
  }
}
