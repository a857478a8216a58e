package dev.tokenguard.store.redis;

import static dev.tokenguard.store.redis.OperatorCall.ascii;
import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.tokenguard.domain.AdminEvent;
import dev.tokenguard.domain.Fault;
import dev.tokenguard.domain.FaultException;
import dev.tokenguard.store.AdminEventStore;
import dev.tokenguard.store.Page;
import dev.tokenguard.store.StoreListener;
import io.lettuce.core.KeyValue;
import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Events in one hash, and their ids in two sorted sets: those of changes, and those of attempts
 * that changed nothing, which must not crowd the first ones out. Thread-safe; never blocks.
 */
final class RedisAdminEventStore implements AdminEventStore {

  /**
   * What is kept.
   *
   * @param changes events of changes at most
   * @param attempts events of attempts at most
   * @param age of an event at most
   */
  record Limits(int changes, int attempts, Duration age) {}

  /** Events in one run of the script, and in one look. */
  private static final int AT_ONCE = 100;

  /**
   * Changes that run have an event already, and may turn out to be attempts: so long, more are kept
   * than the limit says.
   */
  private static final int IN_FLIGHT = 10_000;

  private static final int CHANGES = 1;
  private static final int ATTEMPTS = 2;
  private static final Logger log = LoggerFactory.getLogger(RedisAdminEventStore.class);

  private final ScriptRunner runner;
  private final byte[][] keys;
  private final Limits limits;
  private final StoreListener listener;
  private final StoreClock clock;

  RedisAdminEventStore(
      ScriptRunner runner, Keys keys, Limits limits, StoreListener listener, StoreClock clock) {
    this.runner = runner;
    this.keys = keys.adminEvents();
    this.limits = limits;
    this.listener = listener;
    this.clock = clock;
  }

  @Override
  public CompletionStage<List<AdminEvent>> begin(List<AdminEvent> events) {
    List<AdminEvent> begun = new ArrayList<>(events.size());
    return inParts(
            events,
            part ->
                record(part, limits.changes() + IN_FLIGHT)
                    .thenAccept(
                        reply -> {
                          for (int i = 0; i < part.size(); i++) {
                            begun.add(part.get(i).withId(StoredValues.number(reply, i + 2)));
                          }
                        }))
        .thenApply(done -> begun);
  }

  @Override
  public CompletionStage<?> finish(List<AdminEvent> events) {
    return inParts(events, part -> record(part, limits.changes()));
  }

  /** Does something to some at a time, one after the other. */
  private static CompletionStage<?> inParts(List<AdminEvent> events, Part step) {
    CompletionStage<?> done = CompletableFuture.completedFuture(events);
    for (int from = 0; from < events.size(); from += AT_ONCE) {
      List<AdminEvent> part = events.subList(from, Math.min(from + AT_ONCE, events.size()));
      done = done.thenCompose(before -> step.of(part));
    }
    return done;
  }

  /** What is done to some of them. */
  private interface Part {
    CompletionStage<?> of(List<AdminEvent> some);
  }

  private CompletionStage<List<Object>> record(List<AdminEvent> events, int changes) {
    byte[] rows =
        Packer.pack(
            out -> {
              for (AdminEvent event : events) {
                byte[] packed = StoredAdminEvent.pack(event);
                out.packLong(event.id())
                    .packInt(event.result().outcome().mayHaveChanged() ? 0 : 1)
                    .packRawStringHeader(packed.length)
                    .writePayload(packed);
              }
            });
    return runner
        .run(
            Script.RECORD,
            keys,
            new byte[][] {
              ascii(clock.forScripts()),
              ascii(limits.age().toMillis()),
              ascii(changes),
              ascii(limits.attempts()),
              rows
            })
        .exceptionallyCompose(thrown -> CompletableFuture.failedFuture(explained(thrown)));
  }

  /** It is no account that is damaged. */
  private static FaultException explained(Throwable thrown) {
    FaultException fault = RedisFaults.of(thrown);
    return fault.fault() != Fault.ACCOUNT_CORRUPT
        ? fault
        : FaultException.of(
            Fault.ACCOUNT_CORRUPT,
            "the stored admin events cannot be read, so that no change can be recorded, and none is"
                + " made. The server's log has the details");
  }

  @Override
  public CompletionStage<Page<AdminEvent>> list(
      Span span, int size, int look, Predicate<AdminEvent> filter) {
    long oldest = 1000 * (clock.now() - limits.age().toMillis());
    long from = Math.max(oldest, micros(span.from()));
    return list(
        new Reading(span.oldestFirst(), from, micros(span.until()), size, filter),
        span.position(),
        look,
        new ArrayList<>());
  }

  /**
   * What is looked for.
   *
   * @param from the first id, both included
   * @param until the id before which to stop
   */
  private record Reading(
      boolean oldestFirst, long from, long until, int size, Predicate<AdminEvent> filter) {

    Range<Long> after(String position) {
      Range.Boundary<Long> first = Range.Boundary.including(from);
      Range.Boundary<Long> last = Range.Boundary.excluding(until);
      if (!position.isEmpty()) {
        long at = Long.parseLong(position);
        if (oldestFirst && at >= from) {
          first = Range.Boundary.excluding(at);
        } else if (!oldestFirst && at < until) {
          last = Range.Boundary.excluding(at);
        }
      }
      return Range.from(first, last);
    }
  }

  private CompletionStage<Page<AdminEvent>> list(
      Reading reading, String position, int look, List<AdminEvent> found) {
    int some = Math.min(look, AT_ONCE);
    return ids(reading, position, some)
        .thenCompose(ids -> events(ids).thenApply(events -> new Looked(ids, events)))
        .thenCompose(
            looked -> {
              for (AdminEvent event : looked.events) {
                if (reading.filter.test(event)) {
                  found.add(event);
                  if (found.size() == reading.size) {
                    return page(found, String.valueOf(event.id()));
                  }
                }
              }
              if (looked.ids.size() < some) {
                return CompletableFuture.completedFuture(new Page<>(found, null));
              }
              String last = String.valueOf(looked.ids.get(looked.ids.size() - 1));
              return look == some ? page(found, last) : list(reading, last, look - some, found);
            });
  }

  private static CompletionStage<Page<AdminEvent>> page(List<AdminEvent> found, String next) {
    return CompletableFuture.completedFuture(new Page<>(found, next));
  }

  private record Looked(List<Long> ids, List<AdminEvent> events) {}

  /**
   * The next ids of both sets. An event may go from the changes to the attempts meanwhile, and
   * never back: so the changes are read first, and nothing is missed.
   */
  private CompletionStage<List<Long>> ids(Reading reading, String position, int size) {
    Range<Long> range = reading.after(position);
    NavigableSet<Long> both =
        new TreeSet<>(reading.oldestFirst ? Long::compare : Collections.<Long>reverseOrder());
    return ids(keys[CHANGES], reading, range, size, both)
        .thenCompose(done -> ids(keys[ATTEMPTS], reading, range, size, both))
        .thenApply(done -> both.stream().limit(size).toList());
  }

  private CompletionStage<?> ids(
      byte[] key, Reading reading, Range<Long> range, int size, NavigableSet<Long> into) {
    Limit limit = Limit.create(0, size);
    return runner
        .read(
            commands ->
                reading.oldestFirst
                    ? commands.zrangebyscore(key, range, limit)
                    : commands.zrevrangebyscore(key, range, limit))
        .thenAccept(ids -> ids.forEach(id -> into.add(Long.valueOf(new String(id, US_ASCII)))));
  }

  /** In their order; without those that were forgotten meanwhile. */
  private CompletionStage<List<AdminEvent>> events(List<Long> ids) {
    if (ids.isEmpty()) {
      return CompletableFuture.completedFuture(List.of());
    }
    byte[][] fields = ids.stream().map(OperatorCall::ascii).toArray(byte[][]::new);
    return runner
        .read(commands -> commands.hmget(keys[0], fields))
        .thenApply(
            packed -> {
              List<AdminEvent> events = new ArrayList<>(packed.size());
              for (KeyValue<byte[], byte[]> each : packed) {
                if (each.hasValue()) {
                  add(new String(each.getKey(), US_ASCII), each.getValue(), events);
                }
              }
              return events;
            });
  }

  /** One that cannot be read hides no other. */
  private void add(String id, byte[] packed, List<AdminEvent> events) {
    try {
      events.add(StoredAdminEvent.of(Long.parseLong(id), packed));
    } catch (RuntimeException e) {
      log.error("admin event {} is damaged", id, e);
      listener.fault(Fault.ACCOUNT_CORRUPT);
    }
  }

  /** As large as a score can be, exactly, for times beyond. */
  private static long micros(Instant time) {
    Instant last = Instant.EPOCH.plus(1L << 53, ChronoUnit.MICROS);
    return time.isBefore(Instant.EPOCH)
        ? 0
        : ChronoUnit.MICROS.between(Instant.EPOCH, time.isAfter(last) ? last : time);
  }
}
