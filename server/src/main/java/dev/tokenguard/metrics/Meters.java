package dev.tokenguard.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.function.Supplier;

/** Makes meters of {@link Metric}s. Making one is slow: whoever counts often keeps it. */
final class Meters {

  /** Upper bounds of the histograms, from a script on the same machine to a store that hangs. */
  private static final Duration[] BUCKETS = {
    Duration.ofNanos(100_000),
    Duration.ofNanos(250_000),
    Duration.ofNanos(500_000),
    Duration.ofMillis(1),
    Duration.ofNanos(2_500_000),
    Duration.ofMillis(5),
    Duration.ofMillis(10),
    Duration.ofMillis(25),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(250),
    Duration.ofSeconds(1),
    Duration.ofSeconds(5)
  };

  private final MeterRegistry registry;

  Meters(MeterRegistry registry) {
    this.registry = registry;
  }

  /** A counter; one value for each label of the metric, in their order. */
  Counter counter(Metric metric, String... values) {
    return Counter.builder(metric.id())
        .description(metric.help())
        .tags(tags(metric, values))
        .register(registry);
  }

  /** A histogram of times. */
  Timer timer(Metric metric, String... values) {
    return Timer.builder(metric.id())
        .description(metric.help())
        .tags(tags(metric, values))
        .serviceLevelObjectives(BUCKETS)
        .register(registry);
  }

  /** A number that is asked for at every scrape. */
  void gauge(Metric metric, Supplier<Number> number, String... values) {
    Gauge.builder(metric.id(), number)
        .description(metric.help())
        .tags(tags(metric, values))
        .register(registry);
  }

  private static Tags tags(Metric metric, String... values) {
    if (values.length != metric.labels().size()) {
      throw new IllegalArgumentException(metric + " has the labels " + metric.labels());
    }
    Tags tags = Tags.empty();
    for (int i = 0; i < values.length; i++) {
      tags = tags.and(metric.labels().get(i), values[i]);
    }
    return tags;
  }
}
