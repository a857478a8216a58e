package dev.tokenguard.campaign;

import dev.tokenguard.testing.Keys;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Sends calls to any of some sidecars and writes them down; one that is not known to have been
 * carried out or not is repeated with the same id until it is. Thread-safe.
 */
final class Sender {

  private static final long ATTEMPT_MILLIS = 1000;
  private static final long RECONNECT_MILLIS = 100;
  private static final int PAUSE_MILLIS = 20;
  private static final int LONGEST_PAUSE_MILLIS = 400;

  private final CallFile file;
  private final List<ManagedChannel> channels = new ArrayList<>();
  private final List<Channel> keyed = new ArrayList<>();
  private final AtomicLong sent = new AtomicLong();
  final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "timer");
            thread.setDaemon(true);
            return thread;
          });

  Sender(CallFile file, List<String> sidecars, String key) {
    this.file = file;
    for (String sidecar : sidecars) {
      ManagedChannel channel =
          NettyChannelBuilder.forTarget(sidecar)
              .usePlaintext()
              .directExecutor()
              .disableRetry()
              .build();
      channels.add(channel);
      keyed.add(Keys.with(key, channel));
    }
    // One that was restarted is called again at once, not after the channel's growing pauses.
    timer.scheduleWithFixedDelay(
        () -> channels.forEach(ManagedChannel::resetConnectBackoff),
        RECONNECT_MILLIS,
        RECONNECT_MILLIS,
        TimeUnit.MILLISECONDS);
  }

  /** How many calls were sent. */
  long sent() {
    return sent.get();
  }

  /** Sends a call until its outcome is known; {@code then} hears it. */
  void send(Call asked, Random random, Consumer<Call> then) {
    send(asked, PAUSE_MILLIS, random, then);
  }

  private void send(Call asked, int pauseMillis, Random random, Consumer<Call> then) {
    Call call = new Call();
    call.rpc = asked.rpc;
    call.account = asked.account;
    call.id = asked.id;
    call.amount = asked.amount;
    call.ttlMillis = asked.ttlMillis;
    call.sidecar = random.nextInt(channels.size());
    call.start = System.nanoTime();
    long slot = file.begin(call);
    sent.incrementAndGet();
    boolean operator = call.rpc == Rpc.GRANT || call.rpc == Rpc.ADJUST;
    start(
        (operator ? keyed : channels).get(call.sidecar),
        Requests.method(call.rpc),
        call,
        new Waiting(slot, call, pauseMillis, random, then));
  }

  @SuppressWarnings("unchecked")
  private static void start(
      Channel channel, MethodDescriptor<?, ?> method, Call call, StreamObserver<Object> observer) {
    MethodDescriptor<Object, Object> any = (MethodDescriptor<Object, Object>) method;
    ClientCalls.asyncUnaryCall(
        channel.newCall(
            any, CallOptions.DEFAULT.withDeadlineAfter(ATTEMPT_MILLIS, TimeUnit.MILLISECONDS)),
        Requests.of(call),
        observer);
  }

  /** Waits for the answer of one attempt. */
  private final class Waiting implements StreamObserver<Object> {
    private final long slot;
    private final Call call;
    private final int pauseMillis;
    private final Random random;
    private final Consumer<Call> then;

    Waiting(long slot, Call call, int pauseMillis, Random random, Consumer<Call> then) {
      this.slot = slot;
      this.call = call;
      this.pauseMillis = pauseMillis;
      this.random = random;
      this.then = then;
    }

    @Override
    public void onNext(Object answer) {
      Answers.note(call, answer);
    }

    @Override
    public void onError(Throwable fault) {
      Answers.note(call, fault);
      ended();
    }

    @Override
    public void onCompleted() {
      ended();
    }

    private void ended() {
      call.end = System.nanoTime();
      file.end(slot, call);
      if (call.told == Told.UNKNOWN || call.told == Told.NOT_DONE) {
        int longer = Math.min(2 * pauseMillis, LONGEST_PAUSE_MILLIS);
        timer.schedule(
            () -> send(call, longer, random, then),
            pauseMillis + random.nextInt(pauseMillis),
            TimeUnit.MILLISECONDS);
      } else {
        then.accept(call);
      }
    }
  }
}
