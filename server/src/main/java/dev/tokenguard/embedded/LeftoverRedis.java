package dev.tokenguard.embedded;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Redis that a server left running in a folder when it was killed. It has to end before another
 * one starts on the same data.
 */
final class LeftoverRedis {
  private static final Logger log = LoggerFactory.getLogger(LeftoverRedis.class);

  /** How long each of asking, SIGTERM and SIGKILL may take to work. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final Duration POLL = Duration.ofMillis(10);

  /** On some systems {@code redis-server} is another name of {@code redis-check-rdb}. */
  private static final Pattern NAME = Pattern.compile("(redis|valkey)[^/]*$");

  private LeftoverRedis() {}

  /**
   * Ends what was left behind, if anything was, and returns when it is gone. The folder is held by
   * the caller, so that none can be started meanwhile.
   *
   * @throws EmbeddedRedisException if it does not end
   */
  static void end(DataFolder folder) {
    Optional<RedisAddress> address;
    try {
      address = RedisConf.lastAddress(folder.path());
    } catch (IOException e) {
      throw new EmbeddedRedisException("cannot read " + folder.conf() + ": " + e, e);
    }
    if (address.isEmpty()) {
      return;
    }
    List<Long> processes = processes(folder.conf());
    // Reached in its folder or by its password, it is ours, though its process may be out of sight,
    // in another container.
    boolean answers = answers(address.get());
    if (processes.isEmpty() && !answers) {
      return;
    }
    log.warn(
        "An earlier server was killed and left its Redis running on {} (process {}): ending it"
            + " before another one starts",
        address.get().shown(),
        processes.isEmpty() ? "unknown" : processes);
    BooleanSupplier gone = () -> processes(folder.conf()).isEmpty() && !answers(address.get());
    if (answers) {
      try {
        RedisProbe.shutDown(address.get());
      } catch (IOException e) {
        log.warn("The leftover Redis did not take SHUTDOWN: {}", e.toString());
      }
      if (await(gone)) {
        return;
      }
    }
    processes(folder.conf())
        .forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroy));
    if (await(gone)) {
      return;
    }
    processes(folder.conf())
        .forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
    if (!await(gone)) {
      throw new EmbeddedRedisException(
          "the Redis that an earlier server left running on "
              + address.get().shown()
              + " does not end: end it by hand"
              + (processes.isEmpty() ? "" : " (process " + processes + ")"));
    }
  }

  private static boolean answers(RedisAddress address) {
    RedisProbe.State state = RedisProbe.look(address);
    return state == RedisProbe.State.READY || state == RedisProbe.State.BUSY;
  }

  /**
   * The processes of Redis that were started with this configuration file. A process id that was
   * written down could be another process by now, and one that has ended and not been reaped has no
   * arguments any more.
   */
  private static List<Long> processes(Path conf) {
    return ProcessHandle.allProcesses()
        .filter(process -> isRedis(process.info(), conf.toString()))
        .map(ProcessHandle::pid)
        .toList();
  }

  private static boolean isRedis(ProcessHandle.Info info, String conf) {
    // By its name, so that an editor with the file open is left in peace.
    return info.command().filter(command -> NAME.matcher(command).find()).isPresent()
        && info.arguments().filter(all -> Arrays.asList(all).contains(conf)).isPresent();
  }

  private static boolean await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      try {
        Thread.sleep(POLL.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return true;
  }
}
