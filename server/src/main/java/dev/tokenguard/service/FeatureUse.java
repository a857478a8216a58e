package dev.tokenguard.service;

import dev.tokenguard.domain.Estimate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.DoubleAdder;

/**
 * Numbers of one feature, by name: {@code b<amount>} commits that used about so much, {@code est}
 * held, {@code act} used, {@code over} commits of more than was held; each followed by a slash and
 * the token type. Thread-safe.
 *
 * <p>Amounts are counted in buckets less than 1 % wide, and below 256 in one each: few buckets are
 * ever used of those that there are, which an array for all of them would not make use of.
 */
final class FeatureUse {
  private static final int EXACT_BITS = 8;
  private static final String ESTIMATED = "est";
  private static final String ACTUAL = "act";
  private static final String OVERRUNS = "over";

  private final Map<String, TypeUse> byType = new ConcurrentHashMap<>();

  /** What was counted of one token type and not told yet. */
  private static final class TypeUse {
    private final DoubleAdder estimated = new DoubleAdder();
    private final DoubleAdder actual = new DoubleAdder();
    private final DoubleAdder overruns = new DoubleAdder();
    private final Map<Long, DoubleAdder> buckets = new ConcurrentHashMap<>();
  }

  boolean knows(String type) {
    return byType.containsKey(type);
  }

  void record(String type, long estimated, long actual) {
    TypeUse use = byType.get(type);
    if (use == null) {
      use = byType.computeIfAbsent(type, name -> new TypeUse());
    }
    use.estimated.add(estimated);
    use.actual.add(actual);
    if (actual > estimated) {
      use.overruns.add(1);
    }
    Long bucket = bucket(actual);
    DoubleAdder count = use.buckets.get(bucket);
    if (count == null) {
      count = use.buckets.computeIfAbsent(bucket, amount -> new DoubleAdder());
    }
    count.add(1);
  }

  /** The middle of the amounts that are counted as one with this. */
  static long bucket(long amount) {
    int shift = Long.SIZE - Long.numberOfLeadingZeros(amount) - EXACT_BITS;
    return shift <= 0 ? amount : (amount >>> shift << shift) + (1L << shift >>> 1);
  }

  /** What was counted since it was last taken, by name. */
  Map<String, Double> take() {
    Map<String, Double> numbers = new HashMap<>();
    byType.forEach(
        (type, use) -> {
          put(numbers, ESTIMATED, type, use.estimated);
          put(numbers, ACTUAL, type, use.actual);
          put(numbers, OVERRUNS, type, use.overruns);
          use.buckets.forEach((amount, count) -> put(numbers, "b" + amount, type, count));
        });
    return numbers;
  }

  private static void put(
      Map<String, Double> numbers, String name, String type, DoubleAdder adder) {
    double sum = adder.sumThenReset();
    if (sum != 0) {
      numbers.put(name + "/" + type, sum);
    }
  }

  /** Nobody wanted it. */
  void putBack(Map<String, Double> numbers) {
    numbers.forEach(
        (name, number) -> {
          int slash = name.indexOf('/');
          TypeUse use = byType.computeIfAbsent(name.substring(slash + 1), type -> new TypeUse());
          String what = name.substring(0, slash);
          switch (what) {
            case ESTIMATED -> use.estimated.add(number);
            case ACTUAL -> use.actual.add(number);
            case OVERRUNS -> use.overruns.add(number);
            default ->
                use.buckets
                    .computeIfAbsent(Long.valueOf(what.substring(1)), amount -> new DoubleAdder())
                    .add(number);
          }
        });
  }

  /** What numbers of a feature come to, in order of token type. */
  static List<Estimate> estimates(String feature, Map<String, Double> numbers) {
    Map<String, NavigableMap<Long, Double>> buckets = new TreeMap<>();
    numbers.forEach(
        (name, number) -> {
          int slash = name.indexOf('/');
          if (name.charAt(0) == 'b') {
            buckets
                .computeIfAbsent(name.substring(slash + 1), type -> new TreeMap<>())
                .put(Long.valueOf(name.substring(1, slash)), number);
          }
        });
    List<Estimate> estimates = new ArrayList<>(buckets.size());
    buckets.forEach(
        (type, counts) -> {
          double count = counts.values().stream().mapToDouble(Double::doubleValue).sum();
          estimates.add(
              new Estimate(
                  feature,
                  type,
                  Math.round(count),
                  numbers.getOrDefault(ESTIMATED + "/" + type, 0.0) / count,
                  numbers.getOrDefault(ACTUAL + "/" + type, 0.0) / count,
                  percentile(counts, 0.50 * count),
                  percentile(counts, 0.95 * count),
                  counts.lastKey(),
                  numbers.getOrDefault(OVERRUNS + "/" + type, 0.0) / count));
        });
    return estimates;
  }

  /** The amount that {@code rank} of them are at most. */
  private static long percentile(NavigableMap<Long, Double> counts, double rank) {
    double seen = 0;
    for (Map.Entry<Long, Double> bucket : counts.entrySet()) {
      seen += bucket.getValue();
      if (seen >= rank - 1e-9) {
        return bucket.getKey();
      }
    }
    return counts.lastKey();
  }
}
