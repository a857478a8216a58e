package dev.tokenguard.store.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import io.lettuce.core.ScoredValue;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The ids of all accounts, in order: sorted sets, over which ids are spread by their hash so that
 * no part of a cluster has to bear them all. An account enters when it was opened, in a step of its
 * own; one whose server died in between is found by the background walk. Thread-safe.
 */
final class AccountIndex {
  /** Never to be changed: it decides where an id is. */
  private static final int SHARDS = 16;

  /** Comes after every character of an id. */
  private static final char LAST = '\u007f';

  private final ScriptRunner runner;
  private final Keys keys;

  AccountIndex(ScriptRunner runner, Keys keys) {
    this.runner = runner;
    this.keys = keys;
  }

  /** Puts ids in; those that are there stay. */
  CompletionStage<?> add(Collection<String> accounts) {
    Map<Integer, List<String>> byShard = new TreeMap<>();
    for (String account : accounts) {
      byShard.computeIfAbsent(shard(account), shard -> new ArrayList<>()).add(account);
    }
    List<CompletableFuture<?>> added = new ArrayList<>(byShard.size());
    byShard.forEach((shard, ids) -> added.add(add(shard, ids).toCompletableFuture()));
    return CompletableFuture.allOf(added.toArray(CompletableFuture[]::new));
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // an array of generic values
  private CompletionStage<Long> add(int shard, List<String> accounts) {
    ScoredValue<byte[]>[] values = new ScoredValue[accounts.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = ScoredValue.just(0, bytes(accounts.get(i)));
    }
    return runner.read(commands -> commands.zadd(keys.index(shard), values));
  }

  /** Takes an id out. */
  CompletionStage<?> remove(String account) {
    return runner.read(commands -> commands.zrem(keys.index(shard(account)), bytes(account)));
  }

  /**
   * Ids in order.
   *
   * @param after only those after this one; empty from the beginning
   * @param prefix only those that begin so; empty for all
   * @param size as many at most; fewer only at the end
   */
  CompletionStage<List<String>> page(String after, String prefix, int size) {
    return more(after, prefix, size, new ArrayList<>());
  }

  private CompletionStage<List<String>> more(
      String after, String prefix, int size, List<String> found) {
    int each = (size - found.size()) / SHARDS * 3 / 2 + 8;
    Range<byte[]> range = range(after, prefix);
    List<CompletableFuture<List<byte[]>>> parts = new ArrayList<>(SHARDS);
    for (int shard = 0; shard < SHARDS; shard++) {
      byte[] key = keys.index(shard);
      parts.add(
          runner
              .read(commands -> commands.zrangebylex(key, range, Limit.create(0, each)))
              .toCompletableFuture());
    }
    return CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new))
        .thenCompose(done -> merged(parts, each, prefix, size, found));
  }

  /** What a shard has not told yet may come before what another one told. */
  private CompletionStage<List<String>> merged(
      List<CompletableFuture<List<byte[]>>> parts,
      int each,
      String prefix,
      int size,
      List<String> found) {
    List<String> ids = new ArrayList<>();
    String certain = null;
    for (CompletableFuture<List<byte[]>> part : parts) {
      List<byte[]> told = part.join();
      String last = "";
      for (byte[] id : told) {
        last = new String(id, US_ASCII);
        ids.add(last);
      }
      if (told.size() == each && (certain == null || last.compareTo(certain) < 0)) {
        certain = last;
      }
    }
    Collections.sort(ids);
    for (String id : ids) {
      if (found.size() < size && isCertain(id, certain)) {
        found.add(id);
      }
    }
    return found.size() >= size || certain == null
        ? CompletableFuture.completedStage(found)
        : more(certain, prefix, size, found);
  }

  private static boolean isCertain(String id, @Nullable String certain) {
    return certain == null || id.compareTo(certain) <= 0;
  }

  private static Range<byte[]> range(String after, String prefix) {
    Range.Boundary<byte[]> from =
        after.compareTo(prefix) >= 0 && !after.isEmpty()
            ? Range.Boundary.excluding(bytes(after))
            : prefix.isEmpty()
                ? Range.Boundary.unbounded()
                : Range.Boundary.including(bytes(prefix));
    Range.Boundary<byte[]> till =
        prefix.isEmpty()
            ? Range.Boundary.unbounded()
            : Range.Boundary.excluding(bytes(prefix + LAST));
    return Range.from(from, till);
  }

  private static int shard(String account) {
    return Math.floorMod(account.hashCode(), SHARDS);
  }

  private static byte[] bytes(String ascii) {
    return ascii.getBytes(US_ASCII);
  }
}
