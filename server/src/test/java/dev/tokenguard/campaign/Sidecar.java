package dev.tokenguard.campaign;

import dev.tokenguard.wire.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A server, as a process of its own, that is where it was when it is started again. */
final class Sidecar implements AutoCloseable {

  private static final int HEAP_MEGABYTES = 192;

  private final List<String> command;
  private final int port;
  private final Path log;
  private @Nullable Process process;

  /**
   * @param settings more of them, as {@code --redis.uri=...}
   */
  Sidecar(Path jar, int port, Path log, List<String> settings) {
    this.port = port;
    this.log = log;
    this.command = new ArrayList<>(Processes.java(HEAP_MEGABYTES));
    command.add("-XX:SharedArchiveFile=" + archive(jar));
    command.addAll(
        List.of(
            "-jar",
            jar.toString(),
            "serve",
            "--grpc.listen=" + target(),
            "--http.listen=",
            "--grpc.drain=1s"));
    command.addAll(settings);
  }

  /** Classes as a JVM has them in its memory: with them a start takes half the time. */
  private static synchronized Path archive(Path jar) {
    Path made = archive;
    if (made == null) {
      try {
        made = Files.createTempDirectory("campaign").resolve("sidecar.jsa");
        made.toFile().deleteOnExit();
        List<String> command = new ArrayList<>(Processes.java(HEAP_MEGABYTES));
        command.addAll(
            List.of(
                "-XX:ArchiveClassesAtExit=" + made,
                "-jar",
                jar.toString(),
                "serve",
                "--grpc.listen=127.0.0.1:0",
                "--http.listen=",
                "--embedded.data_dir=" + made.resolveSibling("redis")));
        Path log = made.resolveSibling("log");
        Process process = Processes.start(command, Map.of(), log);
        Await.until(
            "a sidecar serves, see " + log,
            () -> !process.isAlive() || read(log).contains("serves gRPC at"));
        process.destroy();
        Processes.awaitEnd(process);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      archive = made;
    }
    return made;
  }

  private static @Nullable Path archive;

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where it listens. */
  String target() {
    return "127.0.0.1:" + port;
  }

  /** Starts it, and returns at once. */
  synchronized void start() {
    process = Processes.start(command, Clocks.environment(clock()), log);
  }

  private Path clock() {
    return log.resolveSibling(log.getFileName() + ".clock");
  }

  /** Moves its clock to so many seconds from the right time. */
  void moveClock(long seconds) {
    Clocks.move(clock(), seconds);
  }

  /** Waits until it listens. */
  void awaitListening() {
    Await.until(
        "a sidecar listens, see " + log,
        () -> {
          if (!running().isAlive()) {
            throw new AssertionError("a sidecar ended: see " + log);
          }
          try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
          } catch (IOException e) {
            return false;
          }
        });
  }

  /** SIGKILL. */
  void kill() {
    Processes.kill(running());
  }

  /** SIGTERM, and waits until it has ended. */
  void terminate() {
    running().destroy();
    Processes.awaitEnd(running());
  }

  /** It stands still until {@link #resume}. */
  void stop() {
    Processes.signal(running(), "STOP");
  }

  void resume() {
    Processes.signal(running(), "CONT");
  }

  private synchronized Process running() {
    return Objects.requireNonNull(process);
  }

  @Override
  public void close() {
    if (process != null) {
      kill();
    }
  }
}
