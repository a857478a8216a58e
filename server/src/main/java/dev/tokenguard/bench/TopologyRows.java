package dev.tokenguard.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The same load on one Redis, on Clusters of one to three masters, and on a Redis with a replica
 * that is waited for or is not. All of it shares this machine: a Cluster cannot be faster here, and
 * what is measured is what it costs.
 */
final class TopologyRows implements AutoCloseable {
  private static final int MASTERS = 3;
  private static final String ONE = "pair, one Redis";
  private static final String REPLICA = "pair, a replica that follows";
  private static final String REPLICAS = "pair, replicas:1";

  private final BenchOptions options;
  private final Subject subject;
  private final GrpcCalls calls;
  private final Names names;
  private final Runner runner;
  private final Rows rows;
  private final MoreServers servers;
  private final List<AutoCloseable> open = new ArrayList<>();
  private final List<Runner.Load> loads = new ArrayList<>();

  TopologyRows(
      BenchOptions options,
      Subject subject,
      GrpcCalls calls,
      Names names,
      Runner runner,
      Rows rows,
      MoreServers servers) {
    this.options = options;
    this.subject = subject;
    this.calls = calls;
    this.names = names;
    this.runner = runner;
    this.rows = rows;
    this.servers = servers;
  }

  private static String cluster(int masters) {
    return "pair, cluster of " + masters;
  }

  /** Runs the rows. */
  List<Figure> run() throws BenchException, InterruptedException {
    String[] accounts = names.accounts('z', options.accounts());
    loads.add(new Runner.Load(ONE, Budgets.MANY, calls.pair(accounts)));
    for (int masters = 1; masters <= MASTERS; masters++) {
      RedisGroup group = servers.cluster(masters);
      open.add(group);
      load(cluster(masters), group, accounts);
    }
    RedisGroup replicated = servers.withReplica();
    open.add(replicated);
    load(REPLICA, replicated, accounts);
    load(REPLICAS, replicated, accounts, "--redis.durability=replicas:1");
    runner.run(loads);
    List<Figure> figures = new ArrayList<>();
    for (int masters = 1; masters <= MASTERS; masters++) {
      ratio(figures, cluster(masters), ONE);
    }
    ratio(figures, REPLICA, ONE);
    ratio(figures, REPLICAS, REPLICA);
    return figures;
  }

  private void load(String name, RedisGroup group, String[] accounts, String... flags)
      throws BenchException, InterruptedException {
    ServerProcess server = servers.on(group.uri(), List.of(flags));
    open.add(server);
    Channels channels = new Channels(server.target(), options.channels(), subject.operatorKey());
    open.add(channels);
    List<RedisCalls> nodes = new ArrayList<>();
    for (String uri : group.uris()) {
      RedisCalls node = new RedisCalls(uri, names);
      nodes.add(node);
      open.add(node);
    }
    Operation pair = new GrpcCalls(channels, subject.feature(), names).pair(accounts);
    loads.add(new Runner.Load(name, Budgets.MANY, pair, costs(server, nodes)));
  }

  private static Costs costs(ServerProcess server, List<RedisCalls> nodes) {
    return new Costs() {
      @Override
      public RedisStats redis() throws BenchException {
        RedisStats sum = RedisStats.NONE;
        for (RedisCalls node : nodes) {
          sum = sum.plus(node.stats());
        }
        return sum;
      }

      @Override
      public Duration servers() {
        return ServerProcess.cpu(server.pid());
      }
    };
  }

  private void ratio(List<Figure> figures, String compared, String against) {
    rows.median(
            slices -> slices.get(1).rate() / slices.get(0).rate(), Budgets.MANY, against, compared)
        .ifPresent(ratio -> figures.add(new Figure(compared + ", against " + against, ratio, "")));
  }

  /** Ends what was started, the last first. */
  @Override
  public void close() throws BenchException {
    for (int i = open.size() - 1; i >= 0; i--) {
      try {
        open.get(i).close();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (Exception e) {
        throw new BenchException("cannot end what was started: " + e.getMessage(), e);
      }
    }
  }
}
