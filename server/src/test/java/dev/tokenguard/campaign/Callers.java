package dev.tokenguard.campaign;

import dev.tokenguard.testing.Keys;
import dev.tokenguard.wire.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Processes that call. One that is killed is followed by another; what it wrote down stays. */
final class Callers implements AutoCloseable {

  private static final int HEAP_MEGABYTES = 256;
  private static final int LANES = 100;

  private final Path folder;
  private final List<String> sidecars;
  private final int accounts;
  private final long seed;
  private final List<Path> files = new ArrayList<>();
  private final List<Process> running = new ArrayList<>();

  Callers(Path folder, List<String> sidecars, int accounts, long seed) {
    this.folder = folder;
    this.sidecars = sidecars;
    this.accounts = accounts;
    this.seed = seed;
  }

  /** Starts one more. */
  void startOne() {
    int number = files.size() + 1;
    Path file = folder.resolve("calls-" + number);
    files.add(file);
    List<String> command = new ArrayList<>(Processes.java(HEAP_MEGABYTES));
    command.addAll(List.of("-cp", classPath(), CallerMain.class.getName()));
    command.addAll(
        new CallerMain.Orders(file, number, seed + number, LANES, accounts, sidecars).arguments());
    running.add(
        Processes.start(
            command, Map.of(CallerMain.KEY, Keys.ADMIN), folder.resolve("callers.log")));
    Await.until("a caller calls, see " + folder, () -> isCalling(file));
  }

  private static boolean isCalling(Path file) {
    try {
      return Files.exists(file) && Files.size(file) > 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** That of this JVM, which Maven hides. */
  private static String classPath() {
    return System.getProperty(
        "surefire.test.class.path", System.getProperty("java.class.path", ""));
  }

  int count() {
    return running.size();
  }

  /** Kills one, and starts another. */
  void replace(int number) {
    Processes.kill(running.remove(number));
    startOne();
  }

  void stop(int number) {
    Processes.signal(running.get(number), "STOP");
  }

  void resume(int number) {
    Processes.signal(running.get(number), "CONT");
  }

  /**
   * Tells them to stop, waits until they know what became of their calls; returns what they wrote.
   */
  List<Path> finish() {
    for (Process each : running) {
      try {
        each.getOutputStream().close();
      } catch (IOException e) {
        // It ended by itself.
      }
    }
    for (Process each : running) {
      Processes.awaitEnd(each);
      if (each.exitValue() != 0) {
        System.out.println("a caller ended with " + each.exitValue() + ": see " + folder);
      }
    }
    running.clear();
    return files;
  }

  @Override
  public void close() {
    running.forEach(Processes::kill);
  }
}
