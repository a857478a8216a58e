package dev.tokenguard.store.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tokenguard.domain.AccountAudit;
import dev.tokenguard.domain.AccountSnapshot;
import dev.tokenguard.domain.Catalog;
import dev.tokenguard.domain.Fault;
import dev.tokenguard.domain.FaultException;
import dev.tokenguard.domain.SweepStatus;
import dev.tokenguard.store.Page;
import dev.tokenguard.store.UpkeepStore;
import io.lettuce.core.SetArgs;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Upkeep in Redis. Thread-safe; never blocks. */
final class RedisUpkeepStore implements UpkeepStore {
  /** Most that {@code tidy.lua} forgets, and folds less one, at a time. */
  private static final long AT_ONCE = 1000;

  private static final byte[] FILLED_IN = {}; // by PlannedCall
  private static final byte[] NO_MEMBER = {};

  private final ScriptRunner runner;
  private final PlannedCall calls;
  private final StoreClock clock;
  private final Duration ledgerAge;
  private final AccountScan accounts;
  private final AuditReader audits;
  private final PlanUse use;
  private final byte[] lease;
  private final byte[] report;

  RedisUpkeepStore(
      PlannedCall calls,
      ScriptRunner runner,
      Keys keys,
      Duration ledgerAge,
      Supplier<Catalog> catalog,
      StoreClock clock) {
    this.runner = runner;
    this.calls = calls;
    this.clock = clock;
    this.ledgerAge = ledgerAge;
    this.accounts = new AccountScan(runner, keys, clock);
    this.audits = new AuditReader(runner, keys);
    this.use = new PlanUse(accounts, catalog);
    this.lease = keys.sweep();
    this.report = keys.sweepReport();
  }

  /**
   * Two commands would leave a gap between a look at the lease and its prolongation, in which
   * another may take it. So it is prolonged, whosever it is, and then looked at.
   */
  @Override
  public CompletionStage<Boolean> lease(String owner, Duration time) {
    byte[] name = owner.getBytes(UTF_8);
    SetArgs ifFree = SetArgs.Builder.nx().px(time);
    return holder()
        .thenCompose(
            holder ->
                Arrays.equals(holder, name)
                    ? runner.read(commands -> commands.pexpire(lease, time)).thenApply(done -> name)
                    : runner
                        .<@Nullable String>read(commands -> commands.set(lease, name, ifFree))
                        .thenApply(done -> name))
        .thenCompose(tried -> holder())
        .thenApply(holder -> Arrays.equals(holder, name));
  }

  private CompletionStage<byte @Nullable []> holder() {
    return runner.read(commands -> commands.get(lease));
  }

  @Override
  public CompletionStage<?> release(String owner) {
    return holder()
        .thenCompose(
            holder ->
                Arrays.equals(holder, owner.getBytes(UTF_8))
                    ? runner.read(commands -> commands.del(lease))
                    : CompletableFuture.completedFuture(0L));
  }

  @Override
  public CompletionStage<Page<Look>> scan(String cursor, int size) {
    return accounts
        .now()
        .thenCompose(
            now ->
                accounts
                    .scan(cursor, size)
                    .thenApply(
                        page ->
                            new Page<>(
                                page.items().stream().map(each -> each.look(now)).toList(),
                                page.next())));
  }

  @Override
  public CompletionStage<List<Look>> look(List<String> ids) {
    return accounts
        .now()
        .thenCompose(
            now ->
                accounts
                    .read(ids)
                    .thenApply(found -> found.stream().map(each -> each.look(now)).toList()));
  }

  @Override
  public CompletionStage<@Nullable Tidied> tidy(String account) {
    return calls.<@Nullable Tidied>run(
        Script.TIDY,
        PlannedCall.Target.OPERATED,
        account,
        "",
        (plan, member) ->
            new byte[][] {
              FILLED_IN,
              NO_MEMBER,
              FILLED_IN,
              Long.toString(clock.now() - ledgerAge.toMillis()).getBytes(UTF_8)
            },
        answer ->
            switch (answer.reply().code()) {
              case OK -> tidied(answer);
              case NO_ACCOUNT -> null;
              default ->
                  throw FaultException.of(
                      Fault.INTERNAL, "a script answered " + answer.reply().code());
            });
  }

  private static Tidied tidied(PlannedCall.Answer answer) {
    List<Object> done = answer.reply().detail();
    long forgotten = StoredValues.number(done, 0);
    long folded = StoredValues.number(done, 1);
    AccountSnapshot account = answer.account(List.of());
    return new Tidied(
        account,
        forgotten >= AT_ONCE || folded >= AT_ONCE - 1,
        forgotten + folded + account.events().size() > 0);
  }

  @Override
  public CompletionStage<AccountAudit> audit(String account) {
    return audits.audit(account);
  }

  @Override
  public CompletionStage<?> report(SweepStatus walk) {
    Instant ended = walk.lastWalk();
    byte[] packed =
        Packer.pack(
            out ->
                out.packString(walk.holder())
                    .packLong(ended == null ? 0 : ended.toEpochMilli())
                    .packLong(walk.took().toMillis())
                    .packLong(walk.accounts())
                    .packLong(walk.touched())
                    .packLong(walk.drifted())
                    .packString(String.join(" ", walk.driftedAccounts())));
    return runner.read(commands -> commands.set(report, packed));
  }

  @Override
  public CompletionStage<SweepStatus> status() {
    return holder()
        .thenCombine(
            runner.<byte @Nullable []>read(commands -> commands.get(report)),
            (holder, packed) -> {
              List<Object> values = packed == null ? List.of() : StoredValues.values(packed);
              String now = holder == null ? "" : new String(holder, UTF_8);
              if (values.isEmpty()) {
                return new SweepStatus(now, null, Duration.ZERO, 0, 0, 0, List.of());
              }
              String drifted = StoredValues.text(values, 6);
              return new SweepStatus(
                  now.isEmpty() ? StoredValues.text(values, 0) : now,
                  Instant.ofEpochMilli(StoredValues.number(values, 1)),
                  Duration.ofMillis(StoredValues.number(values, 2)),
                  StoredValues.number(values, 3),
                  StoredValues.number(values, 4),
                  StoredValues.number(values, 5),
                  drifted.isEmpty() ? List.of() : List.of(drifted.split(" ", -1)));
            });
  }

  @Override
  public CompletionStage<Counts> accountsUsing(Set<String> plans, Set<String> tokenTypes) {
    return use.count(plans, tokenTypes);
  }
}
