package dev.tokenguard.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.tokenguard.wire.Await;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A process that runs {@code tokenguard.jar}, and what it said. */
public final class ServerProcess implements AutoCloseable {

  private static final Pattern TARGET = Pattern.compile("gRPC at (\\S+?)[, \"]");
  private static final Pattern HTTP = Pattern.compile("HTTP at (\\S+) after");

  private final Process process;
  private final Path log;

  private ServerProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /** Runs a command, with the JVM that runs the tests. */
  public static ServerProcess run(
      Path workFolder, Map<String, String> environment, String... command) throws IOException {
    return run(Path.of(System.getProperty("java.home")), workFolder, environment, command);
  }

  /** Runs a command with a JVM. */
  static ServerProcess run(
      Path javaHome, Path workFolder, Map<String, String> environment, String... command)
      throws IOException {
    Files.createDirectories(workFolder);
    List<String> all = new ArrayList<>();
    all.addAll(
        List.of(
            javaHome.resolve("bin/java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xmx256m"));
    all.addAll(program());
    all.addAll(Arrays.asList(command));
    return start(all, workFolder, environment);
  }

  /**
   * The jar; with files of {@code -Dtokenguard.overlay=FOLDER} in place of its own, so that a page
   * can be worked on without building one.
   */
  private static List<String> program() {
    String jar = Objects.requireNonNull(System.getProperty("tokenguard.jar"), "tokenguard.jar");
    String overlay = System.getProperty("tokenguard.overlay");
    return overlay == null
        ? List.of("-jar", jar)
        : List.of("-cp", overlay + File.pathSeparator + jar, "dev.tokenguard.Main");
  }

  /** Runs a program with its arguments. */
  public static ServerProcess start(
      List<String> all, Path workFolder, Map<String, String> environment) throws IOException {
    Path log = Files.createTempFile(workFolder, "log", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(all)
            .directory(workFolder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("TOKENGUARD_"));
    builder.environment().putAll(environment);
    return new ServerProcess(builder.start(), log);
  }

  /** Serves on any free port, its Redis in {@code data}, and returns when it listens. */
  public static ServerProcess serve(Path workFolder, String... more) throws IOException {
    return launch(workFolder, more).awaitListening();
  }

  /** Serves, and may not have begun to listen. */
  static ServerProcess launch(Path workFolder, String... more) throws IOException {
    List<String> command = new ArrayList<>(List.of("serve", "--http.listen=127.0.0.1:0"));
    if (Arrays.stream(more).noneMatch(each -> each.startsWith("--catalog.file"))) {
      command.add("--catalog.file=" + catalog(workFolder));
    }
    if (Arrays.stream(more).noneMatch(each -> each.startsWith("--grpc.listen"))) {
      command.add("--grpc.listen=127.0.0.1:0");
    }
    if (Arrays.stream(more).noneMatch(each -> each.startsWith("--redis.uri"))) {
      command.add("--embedded.data_dir=" + workFolder.resolve("data"));
      command.add("--embedded.appendfsync=always");
    }
    command.addAll(Arrays.asList(more));
    return run(workFolder, Map.of(), command.toArray(new String[0]));
  }

  private static Path catalog(Path folder) throws IOException {
    Files.createDirectories(folder);
    return Files.writeString(
        folder.resolve("catalog.yaml"), dev.tokenguard.wire.WireServer.CATALOG);
  }

  /** Waits until it says where it listens. */
  public ServerProcess awaitListening() {
    Await.until(
        "it listens: " + log(),
        () -> {
          if (!process.isAlive()) {
            fail("ended with " + process.exitValue() + ": " + log());
          }
          return TARGET.matcher(log()).find();
        });
    return this;
  }

  /** Where it listens for calls. */
  public String target() {
    return found(TARGET);
  }

  /** Where it listens for HTTP. */
  public String http() {
    return found(HTTP);
  }

  private String found(Pattern pattern) {
    Matcher matcher = pattern.matcher(log());
    assertTrue(matcher.find(), this::log);
    return matcher.group(1);
  }

  /** All that it said so far. */
  public String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether it still runs. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** Its id. */
  public long pid() {
    return process.pid();
  }

  /** It stands still, its connections open, until {@link #resume}. */
  public void stop() throws IOException, InterruptedException {
    signal("-STOP");
  }

  /** It goes on where it stood still. */
  public void resume() throws IOException, InterruptedException {
    signal("-CONT");
  }

  private void signal(String signal) throws IOException, InterruptedException {
    Process kill = new ProcessBuilder("kill", signal, String.valueOf(pid())).inheritIO().start();
    assertEquals(0, kill.waitFor(), signal);
  }

  /** SIGTERM. */
  void terminate() {
    process.destroy();
  }

  /** SIGKILL, and waits until it is gone. */
  public void kill() throws InterruptedException {
    process.destroyForcibly();
    assertTrue(process.waitFor(Await.LONG.toSeconds(), TimeUnit.SECONDS));
  }

  /** Waits for its end. */
  int exitCode() throws InterruptedException {
    assertTrue(process.waitFor(Await.LONG.toSeconds(), TimeUnit.SECONDS), this::log);
    return process.exitValue();
  }

  /** Checks how it ended, and gives back what it said. */
  String endedWith(int exitCode) throws InterruptedException {
    assertEquals(exitCode, exitCode(), this::log);
    return log();
  }

  /** Processes of a Redis whose folder is below this one. */
  public static List<Long> redisBelow(Path folder) {
    return ProcessHandle.allProcesses()
        .filter(
            each ->
                Arrays.stream(each.info().arguments().orElse(new String[0]))
                    .anyMatch(
                        argument ->
                            argument.startsWith(folder.toString())
                                && argument.endsWith("redis.conf")))
        .map(ProcessHandle::pid)
        .toList();
  }

  @Override
  public void close() throws InterruptedException {
    if (process.isAlive()) {
      process.destroy();
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        kill();
      }
    }
  }
}
