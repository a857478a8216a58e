package dev.tokenguard.store.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.lettuce.core.RedisException;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.IntegerOutput;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.lettuce.core.protocol.CommandWrapper;
import io.lettuce.core.protocol.RedisCommand;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Holds the answers of scripts that change something back until so many replicas have the change.
 *
 * <p>Every connection has one of its own, next to where Lettuce writes. So WAIT goes to the very
 * server that ran the script: asked over another connection, a new master would say after a
 * failover that all of its replicas have everything, which is true, and says nothing of what only
 * the old one had. One WAIT serves all scripts that were sent until then, and the next one is sent
 * when it was answered; Redis runs nothing of this connection in between.
 *
 * <p>WAIT counts what this connection has written. A script that only tells a first outcome again
 * writes nothing, and the outcome may have been another server's to bring about; so something is
 * written before each WAIT, to the slot of the last script.
 *
 * <p>For the thread of its channel only.
 */
final class ReplicaWait extends ChannelDuplexHandler {
  private static final byte[] NOTHING = {};
  private static final byte[] MILLIS = "PX".getBytes(US_ASCII);
  private static final long MARK_MILLIS = 1000;

  private final Durability durability;
  private List<Held> sent = new ArrayList<>();
  private List<Held> waiting = List.of();

  ReplicaWait(Durability durability) {
    this.durability = durability;
  }

  /** A script whose answer is held back. */
  private static final class Held extends CommandWrapper<byte[], byte[], Object> {
    private final ScriptArguments arguments;
    private boolean answered;

    Held(RedisCommand<byte[], byte[], Object> script, ScriptArguments arguments) {
      super(script);
      this.arguments = arguments;
    }

    /** What was refused or led elsewhere is answered at once. */
    @Override
    public void complete() {
      if (getOutput() == null || getOutput().hasError()) {
        super.complete();
      } else {
        answered = true;
      }
    }

    void release(long replicas) {
      if (answered) {
        arguments.replicated(replicas);
        super.complete();
      }
    }

    void lose() {
      if (answered) {
        completeExceptionally(new RedisException("the connection was lost before replicas had it"));
      }
    }
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    if (message instanceof RedisCommand<?, ?, ?> command) {
      context.write(held(command), promise);
    } else if (message instanceof Collection<?> commands) {
      List<Object> all = new ArrayList<>(commands.size());
      for (Object each : commands) {
        all.add(each instanceof RedisCommand<?, ?, ?> command ? held(command) : each);
      }
      context.write(all, promise);
    } else {
      context.write(message, promise);
    }
  }

  @SuppressWarnings("unchecked") // by its arguments it is a script, and those have these types
  private RedisCommand<?, ?, ?> held(RedisCommand<?, ?, ?> command) {
    if (command.getArgs() instanceof ScriptArguments arguments && arguments.changes()) {
      Held held = new Held((RedisCommand<byte[], byte[], Object>) command, arguments);
      sent.add(held);
      return held;
    }
    return command;
  }

  @Override
  public void flush(ChannelHandlerContext context) {
    waitForReplicas(context);
    context.flush();
  }

  private void waitForReplicas(ChannelHandlerContext context) {
    if (sent.isEmpty() || !waiting.isEmpty()) {
      return;
    }
    waiting = sent;
    sent = new ArrayList<>();
    Command<byte[], byte[], String> mark =
        new Command<>(
            CommandType.SET,
            new StatusOutput<>(ByteArrayCodec.INSTANCE),
            new CommandArgs<>(ByteArrayCodec.INSTANCE)
                .addKey(waiting.get(waiting.size() - 1).arguments.mark())
                .addValue(NOTHING)
                .add(MILLIS)
                .add(MARK_MILLIS));
    Command<byte[], byte[], Long> wait =
        new Command<>(
            CommandType.WAIT,
            new IntegerOutput<>(ByteArrayCodec.INSTANCE),
            new CommandArgs<>(ByteArrayCodec.INSTANCE)
                .add(durability.replicas())
                .add(durability.timeout().toMillis()));
    context.write(mark);
    context.write(new Wait(wait, mark, context));
  }

  /** What tells how many replicas have what was sent before it. */
  private final class Wait extends CommandWrapper<byte[], byte[], Long> {
    private final Command<byte[], byte[], String> mark;
    private final ChannelHandlerContext context;

    Wait(
        Command<byte[], byte[], Long> wait,
        Command<byte[], byte[], String> mark,
        ChannelHandlerContext context) {
      super(wait);
      this.mark = mark;
      this.context = context;
    }

    /** A mark that was refused leaves open what the number means. */
    @Override
    protected void doOnComplete() {
      Long told = getOutput().hasError() || mark.getOutput().hasError() ? null : getOutput().get();
      long replicas = told == null ? 0 : told;
      List<Held> covered = waiting;
      waiting = List.of();
      covered.forEach(held -> held.release(replicas));
      flush(context);
    }
  }

  /** What was answered and not yet replicated may be gone with the server. */
  @Override
  public void channelInactive(ChannelHandlerContext context) throws Exception {
    List<Held> lost = new ArrayList<>(waiting);
    lost.addAll(sent);
    waiting = List.of();
    sent = new ArrayList<>();
    lost.forEach(Held::lose);
    super.channelInactive(context);
  }
}
