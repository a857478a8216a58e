package dev.tokenguard.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** What a long history and many accounts cost, in time and in memory of Redis. */
final class Growth {
  /** KEYS of every script: the ledger is the fourth. */
  private static final int LEDGER_KEY = 3;

  private static final Duration LONG = Duration.ofMinutes(20);

  private final BenchOptions options;
  private final GrpcCalls calls;
  private final RedisCalls redis;
  private final Names names;
  private final Runner runner;

  Growth(BenchOptions options, GrpcCalls calls, RedisCalls redis, Names names, Runner runner) {
    this.options = options;
    this.calls = calls;
    this.redis = redis;
    this.names = names;
    this.runner = runner;
  }

  /** Runs the rows. */
  List<Figure> run(Population population, EvalTemplate consume)
      throws BenchException, InterruptedException {
    List<Figure> figures = new ArrayList<>();
    figures.add(histories(consume));
    figures.addAll(population.make(consume));
    figures.addAll(population.use());
    runner.run(
        List.of(
            new Runner.Load(
                Budgets.FEW_ACCOUNTS,
                Budgets.MANY,
                calls.pair(population.first(options.accounts()))),
            new Runner.Load(
                Budgets.MANY_ACCOUNTS,
                Budgets.MANY,
                calls.pair(population.first(options.manyAccounts())))));
    return figures;
  }

  /** Returns what an entry of a ledger takes. */
  private Figure histories(EvalTemplate consume) throws BenchException, InterruptedException {
    String longLedger = names.account('l', 0);
    String manyHolds = names.account('l', 1);
    byte[] ledger = consume.keys(longLedger)[LEDGER_KEY];
    int entries = options.ledgerEntries();
    int holds = options.openHolds();

    prepare("10 ledger entries", consume(longLedger), 10);
    long before = redis.bytesOf(ledger);
    prepare(String.format("%,d ledger entries", entries), consume(longLedger), entries);
    long bytes = redis.bytesOf(ledger) - before;

    String[] holder = {manyHolds};
    prepare(String.format("%,d holds", holds), calls.reserve(holder, held -> {}), holds);
    runner.run(
        List.of(
            new Runner.Load(Budgets.FRESH, Budgets.MANY, fresh()),
            new Runner.Load(Budgets.LONG_LEDGER, Budgets.MANY, calls.pair(longLedger)),
            new Runner.Load(Budgets.MANY_HOLDS, Budgets.MANY, calls.pair(holder))));
    return new Figure(Budgets.LEDGER_ENTRY, bytes / (double) entries, "B");
  }

  private Operation consume(String account) {
    return calls.consume(() -> account, names::reservation);
  }

  private void prepare(String what, Operation operation, int count)
      throws BenchException, InterruptedException {
    runner.prepare(what, GrpcCalls.limited(operation, count), LONG);
  }

  /** An account that is new every thousand calls, and so never has a history. */
  private Operation fresh() {
    AtomicLong count = new AtomicLong();
    return calls.pair(() -> Caller.alone(names.account('f', count.getAndIncrement() / 1000)));
  }
}
