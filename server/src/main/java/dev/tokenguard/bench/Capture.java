package dev.tokenguard.bench;

import java.time.Duration;

/** Listens to which script calls a server makes. */
final class Capture {
  private static final Duration LONG = Duration.ofMinutes(1);

  private final GrpcCalls calls;
  private final RedisCalls redis;
  private final Names names;
  private final Runner runner;

  Capture(GrpcCalls calls, RedisCalls redis, Names names, Runner runner) {
    this.calls = calls;
    this.redis = redis;
    this.names = names;
    this.runner = runner;
  }

  /** The one for a reservation on a new account. */
  EvalTemplate reserve() throws BenchException {
    String account = names.account('t', 0);
    String id = names.reservation();
    String marker = names.reservation();
    try (MonitorTap tap = redis.tap()) {
      calls.tryReserve(account, id);
      redis.mark(marker);
      return EvalTemplate.of(tap.scriptCallBefore(marker, account), account, id);
    }
  }

  /** The one that opens an account and consumes once. */
  EvalTemplate consume() throws BenchException, InterruptedException {
    String account = names.account('t', 9);
    String id = names.reservation();
    String marker = names.reservation();
    try (MonitorTap tap = redis.tap()) {
      runner.prepare("consume", GrpcCalls.limited(calls.consume(() -> account, () -> id), 1), LONG);
      redis.mark(marker);
      return EvalTemplate.of(tap.scriptCallBefore(marker, account), account, id);
    }
  }
}
