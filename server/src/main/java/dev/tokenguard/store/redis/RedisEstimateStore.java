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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Numbers in a hash for each day and feature, which goes away by itself. They are floating point
 * numbers: a sum of amounts near 2^53 would soon be too large for an integer, and statistics need
 * not be exact there. Thread-safe.
 */
final class RedisEstimateStore implements EstimateStore {
  private final ScriptRunner runner;
  private final Keys keys;

  RedisEstimateStore(ScriptRunner runner, Keys keys) {
    this.runner = runner;
    this.keys = keys;
  }

  @Override
  public CompletionStage<?> add(LocalDate day, String feature, Map<String, Double> numbers) {
    byte[] key = keys.estimates(day.toEpochDay(), feature);
    List<CompletableFuture<?>> added = new ArrayList<>(numbers.size() + 1);
    numbers.forEach(
        (name, number) ->
            added.add(
                runner
                    .read(commands -> commands.hincrbyfloat(key, name.getBytes(UTF_8), number))
                    .toCompletableFuture()));
    added.add(
        runner.read(commands -> commands.expire(key, Duration.ofDays(DAYS))).toCompletableFuture());
    return CompletableFuture.allOf(added.toArray(CompletableFuture[]::new));
  }

  @Override
  public CompletionStage<List<Map<String, Double>>> sum(
      LocalDate first, LocalDate last, Collection<String> features) {
    List<Map<String, Double>> sums = new ArrayList<>(features.size());
    features.forEach(feature -> sums.add(new HashMap<>()));
    CompletionStage<?> done = CompletableFuture.completedFuture(sums);
    for (LocalDate day = first; !day.isAfter(last); day = day.plusDays(1)) {
      long epochDay = day.toEpochDay();
      done = done.thenCompose(before -> add(epochDay, List.copyOf(features), sums));
    }
    return done.thenApply(all -> sums);
  }

  /** One day of all features: so many reads at a time, and no more. */
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
