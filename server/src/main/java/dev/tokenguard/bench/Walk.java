package dev.tokenguard.bench;

import dev.tokenguard.v1.GetSweepResponse;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One background walk over all accounts, by a server of its own that does nothing else and goes as
 * fast as it may: the server that is measured takes no part, so that its scripts are its callers'.
 */
final class Walk {
  private static final Duration LOOK_EVERY = Duration.ofMillis(200);

  /** The slowest walk that is waited for. */
  private static final int ACCOUNTS_PER_SECOND = 500;

  private static final int PATIENCE_SECONDS = 30;

  private final RedisCalls redis;
  private final Progress progress;
  private final String operatorKey;
  private final Walker walker;

  /** Starts a server that walks. */
  @FunctionalInterface
  interface Walker {
    /** Returns it when it serves. */
    ServerProcess start() throws BenchException, InterruptedException;
  }

  Walk(RedisCalls redis, Progress progress, String operatorKey, Walker walker) {
    this.operatorKey = operatorKey;
    this.redis = redis;
    this.progress = progress;
    this.walker = walker;
  }

  /** Waits for its end. */
  List<Figure> run(long accounts) throws BenchException, InterruptedException {
    progress.say("prepare          a background walk over %,d accounts", accounts);
    RedisStats before = redis.stats();
    try (ServerProcess server = walker.start();
        Channels channels = new Channels(server.target(), 1, operatorKey)) {
      GetSweepResponse walk = ended(new AdminCalls(channels), accounts);
      RedisStats work = redis.stats().since(before);
      return walk == null ? List.of() : figures(walk, work);
    }
  }

  private @Nullable GetSweepResponse ended(AdminCalls admin, long accounts)
      throws BenchException, InterruptedException {
    long patience = PATIENCE_SECONDS + accounts / ACCOUNTS_PER_SECOND;
    long deadline = System.nanoTime() + Duration.ofSeconds(patience).toNanos();
    while (System.nanoTime() < deadline) {
      GetSweepResponse sweep = admin.sweep();
      if (sweep.hasLastWalkTime()) {
        return sweep;
      }
      Thread.sleep(LOOK_EVERY.toMillis());
    }
    progress.say("left out         the walk did not end in %d s", patience);
    return null;
  }

  private static List<Figure> figures(GetSweepResponse walk, RedisStats work) {
    double accounts = walk.getAccounts();
    return List.of(
        new Figure("background walk", accounts / walk.getLastWalkSeconds(), "accounts/s"),
        new Figure("background walk, Redis CPU of an account", work.cpuMicros() / accounts, "us"),
        new Figure(Budgets.DRIFTED, walk.getDrifted(), "accounts"));
  }
}
