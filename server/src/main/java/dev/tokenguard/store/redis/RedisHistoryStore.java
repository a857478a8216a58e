package dev.tokenguard.store.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tokenguard.domain.Catalog;
import dev.tokenguard.domain.Fault;
import dev.tokenguard.domain.FaultException;
import dev.tokenguard.domain.LedgerEntry;
import dev.tokenguard.domain.Plan;
import dev.tokenguard.domain.RecentDenials;
import dev.tokenguard.domain.Reservation;
import dev.tokenguard.domain.UsageCell;
import dev.tokenguard.store.HistoryStore;
import dev.tokenguard.store.Page;
import dev.tokenguard.store.StoreListener;
import io.lettuce.core.KeyValue;
import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import io.lettuce.core.ScoredValue;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * History in Redis: plain commands that only read, a bounded number of values each. Thread-safe;
 * never blocks.
 */
final class RedisHistoryStore implements HistoryStore {
  private static final Logger log = LoggerFactory.getLogger(RedisHistoryStore.class);

  /** FORGET of {@code layout.lua}: below it are reservations that are open. */
  private static final long FORGET =
      Long.parseLong(String.valueOf(ScriptAssembler.constant("FORGET")));

  private final ScriptRunner runner;
  private final Keys keys;
  private final Supplier<Catalog> catalog;
  private final LedgerPager ledgers;
  private final UsageReader usages;
  private final StoreListener listener;
  private final StoreClock clock;

  RedisHistoryStore(
      ScriptRunner runner,
      Keys keys,
      Supplier<Catalog> catalog,
      StoreListener listener,
      StoreClock clock) {
    this.runner = runner;
    this.keys = keys;
    this.catalog = catalog;
    this.ledgers = new LedgerPager(runner);
    this.usages = new UsageReader(runner, keys);
    this.listener = listener;
    this.clock = clock;
  }

  @Override
  public CompletionStage<List<LedgerEntry>> entriesBefore(String account, long before, int size) {
    return ofAccount(
        account,
        packed -> {
          List<LedgerEntry> only = StoredLedger.only(packed);
          return only.isEmpty()
              ? ledgers.before(keys.ledger(account), before, size)
              : found(only, entry -> entry.revision() < before);
        });
  }

  @Override
  public CompletionStage<List<LedgerEntry>> entriesAfter(String account, long after, int size) {
    return ofAccount(
        account,
        packed -> {
          List<LedgerEntry> only = StoredLedger.only(packed);
          return only.isEmpty()
              ? ledgers.after(keys.ledger(account), after, size)
              : found(only, entry -> entry.revision() > after);
        });
  }

  private static CompletionStage<List<LedgerEntry>> found(
      List<LedgerEntry> entries, Predicate<LedgerEntry> wanted) {
    return CompletableFuture.completedFuture(entries.stream().filter(wanted).toList());
  }

  /** What is found, if there is such an account, as it is stored. */
  private <T> CompletionStage<List<T>> ofAccount(
      String account, Function<byte[], CompletionStage<List<T>>> find) {
    return guarded(account, value(account).thenCompose(find));
  }

  @Override
  public CompletionStage<Page<Reservation>> openReservations(
      String account, String cursor, int size) {
    DueCursor from;
    try {
      from = DueCursor.parse(cursor);
    } catch (IllegalArgumentException e) {
      return CompletableFuture.failedFuture(
          FaultException.invalid(
              List.of(
                  new FaultException.Violation(
                      "page_token", "is none of this list (expected: a next_page_token)"))));
    }
    byte[][] all = keys.of(account);
    return guarded(
        account,
        value(account)
            .thenCompose(exists -> due(all[Keys.DUE], from, size, size + 1))
            .thenCompose(due -> reservations(account, all[Keys.HOLDS], due, size)));
  }

  /**
   * What is due after the cursor, one more than {@code size} if there are as many. Many may be due
   * in the same millisecond: then more is read, until there are enough after the cursor.
   */
  private CompletionStage<List<ScoredValue<byte[]>>> due(
      byte[] key, DueCursor from, int size, int read) {
    Range<Long> open =
        Range.from(Range.Boundary.including(from.time()), Range.Boundary.excluding(FORGET));
    return runner
        .read(commands -> commands.zrangebyscoreWithScores(key, open, Limit.create(0, read)))
        .thenCompose(
            found -> {
              List<ScoredValue<byte[]>> after = found.stream().filter(from::isBefore).toList();
              return after.size() > size || found.size() < read
                  ? CompletableFuture.completedFuture(
                      after.subList(0, Math.min(after.size(), size + 1)))
                  : due(key, from, size, 2 * read);
            });
  }

  private CompletionStage<Page<Reservation>> reservations(
      String account, byte[] holds, List<ScoredValue<byte[]>> due, int size) {
    List<ScoredValue<byte[]>> page = due.subList(0, Math.min(size, due.size()));
    String next =
        due.size() > page.size() ? DueCursor.at(page.get(page.size() - 1)).toString() : null;
    byte[][] ids =
        page.stream()
            .map(ScoredValue::getValue)
            .filter(RedisHistoryStore::isReservation)
            .toArray(byte[][]::new);
    if (ids.length == 0) {
      return CompletableFuture.completedFuture(new Page<>(List.of(), next));
    }
    return runner
        .read(commands -> commands.hmget(holds, ids))
        .thenApply(
            packed -> {
              List<Reservation> open = new ArrayList<>(packed.size());
              for (KeyValue<byte[], byte[]> each : packed) {
                if (each.hasValue()) { // else it was settled meanwhile, and forgotten
                  Reservation reservation = reservation(account, each.getKey(), each.getValue());
                  if (reservation.state() == Reservation.State.OPEN) {
                    open.add(reservation);
                  }
                }
              }
              return new Page<>(open, next);
            });
  }

  private static Reservation reservation(String account, byte[] id, byte[] packed) {
    return StoredValues.hold(account, new String(id, UTF_8), packed).reservation();
  }

  /** Requests of operators are remembered among the reservations, and grants due among them. */
  private static boolean isReservation(byte[] id) {
    return id.length > 0 && id[0] != '!' && id[0] != '#';
  }

  @Override
  public CompletionStage<Reservation> reservation(String account, String id) {
    byte[] field = id.getBytes(UTF_8);
    if (!isReservation(field)) {
      return value(account)
          .thenCompose(
              exists -> CompletableFuture.failedFuture(FaultException.noReservation(account, id)));
    }
    byte[] holds = keys.of(account)[Keys.HOLDS];
    return guarded(
        account,
        value(account)
            .thenCompose(
                exists -> runner.<byte @Nullable []>read(commands -> commands.hget(holds, field)))
            .thenApply(
                packed -> {
                  if (packed == null) {
                    throw FaultException.noReservation(account, id);
                  }
                  return reservation(account, field, packed);
                }));
  }

  @Override
  public CompletionStage<RecentDenials> denials(String account, int size) {
    return guarded(
        account,
        value(account)
            .thenCompose(
                packed ->
                    runner
                        .read(commands -> commands.lrange(keys.denials(account), 0, size - 1L))
                        .thenApply(rows -> denials(packed, rows))));
  }

  private RecentDenials denials(byte[] account, List<byte[]> rows) {
    String locale = StoredValues.standing(account).profile().locale();
    return new RecentDenials(
        locale.isEmpty() ? null : locale,
        Instant.ofEpochMilli(clock.now()),
        rows.stream().map(StoredDenial::of).toList());
  }

  @Override
  public CompletionStage<List<UsageCell>> usage(String account, LocalDate first, LocalDate last) {
    return guarded(
        account, zone(account).thenCompose(zone -> usages.read(account, first, last, zone)));
  }

  @Override
  public CompletionStage<ZoneId> zone(String account) {
    return guarded(
        account,
        value(account)
            .thenApply(
                packed -> {
                  Profile profile = StoredValues.standing(packed).profile();
                  if (!profile.zone().isEmpty()) {
                    return ZoneId.of(profile.zone());
                  }
                  Plan plan = catalog.get().plans().get(profile.plan());
                  return plan == null ? ZoneOffset.UTC : plan.zone().orElse(ZoneOffset.UTC);
                }));
  }

  /** The account as it is stored; fails if there is none. */
  private CompletionStage<byte[]> value(String account) {
    return runner
        .<byte @Nullable []>read(commands -> commands.get(keys.account(account)))
        .thenApply(
            packed -> {
              if (packed == null) {
                throw FaultException.noAccount(account);
              }
              Layout.check(StoredValues.values(packed));
              return packed;
            });
  }

  /** Turns into a fault what reading throws where bytes are not what a script wrote. */
  private <T> CompletionStage<T> guarded(String account, CompletionStage<T> stage) {
    return stage
        .handle(
            (value, thrown) -> {
              if (thrown == null) {
                return CompletableFuture.completedFuture(value);
              }
              Throwable cause =
                  thrown instanceof CompletionException && thrown.getCause() != null
                      ? thrown.getCause()
                      : thrown;
              return CompletableFuture.<T>failedFuture(
                  cause instanceof FaultException ? cause : unreadable(account, cause));
            })
        .thenCompose(Function.identity());
  }

  private FaultException unreadable(String account, Throwable thrown) {
    log.error("account {}: its history cannot be read", account, thrown);
    listener.fault(Fault.ACCOUNT_CORRUPT);
    return FaultException.of(
        Fault.ACCOUNT_CORRUPT,
        thrown instanceof DateTimeException
            ? "the time zone of account " + account + " is not known to this server"
            : "the stored history of this account cannot be read; other accounts are not affected."
                + " The server's log has the details");
  }
}
