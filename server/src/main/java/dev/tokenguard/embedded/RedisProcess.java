package dev.tokenguard.embedded;

import java.io.File;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts a Redis process in a folder and ends it. Not thread-safe, but for what it says. */
final class RedisProcess {
  private static final Logger log = LoggerFactory.getLogger(RedisProcess.class);

  /** How long it may take to answer at all. */
  private static final Duration SILENCE = Duration.ofSeconds(30);

  /** How long it may take to read its data: at some 100 MB a second, more than a laptop's worth. */
  private static final Duration LOADING = Duration.ofMinutes(10);

  /** How long it may take to write its data and end. */
  private static final Duration ENDING = Duration.ofSeconds(10);

  private static final int POLL_MILLIS = 5;
  private static final int LOG_LINES = 8;

  private final DataFolder folder;
  private final RedisBinary binary;
  private final RedisAddress address;

  RedisProcess(DataFolder folder, RedisBinary binary, RedisAddress address) {
    this.folder = folder;
    this.binary = binary;
    this.address = address;
  }

  /** Starts a process, which does not answer yet. */
  Process launch() {
    List<String> command = new ArrayList<>();
    // A session of its own: Ctrl-C is for the server, which needs Redis for its last calls. Where
    // there is no setsid, Redis ends with Ctrl-C and is started again.
    SearchPath.find("setsid", System.getenv("PATH")).stream()
        .findFirst()
        .ifPresent(setsid -> command.add(setsid.toString()));
    command.add(binary.path().toString());
    command.add(folder.conf().toString());
    try {
      folder.rotateLog();
      return new ProcessBuilder(command)
          .directory(folder.path().toFile())
          .redirectErrorStream(true)
          .redirectInput(new File("/dev/null"))
          .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.log().toFile()))
          .start();
    } catch (IOException e) {
      throw new EmbeddedRedisException("cannot start " + binary + ": " + e, e);
    }
  }

  /**
   * Returns when the process serves.
   *
   * @throws EmbeddedRedisException if it ended, or did not come to answer
   */
  void awaitReady(Process process) throws InterruptedException {
    long start = System.nanoTime();
    boolean told = false;
    while (true) {
      if (process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
        throw failed("ended at once, with exit code " + process.exitValue());
      }
      RedisProbe.State state = RedisProbe.look(address);
      if (state == RedisProbe.State.READY) {
        return;
      }
      boolean loads = state == RedisProbe.State.BUSY;
      if (loads && !told) {
        log.info("The embedded Redis reads its data");
        told = true;
      }
      if (System.nanoTime() - start > (loads ? LOADING : SILENCE).toNanos()) {
        throw failed(loads ? "is still reading its data" : "does not answer");
      }
    }
  }

  /** Ends a process: it writes what it has, and then is gone. Thread-safe. */
  static void end(Process process) {
    process.destroy();
    try {
      if (process.waitFor(ENDING.toSeconds(), TimeUnit.SECONDS)) {
        return;
      }
      log.warn("The embedded Redis did not end within {} s: killing it", ENDING.toSeconds());
      process.destroyForcibly().waitFor(ENDING.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
  }

  private EmbeddedRedisException failed(String what) {
    return new EmbeddedRedisException(
        "the embedded Redis, "
            + binary
            + ", "
            + what
            + ". The end of its log, "
            + folder.log()
            + ":\n  "
            + String.join("\n  ", folder.logTail(LOG_LINES)));
  }
}
