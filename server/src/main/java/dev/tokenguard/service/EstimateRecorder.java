package dev.tokenguard.service;

import dev.tokenguard.domain.Amounts;
import dev.tokenguard.domain.Catalog;
import dev.tokenguard.domain.Estimate;
import dev.tokenguard.domain.Settlement;
import dev.tokenguard.store.EstimateStore;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what commits really used, against what was held for them: in memory at every commit, and
 * from time to time in the store, where the numbers of all servers come together.
 *
 * <p>Statistics rather than accounting: what a server counted since it last told the store is lost
 * when it crashes, and what it told may count twice when the answer of the store was lost. Bounded
 * by the features and token types of the catalog. Thread-safe.
 */
public final class EstimateRecorder implements Recorder, Estimates {
  private static final Logger log = LoggerFactory.getLogger(EstimateRecorder.class);

  private final EstimateStore store;
  private final Supplier<Catalog> catalog;
  private final Clock clock;
  private final Map<String, FeatureUse> byFeature = new ConcurrentHashMap<>();

  /** Counts nothing yet, and nothing but what the catalog in force names. */
  public EstimateRecorder(EstimateStore store, Supplier<Catalog> catalog, Clock clock) {
    this.store = store;
    this.catalog = catalog;
    this.clock = clock;
  }

  @Override
  public void committed(Settlement settlement) {
    if (settlement.replayed()) {
      return;
    }
    String feature = settlement.reservation().feature();
    FeatureUse use = byFeature.get(feature);
    if (use == null) {
      if (!catalog.get().features().containsKey(feature)) {
        return;
      }
      use = byFeature.computeIfAbsent(feature, name -> new FeatureUse());
    }
    Amounts held = settlement.reservation().amounts();
    Amounts charged = settlement.charged();
    for (String type : held.types()) {
      record(use, type, held.of(type), charged.of(type) + settlement.uncovered().of(type));
    }
    for (String type : charged.types()) {
      if (!held.byType().containsKey(type)) {
        record(use, type, 0, charged.of(type) + settlement.uncovered().of(type));
      }
    }
  }

  private void record(FeatureUse use, String type, long held, long used) {
    if (use.knows(type) || catalog.get().tokenTypes().containsKey(type)) {
      use.record(type, held, used);
    }
  }

  /** A feature after the other. */
  @Override
  public CompletionStage<?> flush() {
    LocalDate today = today();
    CompletionStage<?> done = CompletableFuture.completedFuture(today);
    for (Map.Entry<String, FeatureUse> each : byFeature.entrySet()) {
      done = done.thenCompose(before -> flush(today, each.getKey(), each.getValue()));
    }
    return done;
  }

  private CompletionStage<?> flush(LocalDate today, String feature, FeatureUse use) {
    Map<String, Double> numbers = use.take();
    if (numbers.isEmpty()) {
      return CompletableFuture.completedFuture(numbers);
    }
    return store
        .add(today, feature, numbers)
        .exceptionally(thrown -> numbers.keySet())
        .thenApply(
            failed -> {
              if (!failed.isEmpty()) {
                log.warn("the store did not take the estimates of {}: they are kept", feature);
                numbers.keySet().retainAll(failed);
                use.putBack(numbers);
              }
              return failed;
            });
  }

  @Override
  public CompletionStage<List<Estimate>> of(String feature, int days) {
    Set<String> features =
        feature.isEmpty() ? new TreeSet<>(catalog.get().features().keySet()) : Set.of(feature);
    LocalDate today = today();
    return store
        .sum(today.minusDays(days - 1L), today, features)
        .thenApply(
            sums -> {
              List<Estimate> estimates = new ArrayList<>();
              int i = 0;
              for (String name : features) {
                estimates.addAll(FeatureUse.estimates(name, new TreeMap<>(sums.get(i++))));
              }
              return estimates;
            });
  }

  private LocalDate today() {
    return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
  }
}
