package dev.tokenguard.bench;

import dev.tokenguard.v1.Balance;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** One run: all rows, the check that nothing was overspent, and what it cost. */
final class Bench {
  private static final int GRABS = 200;
  private static final long IDLE_MILLIS = 2_500;

  private final BenchOptions options;
  private final Subject subject;
  private final GrpcCalls calls;
  private final AdminCalls admin;
  private final RedisCalls redis;
  private final Names names;
  private final Rows rows = new Rows();
  private final Runner runner;
  private final Capture capture;
  private final Progress progress;
  private final @Nullable MoreServers more;

  Bench(
      BenchOptions options,
      Subject subject,
      Channels channels,
      RedisCalls redis,
      Names names,
      Progress progress,
      @Nullable MoreServers more) {
    this.options = options;
    this.subject = subject;
    this.calls = new GrpcCalls(channels, subject.feature(), names);
    this.admin = new AdminCalls(channels);
    this.redis = redis;
    this.names = names;
    this.runner = new Runner(options, subject, redis, rows, progress);
    this.capture = new Capture(calls, redis, names, runner);
    this.progress = progress;
    this.more = more;
  }

  Results run() throws BenchException, InterruptedException {
    EvalTemplate script = capture.reserve();
    checkScript(script);
    OptionalLong idle = idleMemory();
    String[] accounts = names.accounts('a', options.accounts());
    String[] scriptAccounts = names.accounts('s', options.accounts());
    String hot = names.account('h', 0);
    AtomicLong hotPairs = new AtomicLong();

    runner.warmUp(new Runner.Load(Budgets.PAIR, Budgets.MANY, calls.pair(accounts)));
    runner.run(many(script, accounts, scriptAccounts, hot, hotPairs));
    runner.run(one(script, accounts, scriptAccounts));

    long overspent = miscounted(hot, hotPairs.get()) + overspent();
    List<Figure> figures =
        new ArrayList<>(new MemberRows(options, calls, admin, redis, names, runner).run());
    if (options.growth()) {
      figures.addAll(growth());
    }
    if (options.sidecars() && more != null) {
      figures.addAll(
          new SidecarRows(options, subject, calls, redis, names, runner, rows, more).run());
    }
    if (options.topologies() && more != null) {
      try (TopologyRows topologies =
          new TopologyRows(options, subject, calls, names, runner, rows, more)) {
        figures.addAll(topologies.run());
      }
    }
    if (options.capacity()) {
      figures.addAll(capacity(accounts));
    }
    return new Results(
        about(),
        rows,
        subject.startTimes(),
        subject.server().contains("-XX:AOTCache"),
        idle,
        subject.memory("most"),
        overspent,
        figures);
  }

  private List<Figure> growth() throws BenchException, InterruptedException {
    Population population =
        new Population(options.manyAccounts(), calls, admin, redis, names, runner, progress);
    List<Figure> figures =
        new ArrayList<>(
            new Growth(options, calls, redis, names, runner).run(population, capture.consume()));
    figures.addAll(
        new Listing(admin, runner, progress).run(options.manyAccounts(), population.middle()));
    if (more != null) {
      figures.addAll(
          new Walk(redis, progress, subject.operatorKey(), more::walker)
              .run(options.manyAccounts()));
    }
    return figures;
  }

  private List<Figure> capacity(String[] accounts) throws BenchException, InterruptedException {
    String tokenType =
        calls.tryReserve(names.account('t', 5), names.reservation()).get(0).getTokenType();
    List<Figure> figures =
        new ArrayList<>(
            new MemoryCosts(
                    options.manyAccounts(),
                    calls,
                    admin,
                    redis,
                    names,
                    runner,
                    capture.consume(),
                    tokenType)
                .run());
    figures.addAll(
        new CallCosts(
                options.ledgerEntries(), accounts, subject.feature(), calls, redis, names, runner)
            .run());
    return figures;
  }

  private List<Runner.Load> one(EvalTemplate script, String[] accounts, String[] scriptAccounts) {
    ConcurrentLinkedQueue<GrpcCalls.Held> held = new ConcurrentLinkedQueue<>();
    return List.of(
        new Runner.Load(Budgets.PING, Budgets.ONE, redis.ping()),
        new Runner.Load(Budgets.ECHO, Budgets.ONE, calls.echo()),
        new Runner.Load(Budgets.SCRIPT, Budgets.ONE, redis.script(script, scriptAccounts)),
        new Runner.Load(Budgets.RESERVE, Budgets.ONE, calls.reserve(accounts, held::add)),
        new Runner.Load(Budgets.COMMIT, Budgets.ONE, calls.commit(held)),
        new Runner.Load(Budgets.PAIR, Budgets.ONE, calls.pair(accounts)));
  }

  private List<Runner.Load> many(
      EvalTemplate script,
      String[] accounts,
      String[] scriptAccounts,
      String hot,
      AtomicLong hotPairs) {
    ConcurrentLinkedQueue<GrpcCalls.Held> held = new ConcurrentLinkedQueue<>();
    Operation hotPair = Runner.counted(calls.pair(hot), hotPairs);
    return List.of(
        new Runner.Load(Budgets.ECHO, Budgets.MANY, calls.echo()),
        new Runner.Load(Budgets.SCRIPT, Budgets.MANY, redis.script(script, scriptAccounts)),
        new Runner.Load(Budgets.RESERVE, Budgets.MANY, calls.reserve(accounts, held::add)),
        new Runner.Load(Budgets.COMMIT, Budgets.MANY, calls.commit(held)),
        new Runner.Load(Budgets.PAIR, Budgets.MANY, calls.pair(accounts)),
        new Runner.Load(Budgets.HOT, Budgets.MANY, hotPair));
  }

  /** After the start's garbage had a moment to go back to the system. */
  private OptionalLong idleMemory() throws InterruptedException {
    if (subject.pid().isPresent()) {
      Thread.sleep(IDLE_MILLIS);
    }
    return subject.memory("now");
  }

  /** What is sent straight at Redis must do what the server does. */
  private void checkScript(EvalTemplate script) throws BenchException, InterruptedException {
    String account = names.account('t', 1);
    runner.prepare("script", redis.scriptOnce(script, i -> account, 1), Duration.ofSeconds(10));
    if (calls.balance(account).getOpenReservations() != 1) {
      throw new BenchException("the script, sent straight at Redis, reserved nothing");
    }
  }

  /** Tokens of the hot account that are not what its commits come to. */
  private long miscounted(String hot, long pairs) throws BenchException {
    Balance balance = costOf(calls.balance(hot).getBalancesList());
    long cost = costOf(calls.tryReserve(names.account('t', 2), names.reservation())).getHeld();
    return Math.abs(balance.getLifetime().getConsumed() - pairs * cost)
        + balance.getLifetime().getHeld();
  }

  /** Lets all callers grab a share of an account's tokens, twice as often as there are. */
  private long overspent() throws BenchException, InterruptedException {
    String account = names.account('t', 3);
    Balance balance = costOf(calls.balance(account).getBalancesList());
    long share = balance.getAvailable() / GRABS;
    if (share == 0) {
      return 0;
    }
    AtomicLong held = new AtomicLong();
    runner.prepare(
        "64 callers for the last token",
        calls.grab(account, balance.getTokenType(), share, 2L * GRABS, held),
        Duration.ofSeconds(30));
    long left = costOf(calls.balance(account).getBalancesList()).getAvailable();
    return Math.abs(balance.getAvailable() - held.get() - left)
        + Math.max(0, held.get() - balance.getAvailable());
  }

  /** The balance that the feature takes from: the first, of a catalog with one type. */
  private static Balance costOf(List<Balance> balances) throws BenchException {
    for (Balance balance : balances) {
      if (balance.getLifetime().getHeld() > 0 || balances.size() == 1) {
        return balance;
      }
    }
    throw new BenchException("the feature is free, or its plan gives no tokens for it");
  }

  private Map<String, String> about() throws BenchException {
    Map<String, String> about = new LinkedHashMap<>();
    about.put("server", subject.server());
    about.put("redis", redis.version());
    about.put(
        "machine",
        Runtime.getRuntime().availableProcessors()
            + " cores, "
            + System.getProperty("os.name")
            + " "
            + System.getProperty("os.arch"));
    about.put(
        "load",
        String.format(
            Locale.ROOT,
            "Java %s, %d connections, %,d accounts, %.1f s a row in %d slices",
            Runtime.version(),
            options.channels(),
            options.accounts(),
            options.row().toMillis() / 1e3,
            options.rounds()));
    return about;
  }
}
