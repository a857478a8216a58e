package dev.tokenguard.store.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tokenguard.store.EstimateStore;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Numbers in a hash for each day and feature, which goes away by itself. They are floating point
 * numbers: a sum of amounts near 2^53 would soon be too large for an integer, and statistics need
 * not be exact there. Thread-safe.
 */
final class RedisEstimateStore implements EstimateStore {
  private static final Duration KEPT = Duration.ofDays(DAYS);

  /** Commands at a time: calls share the connection. */
  private static final int AT_A_TIME = 32;

  private final ScriptRunner runner;
  private final Keys keys;

  RedisEstimateStore(ScriptRunner runner, Keys keys) {
    this.runner = runner;
    this.keys = keys;
  }

  @Override
  public CompletionStage<Set<String>> add(
      LocalDate day, String feature, Map<String, Double> numbers) {
    byte[] key = keys.estimates(day.toEpochDay(), feature);
    Set<String> failed = ConcurrentHashMap.newKeySet();
    return add(key, List.copyOf(numbers.keySet()), numbers, failed)
        .thenCompose(done -> runner.read(commands -> commands.expire(key, KEPT)))
        .handle((done, thrown) -> failed);
  }

  private CompletionStage<?> add(
      byte[] key, List<String> names, Map<String, Double> numbers, Set<String> failed) {
    List<String> some = names.subList(0, Math.min(AT_A_TIME, names.size()));
    List<CompletableFuture<?>> added = new ArrayList<>(some.size());
    for (String name : some) {
      double number = numbers.getOrDefault(name, 0.0);
      added.add(
          runner
              .read(commands -> commands.hincrbyfloat(key, name.getBytes(UTF_8), number))
              .handle((sum, thrown) -> thrown == null || failed.add(name))
              .toCompletableFuture());
    }
    CompletionStage<?> all = CompletableFuture.allOf(added.toArray(CompletableFuture[]::new));
    return some.size() == names.size()
        ? all
        : all.thenCompose(
            done -> add(key, names.subList(some.size(), names.size()), numbers, failed));
  }

  @Override
  public CompletionStage<List<Map<String, Double>>> sum(
      LocalDate first, LocalDate last, Collection<String> features) {
    List<Map<String, Double>> sums = new ArrayList<>(features.size());
    features.forEach(feature -> sums.add(new HashMap<>()));
    List<String> all = List.copyOf(features);
    CompletionStage<?> done = CompletableFuture.completedFuture(sums);
    for (LocalDate day = first; !day.isAfter(last); day = day.plusDays(1)) {
      long epochDay = day.toEpochDay();
      for (int from = 0; from < all.size(); from += AT_A_TIME) {
        List<String> some = all.subList(from, Math.min(from + AT_A_TIME, all.size()));
        List<Map<String, Double>> theirs = sums.subList(from, from + some.size());
        done = done.thenCompose(before -> add(epochDay, some, theirs));
      }
    }
    return done.thenApply(read -> sums);
  }

  /** One day of some features. */
  private CompletionStage<?> add(long day, List<String> features, List<Map<String, Double>> sums) {
    List<CompletableFuture<Map<byte[], byte[]>>> read = new ArrayList<>(features.size());
    for (String feature : features) {
      read.add(
          runner
              .read(commands -> commands.hgetall(keys.estimates(day, feature)))
              .toCompletableFuture());
    }
    return CompletableFuture.allOf(read.toArray(CompletableFuture[]::new))
        .thenAccept(
            all -> {
              for (int i = 0; i < read.size(); i++) {
                Map<String, Double> sum = sums.get(i);
                read.get(i)
                    .join()
                    .forEach(
                        (name, number) ->
                            sum.merge(
                                new String(name, UTF_8),
                                Double.valueOf(new String(number, UTF_8)),
                                Double::sum));
              }
            });
  }
}
