package dev.tokenguard.bench;

import dev.tokenguard.v1.AddMemberRequest;
import dev.tokenguard.v1.CommitRequest;
import dev.tokenguard.v1.CreateGrantRequest;
import dev.tokenguard.v1.TokenGuardServiceGrpc;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * What things take in the memory of Redis. Many of each are made, as callers and operators make
 * them, and what Redis uses more is divided by their number: so names of keys, tables and the waste
 * of rounding up are in it. Which keys it lies in is asked of some accounts.
 */
final class MemoryCosts {
  private static final int BATCHES_IN_FLIGHT = 8;

  /** Of the accounts, one in so many gets more than just being there. */
  private static final int ONE_IN = 50;

  private static final int HOLDS = 10;
  private static final int USES = 100;
  private static final int GRANTS = 5;
  private static final int MEMBERS = 10;
  private static final int SAMPLE = 100;

  /** Bytes of the table of keys: of a bucket, and of a key between one doubling and the next. */
  private static final int BUCKET = 8;

  private static final int TABLE_SHARE = 12;
  private static final Duration LONG = Duration.ofHours(1);

  private static final char IDLE = 'i';
  private static final char FIRST_USE = 'j';
  private static final char MEMBER = 'k';

  private final int accounts;
  private final GrpcCalls calls;
  private final AdminCalls admin;
  private final RedisCalls redis;
  private final Names names;
  private final Runner runner;
  private final KeySizes sizes;
  private final String tokenType;
  private final List<Figure> figures = new ArrayList<>();

  /** Makes things. */
  @FunctionalInterface
  private interface Making {
    void make() throws BenchException, InterruptedException;
  }

  /**
   * Ready to measure.
   *
   * @param accounts how many are made; of other things a fifth as many
   * @param template a script call, whose keys are those of an account
   * @param tokenType which is granted
   */
  MemoryCosts(
      int accounts,
      GrpcCalls calls,
      AdminCalls admin,
      RedisCalls redis,
      Names names,
      Runner runner,
      EvalTemplate template,
      String tokenType) {
    this.accounts = Math.max(4 * SAMPLE, accounts);
    this.calls = calls;
    this.admin = admin;
    this.redis = redis;
    this.names = names;
    this.runner = runner;
    this.sizes = new KeySizes(redis, template);
    this.tokenType = tokenType;
  }

  /** Makes everything there is, and tells what each of it takes. */
  List<Figure> run() throws BenchException, InterruptedException {
    int few = Math.max(SAMPLE, accounts / ONE_IN);
    idle();
    measure(
        "account opened by a call, with that call",
        few,
        sample(FIRST_USE, 0, few),
        1,
        () -> prepare("first calls", calls.consume(inTurn(FIRST_USE, 0, few), ids()), few));
    reservations(few);
    int used = Math.max(1, few / 10);
    measure(
        "consume, with its ledger entry",
        (long) used * USES,
        sample(IDLE, few, used),
        USES,
        () ->
            prepare("ledger entries", calls.consume(inTurn(IDLE, few, used), ids()), used * USES));
    measure(
        "grant",
        (long) few * GRANTS,
        sample(IDLE, 2 * few, few),
        GRANTS,
        () -> grant(2 * few, few));
    measure(
        "member",
        (long) few * MEMBERS,
        membersSample(3 * few, few),
        MEMBERS,
        () -> addMembers(3 * few, few));
    add(new Figure("memory of the system for that of Redis", redis.fragmentation(), ""));
    return figures;
  }

  private void idle() throws BenchException, InterruptedException {
    long keys = redis.keys();
    measure(
        "idle account",
        accounts,
        sample(IDLE, 0, accounts),
        1,
        () -> {
          Operation create =
              admin.create(number -> names.account(IDLE, number), accounts, created -> {});
          runner.prepare("idle accounts", create, BATCHES_IN_FLIGHT, LONG);
        });
    add(new Figure("keys of an idle account", (redis.keys() - keys) / (double) accounts, "keys"));
  }

  /** Open, and then ended and remembered. */
  private void reservations(int few) throws BenchException, InterruptedException {
    int count = few * HOLDS;
    ConcurrentLinkedQueue<GrpcCalls.Held> held = new ConcurrentLinkedQueue<>();
    var callers = inTurn(IDLE, 0, few);
    measure(
        "open hold",
        count,
        sample(IDLE, 0, few),
        HOLDS,
        () ->
            prepare(
                "open holds", calls.reserve(() -> Caller.alone(callers.get()), held::add), count));
    measure(
        "commit of that hold, with its ledger entry",
        count,
        sample(IDLE, 0, few),
        HOLDS,
        () ->
            prepare(
                "ended reservations",
                calls.ofEach(
                    held,
                    TokenGuardServiceGrpc.getCommitMethod(),
                    each ->
                        CommitRequest.newBuilder()
                            .setAccountId(each.account())
                            .setReservationId(each.id())
                            .build()),
                count));
  }

  private void grant(int from, int count) throws BenchException {
    List<CreateGrantRequest> grants = new ArrayList<>();
    for (int i = 0; i < count * GRANTS; i++) {
      grants.add(
          CreateGrantRequest.newBuilder()
              .setAccountId(names.account(IDLE, from + i % count))
              .setTokenType(tokenType)
              .setAmount(10)
              .setReason("purchase")
              .setRequestId(names.reservation())
              .build());
    }
    admin.grant(grants);
  }

  private void addMembers(int from, int count) throws BenchException {
    List<AddMemberRequest> members = new ArrayList<>();
    for (int i = 0; i < count * MEMBERS; i++) {
      members.add(
          AddMemberRequest.newBuilder()
              .setAccountId(names.account(IDLE, from + i / MEMBERS))
              .setMemberId(names.account(MEMBER, i))
              .putCaps(tokenType, 10)
              .build());
    }
    admin.add(members);
  }

  /**
   * Makes things and divides what they take by their number.
   *
   * @param sample some of the accounts that they belong to
   * @param ofEach how many of them belong to each of those
   */
  private void measure(String thing, long count, List<String> sample, int ofEach, Making making)
      throws BenchException, InterruptedException {
    Map<String, Long> keysBefore = sizes.of(sample);
    long indexBefore = sizes.ofIndex();
    double before = used();
    making.make();
    double more = used() - before;
    add(new Figure(thing, more / count, "B"));
    long sampled = Math.min(SAMPLE, sample.size()) * (long) ofEach;
    sizes
        .of(sample)
        .forEach(
            (name, bytes) -> {
              long added = bytes - keysBefore.getOrDefault(name, 0L);
              if (added != 0) {
                add(new Figure("  " + thing + ": " + name, added / (double) sampled, "B"));
              }
            });
    long index = sizes.ofIndex() - indexBefore;
    if (index != 0) {
      add(new Figure("  " + thing + ": index", index / (double) count, "B"));
    }
  }

  /**
   * What Redis uses; without events of operators, whose number is bounded, and with an average
   * share of the table of all keys, which now and then doubles.
   */
  private double used() throws BenchException {
    long keys = redis.keys();
    long buckets = Long.highestOneBit(Math.max(4, keys - 1)) * 2;
    return redis.stats().usedMemory()
        - sizes.ofEvents()
        - (double) BUCKET * buckets
        + TABLE_SHARE * keys;
  }

  /** Some of the accounts of a group, from all over it. */
  private List<String> sample(char group, int from, int count) {
    List<String> sample = new ArrayList<>();
    for (int i = 0; i < SAMPLE; i++) {
      sample.add(names.account(group, from + (long) i * count / SAMPLE));
    }
    return sample;
  }

  /** Some accounts, each followed by the members that it is to have. */
  private List<String> membersSample(int from, int count) {
    List<String> sample = new ArrayList<>();
    for (int i = 0; i < SAMPLE; i++) {
      long number = (long) i * count / SAMPLE;
      sample.add(names.account(IDLE, from + number));
      for (int member = 0; member < MEMBERS; member++) {
        sample.add(names.account(MEMBER, number * MEMBERS + member));
      }
    }
    return sample;
  }

  private Supplier<String> inTurn(char group, int from, int count) {
    AtomicLong next = new AtomicLong();
    return () -> names.account(group, from + next.getAndIncrement() % count);
  }

  private Supplier<String> ids() {
    return names::reservation;
  }

  private void prepare(String what, Operation operation, int count)
      throws BenchException, InterruptedException {
    runner.prepare(what, GrpcCalls.limited(operation, count), LONG);
  }

  private void add(Figure figure) {
    figures.add(runner.told(figure));
  }
}
