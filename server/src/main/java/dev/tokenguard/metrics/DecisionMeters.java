package dev.tokenguard.metrics;

import dev.tokenguard.domain.Catalog;
import dev.tokenguard.domain.Decision;
import dev.tokenguard.domain.Denial;
import io.micrometer.core.instrument.Counter;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;

/** Counts decisions by feature. Thread-safe. */
final class DecisionMeters {

  private final Meters meters;
  private final Supplier<Catalog> catalog;
  private final ConcurrentMap<String, Counters> byFeature = new ConcurrentHashMap<>();

  DecisionMeters(Meters meters, Supplier<Catalog> catalog) {
    this.meters = meters;
    this.catalog = catalog;
  }

  void decided(Decision decision) {
    if (decision instanceof Decision.Allowed allowed) {
      of(allowed.reservation().feature()).allowed().increment();
    } else if (decision instanceof Decision.Denied denied) {
      Denial denial = denied.denial();
      Counter counter = of(denial.feature()).denied().get(denial.reason());
      if (counter != null) {
        counter.increment();
      }
    }
  }

  private Counters of(String feature) {
    Counters counters = byFeature.get(feature);
    return counters != null
        ? counters
        : byFeature.computeIfAbsent(
            catalog.get().features().containsKey(feature) ? feature : TokenMeters.UNKNOWN,
            this::newCounters);
  }

  /** With every reason at once, so that the first denial is an increase from 0. */
  private Counters newCounters(String feature) {
    Map<Denial.Reason, Counter> denied = new EnumMap<>(Denial.Reason.class);
    for (Denial.Reason reason : Denial.Reason.values()) {
      String label = reason.name().toLowerCase(Locale.ROOT);
      denied.put(reason, meters.counter(Metric.DECISIONS, feature, "denied", label));
    }
    return new Counters(meters.counter(Metric.DECISIONS, feature, "allowed", "none"), denied);
  }

  private record Counters(Counter allowed, Map<Denial.Reason, Counter> denied) {}
}
