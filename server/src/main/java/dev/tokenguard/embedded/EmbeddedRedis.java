package dev.tokenguard.embedded;

import dev.tokenguard.config.Settings.Embedded;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real Redis of the server's own, in a data folder with an append-only file.
 *
 * <p>It is started again within about a second if it dies, at the same address and with its data.
 * It ends when it is closed, and only then: the owner closes it last of all, after the last call
 * that needs it. A server that is killed leaves it running; the next one on the folder ends that
 * before it starts its own.
 *
 * <p>Thread-safe.
 */
public final class EmbeddedRedis implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(EmbeddedRedis.class);

  private static final Duration FIRST_WAIT = Duration.ofMillis(50);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

  /** One that lived that long did not die of being started. */
  private static final Duration STABLE = Duration.ofMinutes(1);

  private final DataFolder folder;
  private final RedisAddress address;
  private final RedisBinary binary;
  private final RedisProcess launcher;
  private final List<LongConsumer> listeners = new CopyOnWriteArrayList<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread supervisor = new Thread(this::supervise, "embedded-redis");
  private final AtomicLong restarts = new AtomicLong();

  private volatile Process process;
  private volatile State state = State.RUNNING;

  /** The life of an embedded Redis. */
  public enum State {
    /** It serves. */
    RUNNING,
    /** It died and is on its way back. */
    RESTARTING,
    /** It was closed. */
    CLOSED
  }

  private EmbeddedRedis(
      DataFolder folder,
      RedisAddress address,
      RedisBinary binary,
      RedisProcess launcher,
      Process process) {
    this.folder = folder;
    this.binary = binary;
    this.address = address;
    this.launcher = launcher;
    this.process = process;
  }

  /**
   * Starts a Redis and returns when it serves, its data read.
   *
   * @throws EmbeddedRedisException if that cannot be done; the message says what to do
   */
  public static EmbeddedRedis start(Embedded settings) {
    DataFolder folder = DataFolder.open(settings.dataDir());
    try {
      return start(settings, folder);
    } catch (RuntimeException e) {
      folder.close();
      throw e;
    }
  }

  private static EmbeddedRedis start(Embedded settings, DataFolder folder) {
    LeftoverRedis.end(folder);
    RedisBinary binary =
        new RedisBinaries(folder, System.getenv("PATH")).find(settings.redisServer());
    RedisAddress address = chooseAddress(settings, folder);
    try {
      RedisConf.write(folder, address, settings.appendfsync());
    } catch (IOException e) {
      throw new EmbeddedRedisException("cannot write " + folder.conf() + ": " + e, e);
    }
    RedisProcess launcher = new RedisProcess(folder, binary, address);
    Process process = launchAndAwait(launcher);
    EmbeddedRedis redis = new EmbeddedRedis(folder, address, binary, launcher, process);
    redis.supervisor.setDaemon(true);
    redis.supervisor.start();
    log.warn(
        "No Redis was named (redis.uri), so this server keeps balances in one of its own: {} on {},"
            + " data in {}, appendfsync {}. It is for a single server: several that are to share"
            + " balances need one Redis",
        binary,
        address.shown(),
        folder.path(),
        settings.appendfsync().name().toLowerCase(Locale.ROOT));
    return redis;
  }

  private static Process launchAndAwait(RedisProcess launcher) {
    Process process = launcher.launch();
    // Nobody can close what is not there yet, and reading a lot of data takes a while.
    Thread atExit = new Thread(process::destroy, "embedded-redis-exit");
    try {
      Runtime.getRuntime().addShutdownHook(atExit);
      launcher.awaitReady(process);
      // Ready: from here on it is its owner's to close, last of all.
      Runtime.getRuntime().removeShutdownHook(atExit);
      return process;
    } catch (InterruptedException e) {
      RedisProcess.end(process);
      Thread.currentThread().interrupt();
      throw new EmbeddedRedisException("interrupted", e);
    } catch (IllegalStateException e) {
      RedisProcess.end(process);
      throw new EmbeddedRedisException("the server is being stopped", e);
    } catch (RuntimeException e) {
      RedisProcess.end(process);
      throw e;
    }
  }

  private static RedisAddress chooseAddress(Embedded settings, DataFolder folder) {
    // Where the client that we use can speak to Unix sockets.
    boolean unixSockets =
        List.of("linux-amd64", "linux-aarch64").contains(RedisBinaries.platform());
    if (settings.port() == 0 && unixSockets && RedisAddress.UnixSocket.fits(folder.socket())) {
      return new RedisAddress.UnixSocket(folder.socket());
    }
    byte[] password = new byte[24];
    new SecureRandom().nextBytes(password);
    return new RedisAddress.Loopback(
        settings.port() == 0 ? freePort() : settings.port(), HexFormat.of().formatHex(password));
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new EmbeddedRedisException("no free port on the loopback interface: " + e, e);
    }
  }

  /** The URI for clients, the same for the whole life. May hold a password: not for logs. */
  public String uri() {
    return address.uri();
  }

  /** Whether it serves, as far as is known. */
  public State state() {
    return state;
  }

  /** What it was started from. */
  public Path executable() {
    return binary.path();
  }

  /** How many times it died and was started again. */
  public long restarts() {
    return restarts.get();
  }

  /** The id of its process, which differs after a restart. */
  public long pid() {
    return process.pid();
  }

  /** Tells of every restart, with the number of restarts so far, when it serves again. */
  public void onRestart(LongConsumer listener) {
    listeners.add(listener);
  }

  private void supervise() {
    int failures = 0;
    try {
      while (true) {
        long start = System.nanoTime();
        int exitCode = process.waitFor();
        failures = System.nanoTime() - start > STABLE.toNanos() ? 1 : failures + 1;
        if (isClosing(Duration.ZERO)) {
          return;
        }
        state = State.RESTARTING;
        Duration wait = waitBefore(failures);
        log.error(
            "The embedded Redis ended with exit code {}: starting it again in {} ms",
            exitCode,
            wait.toMillis());
        if (isClosing(wait)) {
          return;
        }
        restart();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void restart() throws InterruptedException {
    try {
      synchronized (this) {
        if (isClosing(Duration.ZERO)) {
          return;
        }
        process = launcher.launch();
      }
      launcher.awaitReady(process);
      long count = restarts.incrementAndGet();
      state = State.RUNNING;
      log.warn("The embedded Redis serves again, after restart {}", count);
      listeners.forEach(listener -> listener.accept(count));
    } catch (EmbeddedRedisException e) {
      // Told of, and tried again: a full disk may have room again, a taken port may be free.
      if (closing.getCount() > 0) {
        log.error("{}", e.getMessage());
        RedisProcess.end(process);
      }
    } catch (RuntimeException e) {
      // A listener's fault, which must not end the supervision.
      log.error("After a restart of the embedded Redis", e);
    }
  }

  private boolean isClosing(Duration within) throws InterruptedException {
    return closing.await(within.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Doubles with every failure in a row, up to the longest. */
  static Duration waitBefore(int failures) {
    Duration wait = FIRST_WAIT.multipliedBy(1L << Math.min(failures - 1, 20));
    return wait.compareTo(LONGEST_WAIT) < 0 ? wait : LONGEST_WAIT;
  }

  /** Ends it, its data on disk, and returns when it is gone. */
  @Override
  public void close() {
    synchronized (this) {
      if (closing.getCount() == 0) {
        return;
      }
      closing.countDown();
    }
    RedisProcess.end(process);
    try {
      supervisor.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    state = State.CLOSED;
    folder.close();
  }
}
