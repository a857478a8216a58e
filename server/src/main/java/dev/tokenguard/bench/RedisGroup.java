package dev.tokenguard.bench;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Redis processes on this machine that belong together: a Cluster, or a master and its replica. */
final class RedisGroup implements AutoCloseable {
  private static final int SLOTS = 16_384;

  /** Nodes of a Cluster talk to each other at their port and so much more. */
  private static final int BUS = 10_000;

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long LOOK_MILLIS = 20;

  private final Path executable;
  private final Path folder;
  private final List<Integer> ports = new ArrayList<>();
  private final List<Process> processes = new ArrayList<>();
  private final String uri;

  private RedisGroup(Path executable, Path folder, String scheme, int count) throws BenchException {
    this.executable = executable;
    this.folder = folder;
    for (int i = 0; i < count; i++) {
      ports.add(freePort());
    }
    int named = scheme.equals("redis") ? 1 : count;
    this.uri =
        ports.stream()
            .limit(named)
            .map(port -> "127.0.0.1:" + port)
            .collect(Collectors.joining(",", scheme + "://", ""));
  }

  /**
   * Starts a Cluster.
   *
   * @param executable of Redis
   * @param folder for what it writes
   * @param masters how many, without replicas
   */
  static RedisGroup cluster(Path executable, Path folder, int masters)
      throws BenchException, InterruptedException {
    RedisGroup group = new RedisGroup(executable, folder, "redis-cluster", masters);
    try {
      for (int port : group.ports) {
        group.start(port, "--cluster-enabled", "yes");
      }
      for (int i = 0; i < masters; i++) {
        int from = SLOTS * i / masters;
        int to = SLOTS * (i + 1) / masters;
        int first = group.ports.get(0);
        group.tell(
            group.ports.get(i),
            redis -> {
              redis.clusterAddSlots(IntStream.range(from, to).toArray());
              return redis.clusterMeet("127.0.0.1", first);
            });
      }
      for (int port : group.ports) {
        group.await(
            port,
            redis ->
                redis.clusterInfo().contains("cluster_state:ok")
                    && redis.clusterNodes().lines().filter(line -> !line.isBlank()).count()
                        == masters);
      }
      return group;
    } catch (BenchException | InterruptedException | RuntimeException e) {
      group.close();
      throw e;
    }
  }

  /** Starts a master and a replica of it. */
  static RedisGroup withReplica(Path executable, Path folder)
      throws BenchException, InterruptedException {
    RedisGroup group = new RedisGroup(executable, folder, "redis", 2);
    try {
      group.start(group.ports.get(0), "--repl-diskless-sync-delay", "0");
      String master = Integer.toString(group.ports.get(0));
      group.start(group.ports.get(1), "--replicaof", "127.0.0.1", master);
      group.await(
          group.ports.get(1), redis -> redis.info("replication").contains("link_status:up"));
      return group;
    } catch (BenchException | InterruptedException | RuntimeException e) {
      group.close();
      throw e;
    }
  }

  /** For servers. */
  String uri() {
    return uri;
  }

  /** Of each process. */
  List<String> uris() {
    return ports.stream().map(port -> "redis://127.0.0.1:" + port).toList();
  }

  private void start(int port, String... more) throws BenchException, InterruptedException {
    try {
      Path own = Files.createDirectories(folder.resolve("redis-" + port));
      List<String> command = new ArrayList<>();
      command.add(executable.toString());
      command.addAll(List.of("--port", Integer.toString(port), "--bind", "127.0.0.1"));
      command.addAll(List.of("--dir", own.toString(), "--save", ""));
      command.addAll(List.of("--appendonly", "yes", "--appendfsync", "everysec"));
      command.addAll(List.of(more));
      processes.add(
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectInput(new File("/dev/null"))
              .redirectOutput(own.resolve("log.txt").toFile())
              .start());
    } catch (IOException e) {
      throw new BenchException("cannot start " + executable + ": " + e.getMessage(), e);
    }
    await(port, redis -> redis.ping().equals("PONG"));
  }

  /** Says something to a Redis. */
  @FunctionalInterface
  private interface Talk<T> {
    T with(RedisCommands<String, String> redis);
  }

  private <T> T tell(int port, Talk<T> talk) throws BenchException {
    RedisClient client = RedisClient.create("redis://127.0.0.1:" + port);
    try {
      return talk.with(client.connect().sync());
    } catch (RedisException e) {
      throw new BenchException("the Redis at port " + port + ": " + e.getMessage(), e);
    } finally {
      client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
    }
  }

  private void await(int port, Talk<Boolean> talk) throws BenchException, InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!isSo(port, talk)) {
      if (System.nanoTime() - end > 0 || !processes.stream().allMatch(Process::isAlive)) {
        throw new BenchException("the Redis at port " + port + " does not come up: " + log(port));
      }
      Thread.sleep(LOOK_MILLIS);
    }
  }

  private boolean isSo(int port, Talk<Boolean> talk) {
    try {
      return tell(port, talk);
    } catch (BenchException e) {
      return false; // not yet
    }
  }

  private String log(int port) {
    try {
      return Files.readString(folder.resolve("redis-" + port).resolve("log.txt"));
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static int freePort() throws BenchException {
    for (int i = 0; i < 100; i++) {
      int port = ThreadLocalRandom.current().nextInt(15_000, 30_000);
      if (isFree(port) && isFree(port + BUS)) {
        return port;
      }
    }
    throw new BenchException("no free port on the loopback interface");
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void close() {
    processes.forEach(Process::destroy);
    for (Process each : processes) {
      try {
        if (!each.waitFor(10, TimeUnit.SECONDS)) {
          each.destroyForcibly();
        }
      } catch (InterruptedException e) {
        each.destroyForcibly();
        Thread.currentThread().interrupt();
      }
    }
  }
}
