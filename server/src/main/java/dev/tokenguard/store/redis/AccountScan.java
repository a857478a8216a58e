package dev.tokenguard.store.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tokenguard.domain.DueAccount;
import dev.tokenguard.store.Page;
import dev.tokenguard.store.UpkeepStore.Look;
import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.KeyValue;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Reads many accounts as they are stored. Thread-safe. */
final class AccountScan {
  private static final String DAMAGED = "the account is no string";

  /** Between the name of a master and its cursor. */
  private static final char BEHIND_MASTER = '/';

  private final ScriptRunner runner;
  private final Keys keys;
  private final StoreClock clock;

  AccountScan(ScriptRunner runner, Keys keys, StoreClock clock) {
    this.runner = runner;
    this.keys = keys;
    this.clock = clock;
  }

  /** An account, as far as it can be read. */
  record Found(String account, AccountValue value) {

    Look look(long now) {
      List<String> types = new ArrayList<>();
      long since = Long.MAX_VALUE;
      for (var type : value.types().entrySet()) {
        for (AccountValue.Pocket pocket : type.getValue().pockets()) {
          if (!pocket.grant() && pocket.until() <= now) {
            types.add(type.getKey());
            since = Math.min(since, pocket.until());
          }
        }
      }
      String plan = value.profile().plan();
      return new Look(
          account,
          plan,
          value.isDue(now),
          value.isSound(),
          types.isEmpty()
              ? null
              : new DueAccount(account, plan, types, Instant.ofEpochMilli(since)));
    }
  }

  /** The time of Redis, milliseconds since the epoch. */
  CompletionStage<Long> now() {
    if (clock.forScripts() != 0) {
      return CompletableFuture.completedFuture(clock.forScripts());
    }
    return runner
        .read(commands -> commands.time())
        .thenApply(
            time -> { // seconds, and microseconds of the next one
              long now =
                  1000 * Long.parseLong(new String(time.get(0), UTF_8))
                      + Long.parseLong(new String(time.get(1), UTF_8)) / 1000;
              clock.learn(now);
              return now;
            });
  }

  /**
   * As {@code UpkeepStore.scan}: one master after the other. A slot that goes from one that is to
   * come to one that was looked at is missed, until the next walk.
   */
  CompletionStage<Page<Found>> scan(String cursor, int size) {
    int behindMaster = cursor.indexOf(BEHIND_MASTER);
    String position = cursor.substring(behindMaster + 1);
    String master = master(behindMaster < 0 ? "" : cursor.substring(0, behindMaster));
    if (master == null) {
      return CompletableFuture.completedFuture(new Page<>(List.of(), null));
    }
    boolean begins = position.isEmpty() || !cursor.equals(cursor(master, position));
    ScanCursor from = begins ? ScanCursor.INITIAL : ScanCursor.of(position);
    ScanArgs which = ScanArgs.Builder.limit(size).match(keys.allAccounts());
    return runner
        .<KeyScanCursor<byte[]>>read(master, commands -> commands.scan(from, which))
        .thenCompose(
            found ->
                read(found.getKeys().stream().map(keys::accountOf).toList())
                    .thenApply(
                        accounts ->
                            new Page<>(
                                accounts,
                                found.isFinished()
                                    ? next(master)
                                    : cursor(master, found.getCursor()))));
  }

  /** That one, or if it is gone the one after it; null if there is none. */
  private @Nullable String master(String wanted) {
    SortedSet<String> all = runner.masters();
    SortedSet<String> left = all.tailSet(wanted);
    return all.isEmpty() ? wanted : left.isEmpty() ? null : left.first();
  }

  private @Nullable String next(String master) {
    SortedSet<String> left = runner.masters().tailSet(master + '\0');
    return left.isEmpty() ? null : cursor(left.first(), "");
  }

  /** A Redis that is by itself has no name. */
  private static String cursor(String master, String position) {
    return master.isEmpty() ? position : master + BEHIND_MASTER + position;
  }

  /** Those that exist. */
  CompletionStage<List<Found>> read(List<String> accounts) {
    if (accounts.isEmpty()) {
      return CompletableFuture.completedFuture(List.of());
    }
    byte[][] all = accounts.stream().map(keys::account).toArray(byte[][]::new);
    return runner
        .read(commands -> commands.mget(all))
        .thenCompose(
            values -> {
              List<Found> found = new ArrayList<>(values.size());
              List<String> without = new ArrayList<>();
              for (int i = 0; i < values.size(); i++) {
                KeyValue<byte[], byte[]> each = values.get(i);
                if (each.hasValue()) {
                  found.add(new Found(accounts.get(i), AccountValue.of(each.getValue())));
                } else {
                  without.add(accounts.get(i));
                }
              }
              CompletionStage<List<Found>> both = CompletableFuture.completedFuture(found);
              for (String account : without) {
                both = both.thenCompose(list -> withoutValue(list, account));
              }
              return both;
            });
  }

  /** It is gone; or it is of another type, which MGET passes over. */
  private CompletionStage<List<Found>> withoutValue(List<Found> list, String account) {
    return runner
        .<@Nullable String>read(commands -> commands.type(keys.account(account)))
        .thenApply(
            type -> {
              if (type != null && !type.equals("none") && !type.equals("string")) {
                list.add(new Found(account, AccountValue.damaged(DAMAGED)));
              }
              return list;
            });
  }
}
