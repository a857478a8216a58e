package dev.tokenguard.metrics;

import dev.tokenguard.domain.Fault;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

/** Counts gRPC calls. Thread-safe. */
final class CallMeters {

  /** There from the start, so that the first is an increase from 0. */
  private static final Set<Fault> FROM_THE_START =
      EnumSet.of(Fault.OVERLOADED, Fault.SHUTTING_DOWN, Fault.DEADLINE_PASSED);

  private final Meters meters;
  private final ConcurrentMap<String, Timer> times = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, ConcurrentMap<String, Counter>> byMethod =
      new ConcurrentHashMap<>();
  private final ConcurrentMap<Fault, Counter> refusals = new ConcurrentHashMap<>();

  CallMeters(Meters meters) {
    this.meters = meters;
    FROM_THE_START.forEach(this::refusals);
  }

  void watch(IntSupplier callsInFlight, IntSupplier watches) {
    meters.gauge(Metric.CALLS_IN_FLIGHT, callsInFlight::getAsInt);
    meters.gauge(Metric.WATCHES, watches::getAsInt);
  }

  void ended(String method, String code, boolean stream, long nanos) {
    ConcurrentMap<String, Counter> byCode = byMethod.get(method);
    if (byCode == null) {
      byCode = byMethod.computeIfAbsent(method, name -> new ConcurrentHashMap<>());
    }
    Counter counter = byCode.get(code);
    if (counter == null) {
      counter = byCode.computeIfAbsent(code, name -> meters.counter(Metric.CALLS, method, name));
    }
    counter.increment();
    if (!stream) {
      Timer timer = times.get(method);
      if (timer == null) {
        timer = times.computeIfAbsent(method, name -> meters.timer(Metric.CALL_TIME, name));
      }
      timer.record(nanos, TimeUnit.NANOSECONDS);
    }
  }

  void refused(Fault reason) {
    refusals(reason).increment();
  }

  private Counter refusals(Fault reason) {
    Counter counter = refusals.get(reason);
    return counter != null
        ? counter
        : refusals.computeIfAbsent(
            reason, key -> meters.counter(Metric.REFUSALS, key.name().toLowerCase(Locale.ROOT)));
  }
}
