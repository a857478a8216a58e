package dev.tokenguard.bench;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** Very many accounts, made through the API, and what they take in Redis. */
final class Population {
  private static final int BATCHES_IN_FLIGHT = 8;

  private static final char GROUP = 'm';
  private static final Duration LONG = Duration.ofHours(1);

  private final int count;
  private final GrpcCalls calls;
  private final AdminCalls admin;
  private final RedisCalls redis;
  private final Names names;
  private final Runner runner;
  private final Progress progress;

  Population(
      int count,
      GrpcCalls calls,
      AdminCalls admin,
      RedisCalls redis,
      Names names,
      Runner runner,
      Progress progress) {
    this.count = count;
    this.calls = calls;
    this.admin = admin;
    this.redis = redis;
    this.names = names;
    this.runner = runner;
    this.progress = progress;
  }

  /** One in the middle. */
  String middle() {
    return names.account(GROUP, count / 2);
  }

  /** The first of them, in an order that neither Redis nor its memory knows. */
  Supplier<Caller> first(int of) {
    return names.mixed(GROUP, Math.min(of, count));
  }

  /**
   * Makes the accounts.
   *
   * @param template a script call, whose keys are those of an account
   */
  List<Figure> make(EvalTemplate template) throws BenchException, InterruptedException {
    RedisStats empty = redis.stats();
    KeySizes sizes = new KeySizes(redis, template);
    long indexBefore = sizes.ofIndex();
    var created = progress.of(new Pace(count, "accounts made"));
    Slice slice =
        runner.prepare(
            "accounts, made in batches",
            admin.create(number -> names.account(GROUP, number), count, created),
            BATCHES_IN_FLIGHT,
            LONG);
    long used = redis.stats().since(empty).usedMemory();
    double keys = sizes.of(middle()).values().stream().mapToLong(each -> each).sum();
    double index = (sizes.ofIndex() - indexBefore) / (double) count;
    return List.of(
        new Figure("accounts made through the API", count, "accounts"),
        new Figure("time to make them", slice.nanos() / 1e9, "s"),
        new Figure("accounts made", count * 1e9 / slice.nanos(), "accounts/s"),
        new Figure(Budgets.IDLE_ACCOUNT, used / (double) count, "B"),
        new Figure("idle account, its keys", keys, "B"),
        new Figure("idle account, in the index", index, "B"));
  }

  /** Lets each of them consume once, so that it has a ledger, an outcome and usage. */
  List<Figure> use() throws BenchException, InterruptedException {
    RedisStats before = redis.stats();
    AtomicLong next = new AtomicLong();
    Operation consume =
        calls.consume(() -> names.account(GROUP, next.getAndIncrement()), names::reservation);
    var consumed = progress.of(new Pace(count, "accounts used"));
    Slice slice =
        runner.prepare(
            "accounts, used once",
            GrpcCalls.limited(Runner.heard(consume, () -> consumed.accept(1)), count),
            Budgets.MANY,
            LONG);
    RedisStats after = redis.stats();
    return List.of(
        new Figure("first use of an account", count * 1e9 / slice.nanos(), "accounts/s"),
        new Figure(
            "what its first use adds", after.since(before).usedMemory() / (double) count, "B"),
        new Figure(
            "Redis memory with all of them", after.usedMemory() / (double) (1 << 20), "MiB"));
  }
}
