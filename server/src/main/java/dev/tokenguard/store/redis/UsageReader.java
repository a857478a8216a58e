package dev.tokenguard.store.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tokenguard.domain.Periods;
import dev.tokenguard.domain.Schedule;
import dev.tokenguard.domain.UsageCell;
import io.lettuce.core.MapScanCursor;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Reads what {@code usage.lua} counts: hashes of several days each, a part at a time. Thread-safe.
 */
final class UsageReader {
  private static final Schedule DAILY = new Schedule.Daily();

  /** Cells asked for at once: small hashes come whole, large ones do not hold up Redis. */
  private static final ScanArgs AT_ONCE = ScanArgs.Builder.limit(1000);

  private final ScriptRunner runner;
  private final Keys keys;

  UsageReader(ScriptRunner runner, Keys keys) {
    this.runner = runner;
    this.keys = keys;
  }

  /** As {@code HistoryStore.usage}, in the days of a time zone. */
  CompletionStage<List<UsageCell>> read(
      String account, LocalDate first, LocalDate last, ZoneId zone) {
    Map<Long, Map<Integer, LocalDate>> buckets = new TreeMap<>();
    for (LocalDate day = first; !day.isAfter(last); day = day.plusDays(1)) {
      Periods periods =
          DAILY.periodsAround(day.atStartOfDay(zone).toInstant(), zone, Instant.EPOCH);
      // Some zones have skipped a day: on such a day there was nothing to charge.
      if (LocalDate.ofInstant(Instant.ofEpochMilli(periods.start()), zone).equals(day)) {
        buckets
            .computeIfAbsent(
                Math.floorDiv(periods.index(), (long) Keys.USAGE_DAYS), bucket -> new HashMap<>())
            .put(Math.floorMod(periods.index(), Keys.USAGE_DAYS), day);
      }
    }
    List<UsageCell> cells = new ArrayList<>();
    CompletionStage<?> done = CompletableFuture.completedFuture(null);
    for (Map.Entry<Long, Map<Integer, LocalDate>> bucket : buckets.entrySet()) {
      byte[] key = keys.usage(account, bucket.getKey());
      done =
          done.thenCompose(
              before -> {
                Bucket reading = new Bucket(bucket.getValue());
                return scan(key, ScanCursor.INITIAL, reading)
                    .thenAccept(whole -> cells.addAll(reading.cells.values()));
              });
    }
    return done.thenApply(all -> cells);
  }

  private CompletionStage<@Nullable Void> scan(byte[] key, ScanCursor from, Bucket bucket) {
    return runner
        .<MapScanCursor<byte[], byte[]>>read(commands -> commands.hscan(key, from, AT_ONCE))
        .thenCompose(
            part -> {
              part.getMap().forEach(bucket::add);
              return part.isFinished()
                  ? CompletableFuture.<@Nullable Void>completedFuture(null)
                  : scan(key, part, bucket);
            });
  }

  /** One hash, as far as it was read; a cell may come twice while Redis makes room for more. */
  private static final class Bucket {
    private final Map<Integer, LocalDate> days;
    private final Map<String, String> names = new HashMap<>();
    private final Map<String, UsageCell> cells = new HashMap<>();

    Bucket(Map<Integer, LocalDate> days) {
      this.days = days;
    }

    void add(byte[] field, byte[] amount) {
      String cell = new String(field, UTF_8);
      String[] parts = cell.split("/", 4);
      LocalDate day = days.get(Integer.valueOf(parts[0]));
      if (day != null) {
        cells.put(
            cell,
            new UsageCell(
                day,
                shared(parts[1]),
                shared(parts[2]),
                shared(parts[3]),
                Long.parseLong(new String(amount, UTF_8))));
      }
    }

    /** There are few names in many cells. */
    private String shared(String name) {
      String known = names.putIfAbsent(name, name);
      return known == null ? name : known;
    }
  }
}
