package dev.tokenguard.bench;

import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * What came of some time of load.
 *
 * @param calls calls that succeeded in time; or late, if none did in time
 * @param nanos how long it took
 * @param latencies of those calls, in nanoseconds
 * @param failures why calls failed, and how many did
 */
record Slice(long calls, long nanos, Histogram latencies, Map<String, Long> failures) {
  double rate() {
    return nanos == 0 ? 0 : calls * 1e9 / nanos;
  }

  double medianMicros() {
    return latencies.getValueAtPercentile(50) / 1e3;
  }
}
