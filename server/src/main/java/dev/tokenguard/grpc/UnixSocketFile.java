package dev.tokenguard.grpc;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** The file of a Unix domain socket, which outlives the process that made it. */
final class UnixSocketFile {

  /** What Linux takes; others take a little less. */
  private static final int MAX_PATH_BYTES = 107;

  private final Path path;
  private final Set<PosixFilePermission> permissions;

  /**
   * The file of a socket.
   *
   * @throws IOException if the permissions are not written like {@code rw-------}
   */
  UnixSocketFile(Path path, String permissions) throws IOException {
    this.path = path.toAbsolutePath();
    try {
      this.permissions = PosixFilePermissions.fromString(permissions);
    } catch (IllegalArgumentException e) {
      throw new IOException(
          "grpc.unix_socket: permissions \"" + permissions + "\" (expected: nine like rw-rw----)",
          e);
    }
  }

  /**
   * Makes way for a new socket: what a process that is gone has left is removed.
   *
   * @throws IOException saying what to do, if the path cannot be used
   */
  void clear() throws IOException {
    if (path.toString().getBytes(UTF_8).length > MAX_PATH_BYTES) {
      throw new IOException(
          "grpc.unix_socket: "
              + path
              + " is longer than "
              + MAX_PATH_BYTES
              + " bytes; use a shorter one");
    }
    Path folder = path.getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new IOException(
          "grpc.unix_socket: the folder " + folder + " does not exist; create it");
    }
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    if (!Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
        .isOther()) {
      throw new IOException(
          "grpc.unix_socket: " + path + " exists and is no socket; use another path");
    }
    if (somebodyListens()) {
      throw new IOException(
          "grpc.unix_socket: another process listens on "
              + path
              + "; stop it, or use another path");
    }
    Files.delete(path);
  }

  /** Lets in those who may, and nobody else. */
  void protect() throws IOException {
    Files.setPosixFilePermissions(path, permissions);
  }

  /** Removes the file, if it is there. */
  void remove() throws IOException {
    Files.deleteIfExists(path);
  }

  Path path() {
    return path;
  }

  private boolean somebodyListens() {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      return channel.connect(UnixDomainSocketAddress.of(path));
    } catch (IOException e) {
      return false;
    }
  }
}
