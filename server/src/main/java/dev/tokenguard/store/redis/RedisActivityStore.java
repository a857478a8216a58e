package dev.tokenguard.store.redis;

import static dev.tokenguard.store.redis.OperatorCall.ascii;
import static dev.tokenguard.store.redis.OperatorCall.utf8;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tokenguard.domain.ActivityResolution;
import dev.tokenguard.store.ActivityStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Activity in one hash for the five minutes of each day, and in one for the days of about a month;
 * both go away by themselves. A field is the number of the span, a slash, and a name. Thread-safe.
 */
final class RedisActivityStore implements ActivityStore {
  private static final long DAY = Duration.ofDays(1).toMillis();

  /** Numbers in one run of the script. */
  private static final int AT_ONCE = 200;

  private final ScriptRunner runner;
  private final Keys keys;

  RedisActivityStore(ScriptRunner runner, Keys keys) {
    this.runner = runner;
    this.keys = keys;
  }

  @Override
  public CompletionStage<?> add(Instant moment, Map<String, Long> numbers) {
    long millis = moment.toEpochMilli();
    byte[][] hashes = keys.activity(Math.floorDiv(millis, DAY));
    List<String> names = List.copyOf(numbers.keySet());
    CompletionStage<?> done = CompletableFuture.completedFuture(names);
    for (int from = 0; from < names.size(); from += AT_ONCE) {
      List<String> some = names.subList(from, Math.min(from + AT_ONCE, names.size()));
      done = done.thenCompose(before -> add(millis, hashes, some, numbers));
    }
    return done;
  }

  private CompletionStage<?> add(
      long millis, byte[][] hashes, List<String> names, Map<String, Long> numbers) {
    byte[] rows =
        Packer.pack(
            out -> {
              for (String name : names) {
                out.packString(name).packLong(numbers.getOrDefault(name, 0L));
              }
            });
    return runner.run(
        Script.COUNT,
        hashes,
        new byte[][] {
          utf8(number(millis, ActivityResolution.FIVE_MINUTES) + "/"),
          utf8(number(millis, ActivityResolution.DAY) + "/"),
          // All of a hash, after the last of it was written.
          ascii(ActivityResolution.FIVE_MINUTES.kept().toMillis() + DAY),
          ascii(ActivityResolution.DAY.kept().toMillis() + DAY),
          rows
        });
  }

  /** Spans are counted from the epoch. */
  private static long number(long millis, ActivityResolution resolution) {
    return Math.floorDiv(millis, resolution.span().toMillis());
  }

  @Override
  public CompletionStage<SortedMap<Instant, Map<String, Long>>> read(
      ActivityResolution resolution, Instant from, Instant until) {
    long first = number(from.toEpochMilli(), resolution);
    long last = number(until.toEpochMilli() - 1, resolution);
    List<CompletableFuture<Map<byte[], byte[]>>> hashes = new ArrayList<>();
    for (String hash : hashes(resolution, first, last)) {
      hashes.add(
          runner.read(commands -> commands.hgetall(hash.getBytes(UTF_8))).toCompletableFuture());
    }
    return CompletableFuture.allOf(hashes.toArray(CompletableFuture[]::new))
        .thenApply(
            done -> {
              SortedMap<Instant, Map<String, Long>> spans = new TreeMap<>();
              for (CompletableFuture<Map<byte[], byte[]>> each : hashes) {
                each.join()
                    .forEach((field, value) -> put(spans, field, value, resolution, first, last));
              }
              return spans;
            });
  }

  private Set<String> hashes(ActivityResolution resolution, long first, long last) {
    Set<String> names = new LinkedHashSet<>();
    long span = resolution.span().toMillis();
    for (long day = Math.floorDiv(first * span, DAY);
        day <= Math.floorDiv(last * span, DAY);
        day++) {
      names.add(
          new String(
              resolution == ActivityResolution.DAY
                  ? keys.activityOfDays(day)
                  : keys.activityOfDay(day),
              UTF_8));
    }
    return names;
  }

  private static void put(
      SortedMap<Instant, Map<String, Long>> spans,
      byte[] field,
      byte[] value,
      ActivityResolution resolution,
      long first,
      long last) {
    String text = new String(field, UTF_8);
    int slash = text.indexOf('/');
    long number = Long.parseLong(text.substring(0, slash));
    if (number >= first && number <= last) {
      Instant start = Instant.ofEpochMilli(number * resolution.span().toMillis());
      spans
          .computeIfAbsent(start, none -> new HashMap<>())
          .put(text.substring(slash + 1), Math.round(Double.parseDouble(new String(value, UTF_8))));
    }
  }
}
