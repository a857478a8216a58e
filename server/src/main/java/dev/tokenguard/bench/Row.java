package dev.tokenguard.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import org.HdrHistogram.Histogram;

/**
 * One row of the table: the same load several times, between the slices of the rows it is compared
 * with. A rate is the median of its slices', for the machine may be busy with something else during
 * one of them; percentiles are of all calls.
 */
final class Row {
  private final String name;
  private final int inFlight;
  private final List<Measured> slices = new ArrayList<>();

  /**
   * A slice, and what it cost meanwhile.
   *
   * @param redis what Redis did
   * @param serverCpu processor time of the server; zero if that is not known
   */
  record Measured(Slice slice, RedisStats redis, Duration serverCpu) {}

  Row(String name, int inFlight) {
    this.name = name;
    this.inFlight = inFlight;
  }

  void add(Measured measured) {
    slices.add(measured);
  }

  String name() {
    return name;
  }

  int inFlight() {
    return inFlight;
  }

  List<Slice> slices() {
    return slices.stream().map(Measured::slice).toList();
  }

  long calls() {
    return slices.stream().mapToLong(each -> each.slice.calls()).sum();
  }

  /** Calls a second. */
  double rate() {
    return median(slices, each -> each.slice.rate());
  }

  /** The latency that so many percent of the calls did not exceed, in microseconds. */
  double micros(double percentile) {
    Histogram all = new Histogram(3);
    slices.forEach(each -> all.add(each.slice.latencies()));
    return all.getTotalCount() == 0 ? 0 : all.getValueAtPercentile(percentile) / 1e3;
  }

  /** Processor time of one script in Redis, in microseconds; 0 where none ran. */
  double scriptMicros() {
    RedisStats redis = redis();
    return redis.scripts() == 0 ? 0 : redis.scriptMicros() / redis.scripts();
  }

  /** Processor time of the whole of Redis for one call, in microseconds. */
  double redisMicros() {
    return calls() == 0 ? 0 : redis().cpuMicros() / calls();
  }

  /** Processor time of the server for one call, in microseconds; 0 if that is not known. */
  double serverMicros() {
    double nanos = slices.stream().mapToDouble(each -> each.serverCpu.toNanos()).sum();
    return calls() == 0 ? 0 : nanos / 1e3 / calls();
  }

  Map<String, Long> failures() {
    Map<String, Long> all = new TreeMap<>();
    for (Measured each : slices) {
      each.slice.failures().forEach((why, count) -> all.merge(why, count, Long::sum));
    }
    return all;
  }

  private RedisStats redis() {
    return slices.stream().map(Measured::redis).reduce(RedisStats.NONE, RedisStats::plus);
  }

  /** The median of what a function says of each; 0 of none. */
  static <T> double median(List<T> all, ToDoubleFunction<T> value) {
    double[] sorted = all.stream().mapToDouble(value).sorted().toArray();
    if (sorted.length == 0) {
      return 0;
    }
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
