package dev.tokenguard.bench;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Runs rows in rounds, a slice of each in every round. */
final class Runner {
  private final BenchOptions options;
  private final Subject subject;
  private final RedisCalls redis;
  private final Rows rows;
  private final Progress progress;

  /**
   * What a row does.
   *
   * @param costs of the processes behind it; null for those of the subject
   */
  record Load(String name, int inFlight, Operation operation, @Nullable Costs costs) {

    /** On the subject. */
    Load(String name, int inFlight, Operation operation) {
      this(name, inFlight, operation, null);
    }
  }

  Runner(BenchOptions options, Subject subject, RedisCalls redis, Rows rows, Progress progress) {
    this.options = options;
    this.subject = subject;
    this.redis = redis;
    this.rows = rows;
    this.progress = progress;
  }

  /** Gives the compilers on both sides the time that they need. */
  void warmUp(Load load) throws BenchException, InterruptedException {
    progress.say("warm-up          %s, %d in flight", load.name(), load.inFlight());
    ClosedLoop.run(load.operation(), load.inFlight(), options.warmUp());
  }

  /** Runs each of them a little, then all in rounds. */
  void run(List<Load> loads) throws BenchException, InterruptedException {
    for (Load load : loads) {
      progress.say("warm-up          %s, %d in flight", load.name(), load.inFlight());
      ClosedLoop.run(load.operation(), load.inFlight(), options.slice());
    }
    for (int round = 1; round <= options.rounds(); round++) {
      for (Load load : loads) {
        Row.Measured measured = measure(load);
        rows.row(load.name(), load.inFlight()).add(measured);
        progress.say(
            "round %2d of %2d   %s, %d in flight: %,.0f/s",
            round, options.rounds(), load.name(), load.inFlight(), measured.slice().rate());
      }
    }
  }

  private Row.Measured measure(Load load) throws BenchException, InterruptedException {
    Costs costs = load.costs() == null ? ofSubject() : load.costs();
    RedisStats before = costs.redis();
    Duration cpuBefore = costs.servers();
    Slice slice = ClosedLoop.run(load.operation(), load.inFlight(), options.slice());
    Duration cpu = costs.servers().minus(cpuBefore);
    return new Row.Measured(slice, costs.redis().since(before), cpu);
  }

  private Costs ofSubject() {
    return new Costs() {
      @Override
      public RedisStats redis() throws BenchException {
        return redis.stats();
      }

      @Override
      public Duration servers() {
        return subject.cpu();
      }
    };
  }

  /** Makes so many calls that only prepare something, as fast as they go. */
  void prepare(String what, Operation operation, Duration atMost)
      throws BenchException, InterruptedException {
    prepare(what, operation, Budgets.MANY, atMost);
  }

  /** The same with so many in flight. */
  Slice prepare(String what, Operation operation, int inFlight, Duration atMost)
      throws BenchException, InterruptedException {
    progress.say("prepare          %s", what);
    Slice slice = ClosedLoop.run(operation, inFlight, atMost);
    if (!slice.failures().isEmpty()) {
      throw new BenchException(what + ": " + slice.failures());
    }
    if (slice.nanos() >= atMost.toNanos()) {
      throw new BenchException(what + ": not done in " + atMost.toSeconds() + " s");
    }
    return slice;
  }

  /** Tells of a figure as soon as it is there: others may take a while. */
  Figure told(Figure figure) {
    progress.say("measured         %s: %,.2f %s", figure.what(), figure.value(), figure.unit());
    return figure;
  }

  /** The same, counting what succeeds. */
  static Operation counted(Operation operation, AtomicLong count) {
    return heard(operation, count::incrementAndGet);
  }

  /** The same, telling of what succeeds. */
  static Operation heard(Operation operation, Runnable succeeded) {
    return done ->
        operation.start(
            new Operation.Completion() {
              @Override
              public void succeeded() {
                succeeded.run();
                done.succeeded();
              }

              @Override
              public void failed(String why) {
                done.failed(why);
              }
            });
  }
}
