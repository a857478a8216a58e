package dev.tokenguard.bench;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** What a long history and many accounts cost, in time and in memory of Redis. */
final class Growth {
  private static final int ENTRIES = 100_000;
  private static final int HOLDS = 10_000;

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

  /** Runs the rows. Returns bytes by what they are for. */
  Map<String, Double> run() throws BenchException, InterruptedException {
    Map<String, Double> bytes = new LinkedHashMap<>();
    String longLedger = names.account('g', 0);
    String manyHolds = names.account('g', 1);
    EvalTemplate consume = captureConsume();
    byte[] ledger = consume.keys(longLedger)[LEDGER_KEY];

    runner.prepare("10 ledger entries", calls.consume(longLedger, 10), LONG);
    long before = redis.bytesOf(ledger);
    runner.prepare("100,000 ledger entries", calls.consume(longLedger, ENTRIES), LONG);
    bytes.put(Budgets.LEDGER_ENTRY, (redis.bytesOf(ledger) - before) / (double) ENTRIES);

    String[] holder = {manyHolds};
    runner.prepare("10,000 holds", limited(calls.reserve(holder, held -> {}), HOLDS), LONG);
    runner.run(
        List.of(
            new Runner.Load(Budgets.FRESH, Budgets.MANY, fresh()),
            new Runner.Load(
                Budgets.LONG_LEDGER, Budgets.MANY, calls.pair(new String[] {longLedger})),
            new Runner.Load(Budgets.MANY_HOLDS, Budgets.MANY, calls.pair(holder))));

    RedisStats empty = redis.stats();
    runner.prepare(
        options.manyAccounts() + " accounts",
        redis.scriptOnce(consume, number -> names.account('m', number), options.manyAccounts()),
        LONG);
    long used = redis.stats().since(empty).usedMemory();
    bytes.put(Budgets.IDLE_ACCOUNT, used / (double) options.manyAccounts());
    runner.run(
        List.of(
            new Runner.Load(
                Budgets.PAIR + ", few accounts",
                Budgets.MANY,
                calls.pair(names.accounts('m', options.accounts()))),
            new Runner.Load(
                Budgets.MANY_ACCOUNTS,
                Budgets.MANY,
                calls.pair(names.accounts('m', options.manyAccounts())))));
    return bytes;
  }

  /** An account that is new every thousand calls, and so never has a history. */
  private Operation fresh() {
    AtomicLong count = new AtomicLong();
    return done -> {
      String account = names.account('f', count.getAndIncrement() / 1000);
      return calls.pair(new String[] {account}).start(done);
    };
  }

  private static Operation limited(Operation operation, long count) {
    AtomicLong left = new AtomicLong(count);
    return done -> left.decrementAndGet() >= 0 && operation.start(done);
  }

  /**
   * The script call that opens an account and consumes once: what it leaves is an account with a
   * ledger of two entries and one outcome that is remembered for a day.
   */
  private EvalTemplate captureConsume() throws BenchException, InterruptedException {
    String account = names.account('t', 9);
    String id = names.reservation();
    String marker = names.reservation();
    try (MonitorTap tap = redis.tap()) {
      runner.prepare("consume", calls.consume(account, 1, () -> id), LONG);
      redis.mark(marker);
      return EvalTemplate.of(tap.scriptCallBefore(marker, account), account, id);
    }
  }
}
