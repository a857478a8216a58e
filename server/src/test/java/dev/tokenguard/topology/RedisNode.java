package dev.tokenguard.topology;

import dev.tokenguard.embedded.RedisExecutable;
import dev.tokenguard.wire.Await;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One real Redis process in a folder and on a port of its own, which it keeps when it is started
 * again. Thread-safe.
 */
public final class RedisNode implements AutoCloseable {

  private static final int REPLY_MILLIS = 10_000;

  /** Enough to hear from one that serves, and short enough to ask again one that does not. */
  private static final int LOOK_MILLIS = 250;

  private final Path folder;
  private final int port;
  private final boolean sentinel;
  private volatile @Nullable Process process;

  private RedisNode(Path folder, int port, boolean sentinel) {
    this.folder = folder;
    this.port = port;
    this.sentinel = sentinel;
    // However the tests end, no process is to be left behind.
    Runtime.getRuntime().addShutdownHook(new Thread(this::close));
  }

  /**
   * Starts a server that keeps what it is told in an append-only file.
   *
   * @param folder its own; made if it is not there
   * @param config more lines of its configuration, as {@code appendfsync always}; of two lines
   *     about one thing the last counts
   */
  public static RedisNode start(Path folder, String... config) {
    return start(folder, Ports.free(), List.of(config));
  }

  static RedisNode start(Path folder, int port, List<String> config) {
    List<String> lines = new ArrayList<>(common(folder, port));
    lines.add("appendonly yes");
    lines.add("appendfsync everysec");
    lines.add("save \"\"");
    // A replica that comes is served at once, not five seconds later in case more come.
    lines.add("repl-diskless-sync yes");
    lines.add("repl-diskless-sync-delay 0");
    lines.addAll(config);
    return launched(folder, port, false, lines);
  }

  /**
   * Starts a Sentinel.
   *
   * @param config lines of its configuration
   */
  static RedisNode sentinel(Path folder, List<String> config) {
    int port = Ports.free();
    List<String> lines = new ArrayList<>(common(folder, port));
    lines.addAll(config);
    return launched(folder, port, true, lines);
  }

  private static List<String> common(Path folder, int port) {
    return List.of(
        "bind 127.0.0.1", "port " + port, "dir \"" + folder.toAbsolutePath() + '"', "daemonize no");
  }

  private static RedisNode launched(Path folder, int port, boolean sentinel, List<String> lines) {
    try {
      Files.createDirectories(folder);
      Files.write(folder.resolve("redis.conf"), lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    RedisNode node = new RedisNode(folder, port, sentinel);
    node.start();
    return node;
  }

  /** Where it listens. */
  public int port() {
    return port;
  }

  /** Host and port. */
  public String address() {
    return "127.0.0.1:" + port;
  }

  /** Where it is, as if it were the only one. */
  public String uri() {
    return "redis://" + address();
  }

  /** Its process. */
  public long pid() {
    return running().pid();
  }

  /** Whether its process is there, stopped or not. */
  public boolean isAlive() {
    Process now = process;
    return now != null && now.isAlive();
  }

  /** Starts it where it was, with what it kept, and returns when it serves. */
  public synchronized void start() {
    if (isAlive()) {
      throw new IllegalStateException(this + " runs");
    }
    List<String> command = new ArrayList<>();
    command.add(RedisExecutable.find(folder).toString());
    command.add(folder.resolve("redis.conf").toString());
    if (sentinel) {
      command.add("--sentinel");
    }
    try {
      process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectInput(new File("/dev/null"))
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Await.until(
        this + " serves",
        () -> {
          if (!isAlive()) {
            throw new AssertionError(this + " ended at once: see " + log());
          }
          return serves();
        });
  }

  /** Ends it as a power cut would; returns when it is gone. */
  public synchronized void kill() {
    Process now = process;
    if (now == null) {
      return;
    }
    now.destroyForcibly();
    try {
      if (!now.waitFor(Await.LONG.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError(this + " does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process = null;
  }

  /** Kills it if it runs, and starts it. */
  public synchronized void restart() {
    kill();
    start();
  }

  /** It stands still, its connections open, until {@link #resume}. */
  public void stop() {
    signal("-STOP");
  }

  /** It goes on where it stood still. */
  public void resume() {
    signal("-CONT");
  }

  /** Whether it answers now that it serves. */
  public boolean serves() {
    try (Resp connection = new Resp(port, LOOK_MILLIS)) {
      return "PONG".equals(connection.call("PING"));
    } catch (IOException | Resp.ErrorReply e) {
      return false;
    }
  }

  /**
   * What it replies to a command: a String, a Long, a List of these, or null. Follows no
   * redirection.
   *
   * @throws UncheckedIOException if it does not reply
   * @throws RuntimeException with the error, as {@code MOVED 1 127.0.0.1:7000}, if it replies one
   */
  public @Nullable Object command(String... words) {
    try (Resp connection = new Resp(port, REPLY_MILLIS)) {
      return connection.call(words);
    } catch (IOException e) {
      throw new UncheckedIOException(this + " does not reply to " + words[0], e);
    }
  }

  /** As {@link #command}, for one that some versions of Redis do not know. */
  void tryCommand(String... words) {
    try {
      command(words);
    } catch (Resp.ErrorReply e) {
      // So be it.
    }
  }

  /**
   * Whether something holds; it does not where a node that is asked has nothing to say just now.
   */
  public static boolean isSo(BooleanSupplier question) {
    try {
      return question.getAsBoolean();
    } catch (UncheckedIOException | Resp.ErrorReply e) {
      return false;
    }
  }

  /** A reply that is text. */
  public String text(String... words) {
    return String.valueOf(command(words));
  }

  /** A reply that is a list of texts. */
  public List<String> texts(String... words) {
    return ((List<?>) Objects.requireNonNull(command(words)))
        .stream().map(String::valueOf).toList();
  }

  /** A line of INFO, or of CLUSTER INFO; empty if there is none. */
  public String info(String name) {
    String all =
        name.startsWith("cluster_") && !name.equals("cluster_enabled")
            ? text("CLUSTER", "INFO")
            : text("INFO");
    return all.lines()
        .filter(line -> line.startsWith(name + ":"))
        .map(line -> line.substring(name.length() + 1).strip())
        .findFirst()
        .orElse("");
  }

  /** Whether it is a master, as it sees it. */
  public boolean isMaster() {
    return info("role").equals("master");
  }

  /** Where it writes what it has to say. */
  public Path log() {
    return folder.resolve("redis.log");
  }

  private void signal(String signal) {
    try {
      Process kill = new ProcessBuilder("kill", signal, String.valueOf(pid())).inheritIO().start();
      if (kill.waitFor() != 0) {
        throw new IllegalStateException("no " + signal + " for " + this);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Process running() {
    Process now = process;
    if (now == null) {
      throw new IllegalStateException(this + " does not run");
    }
    return now;
  }

  @Override
  public void close() {
    kill();
  }

  @Override
  public String toString() {
    return (sentinel ? "sentinel " : "redis ") + port;
  }
}
