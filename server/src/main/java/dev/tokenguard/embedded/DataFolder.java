package dev.tokenguard.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The folder of an embedded Redis, held by one server at a time: two Redis processes that append to
 * one file would ruin it. Made for its owner's eyes only.
 */
final class DataFolder implements AutoCloseable {
  static final String CONF = "redis.conf";
  static final String SOCKET = "redis.sock";

  private static final long MAX_LOG_BYTES = 4 << 20;

  /**
   * Folders held by this process. Closing any channel on a file drops the process's lock on it, so
   * that the file may not even be opened a second time.
   */
  private static final Set<Path> HELD = new HashSet<>();

  private final Path path;
  private final FileChannel lock;

  private DataFolder(Path path, FileChannel lock) {
    this.path = path;
    this.lock = lock;
  }

  /**
   * Makes the folder if it is not there, and takes hold of it.
   *
   * @throws EmbeddedRedisException if another server has it, or it cannot be written
   */
  static DataFolder open(Path folder) {
    Path path;
    try {
      path = create(folder.toAbsolutePath()).toRealPath();
    } catch (IOException e) {
      throw new EmbeddedRedisException(
          "cannot make the data folder " + folder + " (embedded.data_dir): " + e, e);
    }
    synchronized (HELD) {
      if (!HELD.add(path)) {
        throw inUse(path, "by this very process");
      }
    }
    try {
      return new DataFolder(path, lock(path));
    } catch (RuntimeException e) {
      release(path);
      throw e;
    }
  }

  private static Path create(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      return folder;
    }
    if (Files.exists(folder)) {
      throw new NotDirectoryException(folder.toString());
    }
    if (folder.getParent() != null) {
      Files.createDirectories(folder.getParent());
    }
    return isPosix()
        ? Files.createDirectory(
            folder,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")))
        : Files.createDirectory(folder);
  }

  private static FileChannel lock(Path path) {
    Path file = path.resolve("tokenguard.lock");
    try {
      FileChannel channel = FileChannel.open(file, CREATE, READ, WRITE);
      try {
        if (channel.tryLock() == null) {
          throw inUse(path, "by " + read(channel));
        }
        // For the one who finds the folder locked.
        channel.truncate(0);
        channel.write(
            UTF_8.encode(
                "process "
                    + ProcessHandle.current().pid()
                    + " since "
                    + Instant.now().truncatedTo(ChronoUnit.SECONDS)));
        return channel;
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      throw new EmbeddedRedisException(
          "cannot write in the data folder " + path + " (embedded.data_dir): " + e, e);
    }
  }

  private static String read(FileChannel channel) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(200);
    channel.read(buffer, 0);
    return UTF_8.decode(buffer.flip()).toString();
  }

  private static EmbeddedRedisException inUse(Path path, String by) {
    return new EmbeddedRedisException(
        "the data folder "
            + path
            + " is in use "
            + by
            + ": stop that server, or give this one a folder of its own (embedded.data_dir)."
            + " Servers that are to share balances need one Redis, not one folder (redis.uri)");
  }

  Path path() {
    return path;
  }

  Path conf() {
    return path.resolve(CONF);
  }

  Path socket() {
    return path.resolve(SOCKET);
  }

  Path log() {
    return path.resolve("redis.log");
  }

  Path pidFile() {
    return path.resolve("redis.pid");
  }

  Path binaries() {
    return path.resolve("bin");
  }

  /** Whether Redis 7 or later has written here: an older one would not see the data at all. */
  boolean isWrittenByRedis7() {
    Path folder = path.resolve("appendonlydir");
    if (!Files.isDirectory(folder)) {
      return false;
    }
    try (DirectoryStream<Path> manifests = Files.newDirectoryStream(folder, "*.manifest")) {
      return manifests.iterator().hasNext();
    } catch (IOException e) {
      throw new EmbeddedRedisException("cannot read " + folder + ": " + e, e);
    }
  }

  /** Puts a large log aside, so that there are at most two. */
  void rotateLog() throws IOException {
    if (Files.exists(log()) && Files.size(log()) > MAX_LOG_BYTES) {
      Files.move(log(), path.resolve("redis.log.1"), StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** The last lines of the log, for somebody who wonders why Redis ended. */
  List<String> logTail(int lines) {
    try (FileChannel channel = FileChannel.open(log(), READ)) {
      ByteBuffer end = ByteBuffer.allocate(8192);
      channel.read(end, Math.max(0, channel.size() - end.capacity()));
      List<String> all = UTF_8.decode(end.flip()).toString().lines().toList();
      return all.subList(Math.max(0, all.size() - lines), all.size());
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      return List.of("cannot read " + log() + ": " + e);
    }
  }

  static boolean isPosix() {
    return FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
  }

  private static void release(Path path) {
    synchronized (HELD) {
      HELD.remove(path);
    }
  }

  /** Lets go of the folder. */
  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException e) {
      throw new EmbeddedRedisException("cannot unlock " + path + ": " + e, e);
    } finally {
      release(path);
    }
  }
}
