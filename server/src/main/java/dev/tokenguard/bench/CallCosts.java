package dev.tokenguard.bench;

import com.google.protobuf.util.Durations;
import dev.tokenguard.v1.CheckRequest;
import dev.tokenguard.v1.CommitRequest;
import dev.tokenguard.v1.ExtendRequest;
import dev.tokenguard.v1.GetBalanceRequest;
import dev.tokenguard.v1.RefundRequest;
import dev.tokenguard.v1.TokenGuardServiceGrpc;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;

/** What a call of each kind costs Redis: processor time, and bytes over the network and on disk. */
final class CallCosts {
  private static final Duration LONG = Duration.ofMinutes(20);

  private static final int FIRST = 10;

  private final int count;
  private final String[] accounts;
  private final String feature;
  private final GrpcCalls calls;
  private final RedisCalls redis;
  private final Names names;
  private final Runner runner;
  private final List<Figure> figures = new ArrayList<>();

  /**
   * Ready to measure.
   *
   * @param count calls of each kind
   * @param accounts which are called in turn
   */
  CallCosts(
      int count,
      String[] accounts,
      String feature,
      GrpcCalls calls,
      RedisCalls redis,
      Names names,
      Runner runner) {
    this.count = count;
    this.accounts = accounts;
    this.feature = feature;
    this.calls = calls;
    this.redis = redis;
    this.names = names;
    this.runner = runner;
  }

  /** Calls. */
  List<Figure> run() throws BenchException, InterruptedException {
    redis.noRewrites();
    ConcurrentLinkedQueue<GrpcCalls.Held> held = new ConcurrentLinkedQueue<>();
    ConcurrentLinkedQueue<GrpcCalls.Held> extended = new ConcurrentLinkedQueue<>();
    runner.prepare(
        "accounts for calls",
        GrpcCalls.limited(calls.pair(accounts), accounts.length),
        Budgets.MANY,
        LONG);
    measure(
        "Check", calls.ofAccounts(inTurn(), TokenGuardServiceGrpc.getCheckMethod(), this::check));
    measure(
        "GetBalance",
        calls.ofAccounts(
            inTurn(),
            TokenGuardServiceGrpc.getGetBalanceMethod(),
            account -> GetBalanceRequest.newBuilder().setAccountId(account).build()));
    measure("CheckAndReserve", calls.reserve(accounts, held::add));
    measure(
        "Extend",
        calls.ofEach(
            held,
            TokenGuardServiceGrpc.getExtendMethod(),
            each -> {
              extended.add(each);
              return ExtendRequest.newBuilder()
                  .setAccountId(each.account())
                  .setReservationId(each.id())
                  .setTtl(Durations.fromMinutes(20))
                  .build();
            }));
    measure(
        "Commit",
        calls.ofEach(
            extended,
            TokenGuardServiceGrpc.getCommitMethod(),
            each ->
                CommitRequest.newBuilder()
                    .setAccountId(each.account())
                    .setReservationId(each.id())
                    .build()));
    runner.prepare(
        "reservations to refund",
        GrpcCalls.limited(calls.reserve(accounts, held::add), count + FIRST),
        Budgets.MANY,
        LONG);
    measure(
        "Refund",
        calls.ofEach(
            held,
            TokenGuardServiceGrpc.getRefundMethod(),
            each ->
                RefundRequest.newBuilder()
                    .setAccountId(each.account())
                    .setReservationId(each.id())
                    .build()));
    measure("Consume", calls.consume(inTurn(), names::reservation));
    return figures;
  }

  private Supplier<String> inTurn() {
    return GrpcCalls.inTurn(accounts);
  }

  private CheckRequest check(String account) {
    return CheckRequest.newBuilder().setAccountId(account).setFeature(feature).build();
  }

  private void measure(String rpc, Operation operation)
      throws BenchException, InterruptedException {
    // The first calls bring the script along.
    runner.prepare(rpc + ", first", GrpcCalls.limited(operation, FIRST), Budgets.ONE, LONG);
    RedisStats statsBefore = redis.stats();
    RedisVolume volumeBefore = redis.volume();
    runner.prepare(rpc, GrpcCalls.limited(operation, count), Budgets.MANY, LONG);
    RedisVolume volume = redis.volume().since(volumeBefore);
    RedisStats stats = redis.stats().since(statsBefore);
    add(new Figure(rpc + ": script", stats.scriptMicros() / count, "us"));
    add(new Figure(rpc + ": Redis CPU, all of it", stats.cpuMicros() / count, "us"));
    add(new Figure(rpc + ": to Redis", volume.in() / (double) count, "B"));
    add(new Figure(rpc + ": from Redis", volume.out() / (double) count, "B"));
    add(new Figure(rpc + ": append-only file", volume.written() / (double) count, "B"));
  }

  private void add(Figure figure) {
    figures.add(runner.told(figure));
  }
}
