package dev.tokenguard.store.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tokenguard.domain.AccountAudit;
import dev.tokenguard.domain.Fault;
import dev.tokenguard.domain.FaultException;
import io.lettuce.core.KeyValue;
import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import io.lettuce.core.ScoredValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads all parts of an account as they are at one revision, and has them compared. What is damaged
 * is found, not thrown. Thread-safe.
 *
 * <p>Accounts may be large and go on changing. So they are read in parts, and once more if the
 * account was another one afterwards; one that never rests, and one on which something was found,
 * is read by a script in one step, as far as that is bounded. The ledger is read after that: what
 * was written since is told from the rest by its revision.
 */
final class AuditReader {
  private static final int TRIES = 3;
  private static final int CHUNK = 500;

  /** Open holds that a script reads at most: some ten milliseconds of Redis. */
  private static final long HOLDS_IN_ONE_STEP = 20_000;

  private static final long FORGET =
      Long.parseLong(String.valueOf(ScriptAssembler.constant("FORGET")));

  private final ScriptRunner runner;
  private final Keys keys;

  AuditReader(ScriptRunner runner, Keys keys) {
    this.runner = runner;
    this.keys = keys;
  }

  /** The audit of an account. */
  CompletionStage<AccountAudit> audit(String account) {
    byte[][] its = keys.of(account);
    return inParts(account, its, TRIES)
        .thenCompose(
            found ->
                found != null && found.balanced()
                    ? CompletableFuture.completedFuture(found)
                    : inOneStep(account, its, found));
  }

  /** Null if the account changed all the time. */
  private CompletionStage<@Nullable AccountAudit> inParts(String account, byte[][] its, int tries) {
    Reading reading = new Reading();
    return account(account, its, reading)
        .thenCompose(
            before ->
                due(its, reading, 0)
                    .thenCompose(done -> sizes(its, reading))
                    .thenCompose(done -> account(account, its, new Reading()))
                    .thenCompose(
                        after -> {
                          if (!Arrays.equals(before, after)) {
                            return tries > 1
                                ? inParts(account, its, tries - 1)
                                : CompletableFuture.<@Nullable AccountAudit>completedFuture(null);
                          }
                          return compared(account, its, reading.data(before));
                        }));
  }

  /** {@code found} is what was found before, if anything could be read. */
  private CompletionStage<AccountAudit> inOneStep(
      String account, byte[][] its, @Nullable AccountAudit found) {
    byte[][] most = {Long.toString(HOLDS_IN_ONE_STEP).getBytes(UTF_8)};
    CompletionStage<@Nullable AccountAudit> again =
        runner
            .run(Script.AUDIT, its, most)
            .thenCompose(
                reply ->
                    switch (ReplyCode.of(StoredValues.number(reply, 0))) {
                      case OK -> compared(account, its, data(reply));
                      case NO_ACCOUNT -> CompletableFuture.failedFuture(notFound(account));
                      default -> CompletableFuture.<@Nullable AccountAudit>completedFuture(null);
                    });
    return caught(
            again,
            fault ->
                fault.fault() == Fault.ACCOUNT_CORRUPT // one of its keys is of another type
                    ? CompletableFuture.<@Nullable AccountAudit>completedFuture(null)
                    : CompletableFuture.failedFuture(fault))
        .thenApply(
            audit -> {
              AccountAudit told = audit == null ? found : audit;
              if (told == null) {
                throw FaultException.of(
                    Fault.STORE_UNAVAILABLE,
                    "account " + account + " changes faster than it can be read; try again");
              }
              return told;
            });
  }

  /** Null if the ledger was folded beyond what was read of the account. */
  private CompletionStage<@Nullable AccountAudit> compared(
      String account, byte[][] its, AuditData data) {
    List<String> problems = new ArrayList<>(data.problems());
    LedgerSums sums =
        new LedgerSums(data.account().isReadable() ? data.account().revision() : Long.MAX_VALUE);
    byte[] first = data.account().firstEntry();
    if (first.length > 0) {
      sums.add(first); // and all that a list has by now is younger than what was read
    }
    CompletionStage<@Nullable LedgerSums> ledger =
        first.length > 0
            ? CompletableFuture.<@Nullable LedgerSums>completedFuture(sums)
            : ledger(its[Keys.LEDGER], sums, 0, null, TRIES);
    return orProblem(ledger, sums, problems, "the ledger is no list")
        .thenApply(
            read ->
                read == null || read.isTooYoung()
                    ? null
                    : AuditFindings.audit(
                        account,
                        new AuditData(
                            data.account(), data.due(), data.held(), data.timed(), problems),
                        read));
  }

  private CompletionStage<byte[]> account(String account, byte[][] its, Reading reading) {
    return orProblem(
            runner.<byte @Nullable []>read(commands -> commands.get(its[Keys.ACCOUNT])),
            new byte[0],
            reading.problems,
            "the account is no string")
        .thenApply(
            packed -> {
              if (packed == null) {
                throw notFound(account);
              }
              AccountValue value = AccountValue.of(packed);
              if (value.isForeign()) {
                throw Layout.unknown(value.layout());
              }
              return packed;
            });
  }

  private CompletionStage<?> due(byte[][] its, Reading reading, int offset) {
    Range<Long> open = Range.from(Range.Boundary.unbounded(), Range.Boundary.excluding(FORGET));
    Limit part = Limit.create(offset, CHUNK);
    return orProblem(
            runner.read(commands -> commands.zrangebyscoreWithScores(its[Keys.DUE], open, part)),
            List.<ScoredValue<byte[]>>of(),
            reading.problems,
            "the times at which reservations are due are no sorted set")
        .thenCompose(
            due ->
                packed(its, reading, due)
                    .thenCompose(
                        done ->
                            due.size() < CHUNK
                                ? CompletableFuture.completedFuture(null)
                                : due(its, reading, offset + CHUNK)));
  }

  /** What is due, holds and grants from where each is stored. */
  private CompletionStage<?> packed(byte[][] its, Reading reading, List<ScoredValue<byte[]>> due) {
    return values(its[Keys.HOLDS], false, reading, due)
        .thenCombine(
            values(its[Keys.GRANTS], true, reading, due),
            (holds, grants) -> {
              int hold = 0;
              int grant = 0;
              for (ScoredValue<byte[]> each : due) {
                String id = new String(each.getValue(), UTF_8);
                List<byte @Nullable []> from = id.startsWith("#") ? grants : holds;
                int at = id.startsWith("#") ? grant++ : hold++;
                reading.due.add(
                    new AuditData.Due(
                        id, (long) each.getScore(), at < from.size() ? from.get(at) : null));
              }
              return reading;
            });
  }

  private CompletionStage<List<byte @Nullable []>> values(
      byte[] key, boolean grants, Reading reading, List<ScoredValue<byte[]>> due) {
    byte[][] fields =
        due.stream()
            .map(ScoredValue::getValue)
            .filter(id -> grants == (id.length > 0 && id[0] == '#'))
            .map(id -> grants ? Arrays.copyOfRange(id, 1, id.length) : id)
            .toArray(byte[][]::new);
    if (fields.length == 0) {
      return CompletableFuture.completedFuture(List.of());
    }
    return orProblem(
        runner
            .read(commands -> commands.hmget(key, fields))
            .thenApply(
                found -> {
                  List<byte @Nullable []> values = new ArrayList<>(found.size());
                  for (KeyValue<byte[], byte[]> each : found) {
                    values.add(each.hasValue() ? each.getValue() : null);
                  }
                  return values;
                }),
        List.of(),
        reading.problems,
        grants ? "the grants are no hash" : "the reservations are no hash");
  }

  private CompletionStage<?> sizes(byte[][] its, Reading reading) {
    return orProblem(
            runner.read(commands -> commands.hlen(its[Keys.HOLDS])),
            -1L,
            reading.problems,
            "the reservations are no hash")
        .thenCombine(
            orProblem(
                runner.read(commands -> commands.zcard(its[Keys.DUE])),
                -1L,
                reading.problems,
                "the times at which reservations are due are no sorted set"),
            (held, timed) -> {
              reading.held = Objects.requireNonNull(held);
              reading.timed = Objects.requireNonNull(timed);
              return reading;
            });
  }

  /**
   * Adds up the ledger from {@code start} on. Each read begins with the last entry of the one
   * before; where it is another one, the oldest were folded and this one has moved.
   */
  private CompletionStage<@Nullable LedgerSums> ledger(
      byte[] key, LedgerSums sums, long start, byte @Nullable [] last, int tries) {
    long from = last == null ? start : start - 1;
    return runner
        .read(commands -> commands.lrange(key, from, start + CHUNK - 1))
        .thenCompose(
            found -> {
              if (last != null && (found.isEmpty() || !Arrays.equals(found.get(0), last))) {
                return moved(key, sums, last, tries);
              }
              List<byte[]> fresh = last == null ? found : found.subList(1, found.size());
              fresh.forEach(sums::add);
              return fresh.size() < CHUNK
                  ? CompletableFuture.<@Nullable LedgerSums>completedFuture(sums)
                  : ledger(
                      key,
                      sums,
                      start + CHUNK,
                      Objects.requireNonNull(fresh.get(CHUNK - 1)),
                      TRIES);
            });
  }

  private CompletionStage<@Nullable LedgerSums> moved(
      byte[] key, LedgerSums sums, byte[] last, int tries) {
    return runner
        .<@Nullable Long>read(commands -> commands.lpos(key, last))
        .thenCompose(
            at ->
                at == null || tries == 1 // folded itself
                    ? CompletableFuture.<@Nullable LedgerSums>completedFuture(null)
                    : ledger(key, sums, at + 1, last, tries - 1));
  }

  @SuppressWarnings("unchecked") // arrays in the reply are lists
  private static AuditData data(List<Object> reply) {
    List<Object> due = (List<Object>) reply.get(2);
    List<byte @Nullable []> values = (List<byte @Nullable []>) (List<?>) reply.get(3);
    List<AuditData.Due> all = new ArrayList<>(values.size());
    for (int i = 0; i < values.size(); i++) {
      all.add(
          new AuditData.Due(
              StoredValues.text(due, 2 * i),
              Long.parseLong(StoredValues.text(due, 2 * i + 1)),
              values.get(i)));
    }
    return new AuditData(
        AccountValue.of((byte[]) reply.get(1)),
        all,
        StoredValues.number(reply, 4),
        StoredValues.number(reply, 5),
        List.of());
  }

  /** A part of another type than it is to be is a problem, and read as {@code instead}. */
  private static <T extends @Nullable Object> CompletionStage<T> orProblem(
      CompletionStage<T> stage, T instead, List<String> problems, String problem) {
    return caught(
        stage,
        fault -> {
          if (fault.fault() != Fault.ACCOUNT_CORRUPT) {
            return CompletableFuture.failedFuture(fault);
          }
          if (!problems.contains(problem)) {
            problems.add(problem);
          }
          return CompletableFuture.completedFuture(instead);
        });
  }

  private static <T extends @Nullable Object> CompletionStage<T> caught(
      CompletionStage<T> stage, Function<FaultException, CompletionStage<T>> handler) {
    BiFunction<T, @Nullable Throwable, CompletionStage<T>> either =
        (value, thrown) -> {
          Throwable cause =
              thrown instanceof CompletionException && thrown.getCause() != null
                  ? thrown.getCause()
                  : thrown;
          if (cause instanceof FaultException fault) {
            return handler.apply(fault);
          }
          return cause == null
              ? CompletableFuture.completedFuture(value)
              : CompletableFuture.failedFuture(cause);
        };
    return stage.handle(either).thenCompose(Function.identity());
  }

  private static FaultException notFound(String account) {
    return FaultException.noAccount(account);
  }

  /** What was read in parts so far; of one audit, whose parts follow each other. */
  private static final class Reading {
    private final List<AuditData.Due> due = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private long held;
    private long timed;

    AuditData data(byte[] account) {
      return new AuditData(AccountValue.of(account), due, held, timed, problems);
    }
  }
}
