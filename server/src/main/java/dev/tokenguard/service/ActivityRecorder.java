package dev.tokenguard.service;

import dev.tokenguard.domain.ActivityPoint;
import dev.tokenguard.domain.ActivityResolution;
import dev.tokenguard.domain.Amounts;
import dev.tokenguard.domain.Decision;
import dev.tokenguard.domain.Denial;
import dev.tokenguard.domain.Settlement;
import dev.tokenguard.store.ActivityStore;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what was decided and consumed over time: in memory at every call, and from time to time in
 * the store, where the numbers of all servers come together. What is told counts for the moment
 * when it is told.
 *
 * <p>Statistics rather than accounting, as {@link EstimateRecorder}. Bounded by the reasons and the
 * token types. Thread-safe.
 */
public final class ActivityRecorder implements Recorder, Activity {
  private static final Logger log = LoggerFactory.getLogger(ActivityRecorder.class);

  private static final String ALLOWED = "allowed";
  private static final String DENIED = "denied/";
  private static final String CONSUMED = "consumed/";

  private final ActivityStore store;
  private final Clock clock;
  private final LongAdder allowed = new LongAdder();
  private final Map<Denial.Reason, LongAdder> denied = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> consumed = new ConcurrentHashMap<>();

  /** Counts nothing yet. */
  public ActivityRecorder(ActivityStore store, Clock clock) {
    this.store = store;
    this.clock = clock;
  }

  @Override
  public void reserved(Decision decision) {
    if (isNew(decision)) {
      allowed.increment();
    }
    denied(decision);
  }

  @Override
  public void consumed(Decision decision) {
    if (isNew(decision)) {
      allowed.increment();
      consumed(((Decision.Allowed) decision).reservation().amounts());
    }
    denied(decision);
  }

  @Override
  public void extended(Decision decision) {
    denied(decision);
  }

  @Override
  public void committed(Settlement settlement) {
    if (!settlement.replayed()) {
      consumed(settlement.charged());
    }
  }

  private static boolean isNew(Decision decision) {
    return decision instanceof Decision.Allowed told && !told.replayed();
  }

  private void denied(Decision decision) {
    if (decision instanceof Decision.Denied told) {
      adder(denied, told.denial().reason()).increment();
    }
  }

  private void consumed(Amounts amounts) {
    amounts.byType().forEach((type, amount) -> adder(consumed, type).add(amount));
  }

  private static <K> LongAdder adder(Map<K, LongAdder> adders, K key) {
    LongAdder adder = adders.get(key);
    return adder != null ? adder : adders.computeIfAbsent(key, none -> new LongAdder());
  }

  @Override
  public CompletionStage<?> flush() {
    Map<String, Long> numbers = take();
    if (numbers.isEmpty()) {
      return CompletableFuture.completedFuture(numbers);
    }
    return store
        .add(clock.instant(), numbers)
        .handle(
            (done, thrown) -> {
              if (thrown != null) {
                log.warn("the store did not take what was counted of activity: it is kept");
                putBack(numbers);
              }
              return numbers;
            });
  }

  private Map<String, Long> take() {
    Map<String, Long> numbers = new HashMap<>();
    take(numbers, ALLOWED, allowed);
    denied.forEach((reason, adder) -> take(numbers, DENIED + reason, adder));
    consumed.forEach((type, adder) -> take(numbers, CONSUMED + type, adder));
    return numbers;
  }

  private static void take(Map<String, Long> numbers, String name, LongAdder adder) {
    long sum = adder.sumThenReset();
    if (sum > 0) {
      numbers.put(name, Math.min(sum, Amounts.MAX));
    }
  }

  private void putBack(Map<String, Long> numbers) {
    numbers.forEach(
        (name, number) -> {
          if (name.startsWith(DENIED)) {
            adder(denied, Denial.Reason.valueOf(name.substring(DENIED.length()))).add(number);
          } else if (name.startsWith(CONSUMED)) {
            adder(consumed, name.substring(CONSUMED.length())).add(number);
          } else {
            allowed.add(number);
          }
        });
  }

  /** With what this server has counted until now. */
  @Override
  public CompletionStage<List<ActivityPoint>> between(
      ActivityResolution resolution, Instant from, Instant until) {
    return flush()
        .thenCompose(told -> store.read(resolution, from, until))
        .thenApply(
            spans -> {
              List<ActivityPoint> points = new ArrayList<>(spans.size());
              spans.forEach((start, numbers) -> points.add(point(start, numbers)));
              return points;
            });
  }

  private static ActivityPoint point(Instant start, Map<String, Long> numbers) {
    return new ActivityPoint(
        start,
        numbers.getOrDefault(ALLOWED, 0L),
        beginning(DENIED, numbers),
        beginning(CONSUMED, numbers));
  }

  private static Map<String, Long> beginning(String with, Map<String, Long> numbers) {
    Map<String, Long> some = new HashMap<>();
    numbers.forEach(
        (name, number) -> {
          if (name.startsWith(with)) {
            some.put(name.substring(with.length()), number);
          }
        });
    return some;
  }
}
