package dev.tokenguard.bench;

import dev.tokenguard.domain.Catalog;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The same load by one, ten and fifty sidecars on one Redis, and by one and several real servers:
 * what more connections, with fewer calls on each, cost.
 */
final class SidecarRows {
  static final int[] COUNTS = {1, 10, 50};

  /** As many JVMs as fit beside everything else. */
  private static final int SERVERS = 4;

  private static final String ONE_SERVER = "pair, 1 server";
  private static final String MORE_SERVERS = "pair, " + SERVERS + " servers";

  private final BenchOptions options;
  private final Subject subject;
  private final GrpcCalls calls;
  private final RedisCalls redis;
  private final Names names;
  private final Runner runner;
  private final Rows rows;
  private final MoreServers servers;
  private final Catalog catalog = OwnServer.catalog();

  SidecarRows(
      BenchOptions options,
      Subject subject,
      GrpcCalls calls,
      RedisCalls redis,
      Names names,
      Runner runner,
      Rows rows,
      MoreServers servers) {
    this.options = options;
    this.subject = subject;
    this.calls = calls;
    this.redis = redis;
    this.names = names;
    this.runner = runner;
    this.rows = rows;
    this.servers = servers;
  }

  static String name(int sidecars) {
    return "store pair, " + sidecars + (sidecars == 1 ? " sidecar" : " sidecars");
  }

  /** Runs the rows. */
  List<Figure> run() throws BenchException, InterruptedException {
    List<Figure> figures = new ArrayList<>(simulated());
    figures.addAll(real());
    return figures;
  }

  private List<Figure> simulated() throws BenchException, InterruptedException {
    String[] accounts = names.accounts('x', options.accounts());
    List<SimulatedSidecars> fleets = new ArrayList<>();
    List<Runner.Load> loads = new ArrayList<>();
    List<Figure> figures = new ArrayList<>();
    try {
      for (int count : COUNTS) {
        long before = redis.connections();
        SimulatedSidecars fleet =
            new SimulatedSidecars(subject.redisUri(), count, catalog, subject.feature());
        fleets.add(fleet);
        loads.add(
            new Runner.Load(
                name(count),
                Budgets.MANY,
                fleet.pair(GrpcCalls.inTurn(accounts), names::reservation)));
        figures.add(
            new Figure(
                "connections of a sidecar, of " + count,
                (redis.connections() - before) / (double) count,
                ""));
      }
      runner.run(loads);
    } finally {
      fleets.forEach(SimulatedSidecars::close);
    }
    for (int count : COUNTS) {
      if (count > 1) {
        ratio(figures, name(count) + " against one", name(1), name(count));
      }
    }
    return figures;
  }

  private List<Figure> real() throws BenchException, InterruptedException {
    String[] accounts = names.accounts('y', options.accounts());
    List<Operation> pairs = new ArrayList<>(List.of(calls.pair(accounts)));
    List<Channels> channels = new ArrayList<>();
    List<ServerProcess> more = new ArrayList<>();
    List<Figure> figures = new ArrayList<>();
    try {
      for (int i = 1; i < SERVERS; i++) {
        ServerProcess server = servers.another();
        more.add(server);
        Channels its = new Channels(server.target(), options.channels(), subject.operatorKey());
        channels.add(its);
        pairs.add(new GrpcCalls(its, subject.feature(), names).pair(accounts));
      }
      runner.run(
          List.of(
              new Runner.Load(ONE_SERVER, Budgets.MANY, pairs.get(0)),
              new Runner.Load(MORE_SERVERS, Budgets.MANY, inTurn(pairs))));
    } finally {
      for (Channels each : channels) {
        each.close();
      }
      more.forEach(ServerProcess::close);
    }
    ratio(figures, MORE_SERVERS + " against one", ONE_SERVER, MORE_SERVERS);
    return figures;
  }

  private void ratio(List<Figure> figures, String what, String against, String compared) {
    rows.median(
            slices -> slices.get(1).rate() / slices.get(0).rate(), Budgets.MANY, against, compared)
        .ifPresent(ratio -> figures.add(new Figure(what, ratio, "")));
  }

  private static Operation inTurn(List<Operation> operations) {
    AtomicLong turn = new AtomicLong();
    return done -> operations.get((int) (turn.getAndIncrement() % operations.size())).start(done);
  }
}
