package dev.tokenguard.auth;

import dev.tokenguard.domain.Fault;
import dev.tokenguard.domain.FaultException;
import dev.tokenguard.domain.Identity;
import dev.tokenguard.domain.Quota;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Sees to it that nobody takes more of the server than is theirs: calls at a time, calls in a
 * second, streams at a time, each counted by the name of the credential. Thread-safe.
 */
public final class Quotas {
  /** Names of signed tokens have no end: those of callers who are not there now are forgotten. */
  private static final int MAX_NAMES = 10_000;

  private static final Ticket FREE = () -> {};

  private final Quota byDefault;
  private final AccessListener listener;
  private final TimeMeter time;
  private final ConcurrentHashMap<String, Usage> usages = new ConcurrentHashMap<>();

  /** A call that was let in, until it has ended. */
  @FunctionalInterface
  public interface Ticket extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Quotas that nobody has used any of.
   *
   * @param byDefault of credentials that say nothing of their own
   */
  public Quotas(Quota byDefault, AccessListener listener, Clock clock) {
    this.byDefault = byDefault;
    this.listener = listener;
    this.time = new Millis(clock);
  }

  /**
   * Lets a call of a caller in; the ticket is closed once, when it has ended.
   *
   * @param stream whether it is a stream
   * @throws FaultException RATE_LIMITED if the caller has as many as it may
   */
  public Ticket enter(Identity caller, boolean stream) {
    Quota quota = quota(caller.quota());
    if (quota.equals(Quota.NONE)) {
      return FREE;
    }
    Usage usage = usage(caller, quota);
    int most = stream ? quota.maxStreams() : quota.maxInFlight();
    AtomicInteger open = stream ? usage.streams : usage.calls;
    if (open.incrementAndGet() > most && most > 0) {
      open.decrementAndGet();
      throw refused(
          caller,
          stream
              ? most + " streams open, as many as it may (max_streams)"
              : most + " calls in flight, as many as it may (max_in_flight)");
    }
    Bucket rate = usage.rate;
    if (rate != null && !rate.tryConsume(1)) {
      open.decrementAndGet();
      throw refused(
          caller,
          "made its " + quota.callsPerSecond() + " calls of this second (calls_per_second)");
    }
    return open::decrementAndGet;
  }

  /** Names that it keeps now. */
  int known() {
    return usages.size();
  }

  private Usage usage(Identity caller, Quota quota) {
    if (usages.size() > MAX_NAMES) {
      usages.values().removeIf(Usage::isIdle);
    }
    String name = caller.namespace().orElse("") + "/" + caller.name();
    // The credential may have been given another quota since.
    return usages.compute(
        name,
        (key, known) ->
            known == null
                ? new Usage(quota, new AtomicInteger(), new AtomicInteger(), rate(quota))
                : known.quota.equals(quota)
                    ? known
                    : new Usage(quota, known.calls, known.streams, rate(quota)));
  }

  private Quota quota(Quota own) {
    return new Quota(
        own.maxInFlight() > 0 ? own.maxInFlight() : byDefault.maxInFlight(),
        own.callsPerSecond() > 0 ? own.callsPerSecond() : byDefault.callsPerSecond(),
        own.maxStreams() > 0 ? own.maxStreams() : byDefault.maxStreams());
  }

  private @Nullable Bucket rate(Quota quota) {
    int perSecond = quota.callsPerSecond();
    return perSecond == 0
        ? null
        : Bucket.builder()
            .addLimit(
                limit -> limit.capacity(perSecond).refillGreedy(perSecond, Duration.ofSeconds(1)))
            .withCustomTimePrecision(time)
            .build();
  }

  private FaultException refused(Identity caller, String why) {
    listener.refused(Refusal.OVER_QUOTA);
    return FaultException.of(
        Fault.RATE_LIMITED, "'" + caller.name() + "' has " + why + "; nothing was done");
  }

  private record Usage(
      Quota quota, AtomicInteger calls, AtomicInteger streams, @Nullable Bucket rate) {
    boolean isIdle() {
      return calls.get() == 0 && streams.get() == 0;
    }
  }

  /** The clock that everything here goes by. */
  private record Millis(Clock clock) implements TimeMeter {
    @Override
    public long currentTimeNanos() {
      return TimeUnit.MILLISECONDS.toNanos(clock.millis());
    }

    @Override
    public boolean isWallClockBased() {
      return true;
    }
  }
}
