package dev.tokenguard.store.redis;

import dev.tokenguard.domain.FaultException;
import dev.tokenguard.store.ScriptTracer;
import dev.tokenguard.store.StoreListener;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.IntegerOutput;
import io.lettuce.core.output.NestedMultiOutput;
import io.lettuce.core.protocol.CommandType;
import java.time.Duration;
import java.util.List;
import java.util.SortedSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs scripts by their digest, and loads one that Redis has forgotten. Thread-safe. */
final class ScriptRunner {
  private static final Logger log = LoggerFactory.getLogger(ScriptRunner.class);

  /** So often a call is kept for a connection that is just being made. */
  private static final int REJECTED_AT_MOST = 3;

  /** Between tries of a call whose account is just being moved to another master. */
  private static final Duration MOVE_PAUSE = Duration.ofMillis(10);

  private static final Duration WARNING_PAUSE = Duration.ofMinutes(1);

  private final AtomicLong nextWarning = new AtomicLong(System.nanoTime());
  private final RedisLink link;
  private final StoreListener listener;
  private final ScriptTracer tracer;

  ScriptRunner(RedisLink link, StoreListener listener) {
    this(link, listener, ScriptTracer.NONE);
  }

  ScriptRunner(RedisLink link, StoreListener listener, ScriptTracer tracer) {
    this.link = link;
    this.listener = listener;
    this.tracer = tracer;
  }

  /** The script's reply; fails with a {@link FaultException} and nothing else. */
  CompletionStage<List<Object>> run(Script script, byte[][] keys, byte[][] arguments) {
    return call(script, keys, arguments).thenApply(ScriptReply::values);
  }

  /** The same, and whether replicas have what it did. */
  CompletionStage<ScriptReply> call(Script script, byte[][] keys, byte[][] arguments) {
    CompletableFuture<ScriptReply> reply = new CompletableFuture<>();
    RedisClusterAsyncCommands<byte[], byte[]> commands = link.commands();
    if (commands == null) {
      reply.completeExceptionally(failed(script.label(), link.notConnected()));
      return reply;
    }
    new Call(commands, script, keys, arguments, reply).byDigest();
    return reply;
  }

  private static CompletionStage<List<Object>> dispatch(
      RedisClusterAsyncCommands<byte[], byte[]> commands,
      CommandType type,
      ScriptArguments arguments) {
    return commands.dispatch(type, new NestedMultiOutput<>(ByteArrayCodec.INSTANCE), arguments);
  }

  /** What a command that only reads, or repeats safely, answers; fails as {@link #run} does. */
  <T> CompletionStage<T> read(
      Function<RedisClusterAsyncCommands<byte[], byte[]>, CompletionStage<T>> command) {
    RedisClusterAsyncCommands<byte[], byte[]> commands = link.commands();
    return commands == null
        ? CompletableFuture.failedFuture(failed("command", link.notConnected()))
        : read(CompletableFuture.completedFuture(commands), command);
  }

  /** Whether fewer replicas than were asked for have what was done so far in the slot of a key. */
  CompletionStage<Boolean> replicationPending(byte[] key) {
    if (link.replicas() == 0) {
      return CompletableFuture.completedFuture(false);
    }
    ScriptArguments arguments = ScriptArguments.ofKey(key);
    return this.<Long>read(
            commands ->
                commands.dispatch(
                    CommandType.EXISTS, new IntegerOutput<>(ByteArrayCodec.INSTANCE), arguments))
        .thenApply(there -> isPending(arguments));
  }

  private boolean isPending(ScriptArguments arguments) {
    boolean pending = arguments.changes() && arguments.replicas() < link.replicas();
    if (pending) {
      listener.replicationPending();
    }
    return pending;
  }

  /** Names of all masters, in a fixed order, for commands that name no key. */
  SortedSet<String> masters() {
    return link.masters();
  }

  /** As {@link #read(Function)}, of one master. */
  <T> CompletionStage<T> read(
      String master,
      Function<RedisClusterAsyncCommands<byte[], byte[]>, CompletionStage<T>> command) {
    return read(link.master(master), command);
  }

  private <T> CompletionStage<T> read(
      CompletionStage<RedisClusterAsyncCommands<byte[], byte[]>> where,
      Function<RedisClusterAsyncCommands<byte[], byte[]>, CompletionStage<T>> command) {
    CompletableFuture<T> reply = new CompletableFuture<>();
    ScriptTracer.Step step = tracer.sent("", null);
    where
        .thenCompose(command)
        .whenComplete(
            (answer, thrown) -> {
              if (thrown == null) {
                link.succeeded();
                complete(step, reply, answer);
              } else {
                fail(step, reply, failed("command", thrown));
              }
            });
    return reply;
  }

  /** A script that is to be run once, however often it has to be sent for that. */
  private final class Call {
    private final RedisClusterAsyncCommands<byte[], byte[]> commands;
    private final Script script;
    private final byte[][] keys;
    private final byte[][] arguments;
    private final CompletableFuture<ScriptReply> reply;
    private final ScriptTracer.Step step;
    private final long start = System.nanoTime();
    private int rejected;

    Call(
        RedisClusterAsyncCommands<byte[], byte[]> commands,
        Script script,
        byte[][] keys,
        byte[][] arguments,
        CompletableFuture<ScriptReply> reply) {
      this.commands = commands;
      this.script = script;
      this.keys = keys;
      this.arguments = arguments;
      this.reply = reply;
      this.step = tracer.sent(script.label(), keys[0]);
    }

    void byDigest() {
      ScriptArguments byDigest = ScriptArguments.ofDigest(script, keys, arguments);
      dispatch(commands, CommandType.EVALSHA, byDigest)
          .whenComplete(
              (answer, thrown) -> {
                if (thrown == null) {
                  done(answer, byDigest);
                } else if (RedisFaults.isUnknownScript(thrown)) {
                  withSource();
                } else {
                  failed(thrown, this::byDigest);
                }
              });
    }

    /** EVAL runs the script and leaves it loaded. Redis has just refused it, so it runs once. */
    private void withSource() {
      ScriptArguments withSource = ScriptArguments.ofSource(script, keys, arguments);
      dispatch(commands, CommandType.EVAL, withSource)
          .whenComplete(
              (answer, thrown) -> {
                if (thrown == null) {
                  done(answer, withSource);
                } else {
                  failed(thrown, this::withSource);
                }
              });
    }

    /** What was never sent, or not run, may be sent again. */
    private void failed(Throwable thrown, Runnable again) {
      if (RedisFaults.isOnItsWay(thrown)
          && System.nanoTime() - start + MOVE_PAUSE.toNanos() < link.movePatienceNanos()) {
        CompletableFuture.delayedExecutor(
                MOVE_PAUSE.toMillis(), TimeUnit.MILLISECONDS, Runnable::run)
            .execute(again);
        return;
      }
      if (!RedisFaults.isRejected(thrown) || rejected++ == REJECTED_AT_MOST) {
        fail(step, reply, ScriptRunner.this.failed(script.label(), thrown));
        return;
      }
      link.isWorthAnotherTry(keys[0])
          .thenAccept(
              worth -> {
                if (worth) {
                  again.run();
                } else {
                  fail(step, reply, ScriptRunner.this.failed(script.label(), thrown));
                }
              });
    }

    private void done(List<Object> answer, ScriptArguments sent) {
      link.succeeded();
      listener.scriptDone(script.label(), System.nanoTime() - start);
      complete(step, reply, new ScriptReply(answer, isPending(sent)));
    }
  }

  /** What follows from an answer runs in here, and belongs to the same call. */
  private static <T> void complete(ScriptTracer.Step step, CompletableFuture<T> reply, T answer) {
    try (ScriptTracer.Scope ignored = step.ended(null)) {
      reply.complete(answer);
    }
  }

  private static void fail(
      ScriptTracer.Step step, CompletableFuture<?> reply, FaultException fault) {
    try (ScriptTracer.Scope ignored = step.ended(fault.fault())) {
      reply.completeExceptionally(fault);
    }
  }

  private FaultException failed(String label, Throwable thrown) {
    FaultException fault = RedisFaults.of(thrown);
    switch (fault.fault()) {
      case STORE_UNAVAILABLE -> link.failed(fault);
      case ACCOUNT_CORRUPT ->
          log.error("{}: an account is damaged: {}", label, thrown.getMessage());
      case LAYOUT_UNKNOWN -> warn(fault);
      case INTERNAL -> log.error("{}: Redis refused it", label, thrown);
      default -> {}
    }
    listener.fault(fault.fault());
    return fault;
  }

  /** Once in a while: while servers are updated one by one, many accounts may have it. */
  private void warn(FaultException fault) {
    long now = System.nanoTime();
    long due = nextWarning.get();
    if (now - due >= 0 && nextWarning.compareAndSet(due, now + WARNING_PAUSE.toNanos())) {
      log.warn("A call was refused: {}", fault.getMessage());
    }
  }
}
