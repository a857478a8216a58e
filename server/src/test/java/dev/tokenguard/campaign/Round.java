package dev.tokenguard.campaign;

import dev.tokenguard.testing.Keys;
import dev.tokenguard.topology.Ports;
import dev.tokenguard.wire.Await;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One Redis of some topology, some sidecars and callers, a sequence of faults under load, and then
 * the books. Everything in it that is chance comes from its seed.
 */
final class Round {

  /** Enough that some accounts are busy, and others are not touched for long. */
  static final int ACCOUNTS = 300;

  /** A failover that nobody asked for takes so long, the time before it that was its cause too. */
  private static final long BETWEEN_NANOS = 5_000_000_000L;

  static final long ALLOWANCE = 1L << 40;

  private static final String CATALOG =
      """
      token_types:
        tokens: {}
      features:
        work: {cost: {tokens: 1}}
      plans:
        campaign:
          allowances:
            tokens: {amount: %d, resets: never}
      default_plan: campaign
      """
          .formatted(ALLOWANCE);

  private final Plan plan;
  private final Path folder;
  private final Random random;

  /**
   * What a round is to be.
   *
   * @param kind of topology
   * @param seed of everything in it
   * @param faults how many
   * @param calmMillis how long callers are left alone after each, at least
   */
  record Plan(Kind kind, long seed, int faults, int calmMillis) implements Serializable {}

  /** Topologies and how they are set. */
  enum Kind {
    STANDALONE_EVERYSEC {
      @Override
      Topology start(Path folder, int sidecars) {
        return new Standalone(folder, sidecars, false);
      }
    },
    STANDALONE_ALWAYS {
      @Override
      Topology start(Path folder, int sidecars) {
        return new Standalone(folder, sidecars, true);
      }
    },
    SENTINEL_ASYNC {
      @Override
      Topology start(Path folder, int sidecars) {
        return new SentinelTopology(folder, false);
      }
    },
    CLUSTER_ASYNC {
      @Override
      Topology start(Path folder, int sidecars) {
        return new ClusterTopology(folder, false);
      }
    },
    SENTINEL_REPLICAS {
      @Override
      Topology start(Path folder, int sidecars) {
        return new SentinelTopology(folder, true);
      }
    },
    CLUSTER_REPLICAS {
      @Override
      Topology start(Path folder, int sidecars) {
        return new ClusterTopology(folder, true);
      }
    };

    abstract Topology start(Path folder, int sidecars);
  }

  /** A fault that struck, and when. */
  record Struck(String fault, long from, long until) implements Serializable {}

  /**
   * What a round left to be checked.
   *
   * @param files of calls, one a process
   */
  record Result(
      Plan plan,
      String topology,
      String setting,
      List<String> files,
      List<Struck> struck,
      List<Loss> losses,
      Map<Integer, Closing> closings,
      long wallOffsetMillis)
      implements Serializable {}

  Round(Plan plan, Path folder) {
    this.plan = plan;
    this.folder = folder;
    this.random = new Random(plan.seed());
  }

  /** Runs it. */
  Result run() throws IOException, InterruptedException {
    Files.createDirectories(folder);
    int count = 2 + random.nextInt(2);
    try (Topology topology = plan.kind().start(folder.resolve("redis"), count)) {
      List<Sidecar> sidecars = new ArrayList<>();
      try {
        for (int i = 0; i < count; i++) {
          sidecars.add(sidecar(topology, i));
        }
        sidecars.forEach(Sidecar::start);
        sidecars.forEach(Sidecar::awaitListening);
        return run(topology, sidecars);
      } finally {
        sidecars.forEach(Sidecar::close);
      }
    }
  }

  private Sidecar sidecar(Topology topology, int number) throws IOException {
    Path catalog = folder.resolve("catalog.yaml");
    Files.writeString(catalog, CATALOG);
    List<String> settings =
        new ArrayList<>(
            List.of(
                "--redis.uri=" + topology.uri(number),
                "--redis.command_timeout=500ms",
                "--redis.connect_timeout=500ms",
                "--catalog.file=" + catalog,
                "--auth.credentials_file=" + Keys.file(folder),
                "--limits.ledger_entries=1000000",
                "--limits.grants=500",
                "--reservations.max_open=1000000",
                "--log.level=warn",
                "--sweep.pause=1s"));
    settings.addAll(topology.settings());
    Path jar = Path.of(System.getProperty("tokenguard.jar", "target/tokenguard.jar"));
    return new Sidecar(jar, Ports.free(), folder.resolve("sidecar-" + number + ".log"), settings);
  }

  private Result run(Topology topology, List<Sidecar> sidecars) throws InterruptedException {
    List<String> targets = sidecars.stream().map(Sidecar::target).toList();
    List<Struck> struck = new ArrayList<>();
    try (Callers callers = new Callers(folder, targets, ACCOUNTS, plan.seed())) {
      callers.startOne();
      callers.startOne();
      Stage stage = new Stage(sidecars, callers, random);
      stage.pass(1500, 2500);
      List<Fault> faults = new ArrayList<>();
      for (Fault fault : topology.faults()) {
        for (int i = 0; i < fault.weight(); i++) {
          faults.add(fault);
        }
      }
      for (int i = 0; i < plan.faults(); i++) {
        Fault fault = stage.any(faults);
        long from = System.nanoTime();
        fault.strike().on(stage);
        struck.add(new Struck(fault.name(), from, System.nanoTime()));
        stage.pass(plan.calmMillis() + 700, plan.calmMillis() + 2500);
      }
      topology.heal();
      List<Path> files = List.copyOf(callers.finish());
      Map<Integer, Closing> closings = new Books(files, sidecars.get(0)).read();
      long offset = System.currentTimeMillis() - System.nanoTime() / 1_000_000;
      List<Loss> losses = new ArrayList<>(stage.losses());
      topology.failovers().forEach(each -> losses.add(loss(each, struck, offset)));
      return new Result(
          plan,
          topology.name(),
          topology.setting(),
          files.stream().map(Path::toString).toList(),
          struck,
          losses,
          closings,
          offset);
    }
  }

  /** What a failover may take, in the name of the fault that it was part of. */
  private static Loss loss(Failovers.Overlap overlap, List<Struck> struck, long offset) {
    long from = (overlap.fromMillis() - offset) * 1_000_000;
    long until = (overlap.untilMillis() - offset) * 1_000_000;
    for (Struck each : struck) {
      if (each.from() <= from && from <= each.until()) {
        // What cut the replica off may have been there since the fault began.
        long window = from - each.from() + Replicated.LAG_NANOS;
        return new Loss(each.fault(), from, until, window, false);
      }
    }
    return new Loss("between faults", from, until, BETWEEN_NANOS, false);
  }

  /** Reads the books of every account that somebody called. */
  private record Books(List<Path> files, Sidecar sidecar) {
    Map<Integer, Closing> read() {
      Set<Integer> accounts = new TreeSet<>();
      for (Path file : files) {
        try {
          CallFile.read(file, call -> accounts.add(call.account));
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
      Map<Integer, Closing> closings = new TreeMap<>();
      try (ClosingReader reader = new ClosingReader(sidecar.target())) {
        Await.until("the books can be read", () -> canRead(reader, accounts.iterator().next()));
        accounts.forEach(account -> closings.put(account, reader.read(account)));
      }
      return closings;
    }

    private static boolean canRead(ClosingReader reader, int account) {
      try {
        reader.read(account);
        return true;
      } catch (io.grpc.StatusRuntimeException e) {
        return false;
      }
    }
  }
}
