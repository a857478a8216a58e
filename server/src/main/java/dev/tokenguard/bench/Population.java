package dev.tokenguard.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** Very many accounts, made through the API, and what they take in Redis. */
final class Population {
  private static final int BATCHES_IN_FLIGHT = 8;

  /** More than there are parts of the index of accounts. */
  private static final int INDEX_PARTS = 64;

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
    byte[][] keysOfOne = template.keys(middle());
    long indexBefore = indexBytes(keysOfOne[0]);
    var created = progress.of(new Pace(count, "accounts made"));
    Slice slice =
        runner.prepare(
            "accounts, made in batches",
            admin.create(number -> names.account(GROUP, number), count, created),
            BATCHES_IN_FLIGHT,
            LONG);
    long used = redis.stats().since(empty).usedMemory();
    long keys = 0;
    for (byte[] key : keysOfOne) {
      keys += redis.bytesOf(key);
    }
    double index = (indexBytes(keysOfOne[0]) - indexBefore) / (double) count;
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

  /** What lists the accounts lies beside them, in numbered parts. */
  private long indexBytes(byte[] keyOfAnAccount) throws BenchException {
    String key = new String(keyOfAnAccount, US_ASCII);
    String prefix = key.substring(0, key.indexOf('{'));
    long bytes = 0;
    for (int part = 0; part < INDEX_PARTS; part++) {
      bytes += redis.bytesOf((prefix + "{index-" + part + "}").getBytes(US_ASCII));
    }
    return bytes;
  }
}
