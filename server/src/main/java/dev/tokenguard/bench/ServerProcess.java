package dev.tokenguard.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server as a process of its own, started from the jar that the bench runs from. */
final class ServerProcess implements AutoCloseable {
  private static final Pattern SERVES = Pattern.compile(" serves gRPC at ([^ ,]+)");
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int LINES_KEPT = 20;

  private final Process process;
  private final long started;
  private final Deque<String> lastLines = new ArrayDeque<>();
  private final CompletableFuture<String> target = new CompletableFuture<>();
  private volatile long servedAfter;

  private ServerProcess(Process process, long started) {
    this.process = process;
    this.started = started;
  }

  /**
   * Starts a server and returns when it serves.
   *
   * @param java the executable
   * @param jvmArguments for the JVM
   * @param flags of the command {@code serve}
   */
  static ServerProcess start(Path java, List<String> jvmArguments, List<String> flags)
      throws BenchException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(java.toString());
    command.addAll(jvmArguments);
    command.addAll(program());
    command.add("serve");
    command.addAll(flags);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    // Settings of whoever calls are not what is measured.
    builder.environment().keySet().removeIf(name -> name.startsWith("TOKENGUARD_"));
    long started = System.nanoTime();
    ServerProcess server;
    try {
      server = new ServerProcess(builder.start(), started);
    } catch (IOException e) {
      throw new BenchException("cannot start a server: " + e.getMessage(), e);
    }
    Thread reader = new Thread(server::read, "server-log");
    reader.setDaemon(true);
    reader.start();
    try {
      server.target.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      return server;
    } catch (ExecutionException | TimeoutException e) {
      server.close();
      throw new BenchException("the server does not serve; it said:\n" + server.lastLines(), e);
    } catch (InterruptedException e) {
      server.close();
      throw e;
    }
  }

  private static List<String> program() throws BenchException {
    try {
      Path code =
          Path.of(ServerProcess.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      return Files.isDirectory(code)
          ? List.of("-cp", System.getProperty("java.class.path"), "dev.tokenguard.Main")
          : List.of("-jar", code.toString());
    } catch (URISyntaxException e) {
      throw new BenchException("cannot tell which jar this is", e);
    }
  }

  private void read() {
    try (BufferedReader log = process.inputReader()) {
      for (String line = log.readLine(); line != null; line = log.readLine()) {
        synchronized (lastLines) {
          lastLines.add(line);
          if (lastLines.size() > LINES_KEPT) {
            lastLines.remove();
          }
        }
        Matcher serves = SERVES.matcher(line);
        if (serves.find()) {
          servedAfter = System.nanoTime() - started;
          target.complete(serves.group(1));
        }
      }
    } catch (IOException e) {
      // It ended.
    }
    target.completeExceptionally(new IOException("it ended"));
  }

  private String lastLines() {
    synchronized (lastLines) {
      return String.join("\n", lastLines);
    }
  }

  String target() {
    return target.join();
  }

  long pid() {
    return process.pid();
  }

  /** From the start of the process until it said that it serves. */
  Duration servedAfter() {
    return Duration.ofNanos(servedAfter);
  }

  /** Stops it in order, or by force if it does not. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(15, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor(5, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  /** Processor time of a process so far; zero where the system does not tell. */
  static Duration cpu(long pid) {
    return ProcessHandle.of(pid)
        .flatMap(process -> process.info().totalCpuDuration())
        .orElse(Duration.ZERO);
  }

  /**
   * Resident memory of a process in bytes, now and at most so far; empty where the system does not
   * tell.
   */
  static Map<String, Long> memory(long pid) {
    Path status = Path.of("/proc", Long.toString(pid), "status");
    try (var lines = Files.lines(status)) {
      Map<String, Long> found = new HashMap<>();
      lines.forEach(
          line -> {
            String[] words = line.split("\\s+");
            if (words[0].equals("VmRSS:") || words[0].equals("VmHWM:")) {
              found.put(
                  words[0].equals("VmRSS:") ? "now" : "most", 1024 * Long.parseLong(words[1]));
            }
          });
      return found;
    } catch (IOException | UncheckedIOException e) {
      return Map.of();
    }
  }
}
