package dev.tokenguard.store.redis;

import static dev.tokenguard.store.redis.OperatorCall.ascii;
import static dev.tokenguard.store.redis.OperatorCall.utf8;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tokenguard.domain.Fault;
import dev.tokenguard.domain.FaultException;
import dev.tokenguard.store.ChangeRequest;
import dev.tokenguard.store.Changed;
import dev.tokenguard.store.redis.PlannedCall.Target;
import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import io.lettuce.core.SetArgs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Deletes accounts, step by step, so that each step may be repeated. Thread-safe. */
final class Deletions {
  private static final int DUE = 2; // position among the keys of a script
  private static final byte[] NONE = {};
  private static final Long NOT_DELETED = -1L;
  private static final ChangeRequest NO_REQUEST = new ChangeRequest("", "");
  private static final long FORGET =
      Long.parseLong(String.valueOf(ScriptAssembler.constant("FORGET")));

  /** Reservations refunded in one go. */
  private static final int CHUNK = 200;

  /** Callers that go on reserving must stop some time. */
  private static final int TRIES = 5;

  private final OperatorCall operator;
  private final ScriptRunner runner;
  private final Keys keys;
  private final AccountIndex index;
  private final Memberships members;
  private final RedisTokenStore.Limits limits;
  private final StoreClock clock;

  Deletions(
      OperatorCall operator,
      ScriptRunner runner,
      Keys keys,
      AccountIndex index,
      Memberships members,
      RedisTokenStore.Limits limits,
      StoreClock clock) {
    this.operator = operator;
    this.runner = runner;
    this.keys = keys;
    this.index = index;
    this.members = members;
    this.limits = limits;
    this.clock = clock;
  }

  CompletionStage<Changed<Long>> delete(
      String account, boolean force, long version, ChangeRequest request) {
    return deletedBefore(account, request)
        .thenCompose(
            before ->
                before >= 0
                    ? CompletableFuture.completedStage(new Changed<>(before, true))
                    : operator
                        .look(account, answer -> true)
                        .thenCompose(there -> tried(account, force, version, 0, TRIES))
                        .thenCompose(
                            refunded ->
                                afterwards(account, request, refunded)
                                    .thenApply(done -> new Changed<>(refunded, false))));
  }

  /** How many reservations this very request refunded when it deleted the account; else -1. */
  private CompletionStage<Long> deletedBefore(String account, ChangeRequest request) {
    if (request.id().isEmpty()) {
      return CompletableFuture.completedStage(NOT_DELETED);
    }
    return runner
        .read(commands -> commands.get(keys.deleted(account)))
        .thenApply(
            (byte @Nullable [] remembered) -> {
              if (remembered == null) {
                return NOT_DELETED;
              }
              String[] by = new String(remembered, UTF_8).split(" ", 3);
              if (!by[0].equals(request.id())) {
                return NOT_DELETED;
              }
              if (!by[1].equals(request.fingerprint())) {
                throw OperatorCall.mismatch(request);
              }
              return Long.valueOf(by[2]);
            });
  }

  /** Returns how many reservations were refunded. */
  private CompletionStage<Long> tried(
      String account, boolean force, long version, long refunded, int triesLeft) {
    return operator
        .calls()
        .run(
            Script.DELETE,
            Target.OPERATED,
            account,
            "",
            (plan, member) -> new byte[][] {NONE, NONE, NONE, ascii(version)},
            answer -> {
              ReplyReader reply = answer.reply();
              return switch (reply.code()) {
                case OK -> 0L;
                case TOO_MANY -> reply.number(2);
                default -> throw OperatorCall.fault(account, NO_REQUEST, reply);
              };
            })
        .thenCompose(
            open -> {
              if (open == 0) {
                return CompletableFuture.completedStage(refunded);
              }
              if (!force || triesLeft == 1) {
                throw FaultException.of(
                    Fault.OPEN_RESERVATIONS,
                    "account "
                        + account
                        + " has "
                        + open
                        + " open reservations: let them end, or set force to refund them",
                    Map.of("open", Long.toString(open)));
              }
              return refundAll(account)
                  .thenCompose(
                      more -> tried(account, true, version, refunded + more, triesLeft - 1));
            });
  }

  private CompletionStage<Long> refundAll(String account) {
    return runner
        .read(
            commands ->
                commands.zrangebyscore(
                    keys.of(account)[DUE],
                    Range.from(Range.Boundary.unbounded(), Range.Boundary.excluding(FORGET)),
                    Limit.create(0, CHUNK)))
        .thenCompose(
            ids -> {
              List<CompletableFuture<Boolean>> refunds = new ArrayList<>(ids.size());
              for (byte[] id : ids) {
                refunds.add(refund(account, id).toCompletableFuture());
              }
              return CompletableFuture.allOf(refunds.toArray(CompletableFuture[]::new))
                  .thenCompose(
                      done -> {
                        long refunded = refunds.stream().filter(CompletableFuture::join).count();
                        return refunded == CHUNK
                            ? refundAll(account).thenApply(more -> refunded + more)
                            : CompletableFuture.completedStage(refunded);
                      });
            });
  }

  /** One that ends by itself meanwhile is as good; one that is no reservation, a grant to come. */
  private CompletionStage<Boolean> refund(String account, byte[] id) {
    return operator
        .calls()
        .run(
            Script.REFUND,
            Target.OPERATED,
            account,
            "",
            (plan, member) -> new byte[][] {NONE, id, NONE, utf8("account deleted")},
            answer -> answer.reply().code() == ReplyCode.OK);
  }

  /** What is not in the step that deletes: repeated by whoever repeats the request. */
  private CompletionStage<?> afterwards(
      String account, ChangeRequest request, long refunded) {
    List<CompletableFuture<?>> steps = new ArrayList<>();
    steps.add(index.remove(account).toCompletableFuture());
    steps.add(runner.read(commands -> commands.unlink(usageKeys(account))).toCompletableFuture());
    steps.add(leaveAll(account).toCompletableFuture());
    return CompletableFuture.allOf(steps.toArray(CompletableFuture[]::new))
        .thenCompose(
            done ->
                request.id().isEmpty()
                    ? CompletableFuture.completedStage("OK")
                    : runner.read(
                        commands ->
                            commands.set(
                                keys.deleted(account),
                                utf8(request.id() + " " + request.fingerprint() + " " + refunded),
                                SetArgs.Builder.px(limits.requestMemory().toMillis()))));
  }

  private byte[][] usageKeys(String account) {
    long today = Math.floorDiv(clock.now(), Duration.ofDays(1).toMillis());
    long first = Math.floorDiv(today - limits.usageDays(), Keys.USAGE_DAYS) - 2;
    long last = Math.floorDiv(today, Keys.USAGE_DAYS) + 1;
    byte[][] names = new byte[(int) (last - first + 1)][];
    for (int i = 0; i < names.length; i++) {
      names[i] = keys.usage(account, first + i);
    }
    return names;
  }

  /** Who is no more belongs to nobody. */
  private CompletionStage<?> leaveAll(String account) {
    return members
        .accountsOf(account)
        .thenCompose(
            payers -> {
              List<CompletableFuture<?>> left = new ArrayList<>(payers.size());
              for (String payer : payers) {
                left.add(members.remove(payer, account, NO_REQUEST).toCompletableFuture());
              }
              return CompletableFuture.allOf(left.toArray(CompletableFuture[]::new));
            })
        .thenCompose(done -> runner.read(commands -> commands.unlink(keys.belongs(account))));
  }
}
