package dev.tokenguard.client;

import dev.tokenguard.v1.AccountBalances;
import dev.tokenguard.v1.TokenGuardServiceGrpc;
import dev.tokenguard.v1.WatchBalanceRequest;
import dev.tokenguard.v1.WatchBalanceResponse;
import io.grpc.ClientCall;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A balance that is being watched until it is closed. Thread-safe. */
public final class BalanceWatch implements AutoCloseable {

  private static final Duration FIRST_WAIT = Duration.ofMillis(100);
  private static final Duration MAX_WAIT = Duration.ofSeconds(10);

  private final Connection connection;
  private final WatchBalanceRequest request;
  private final BalanceListener listener;
  private final Consumer<BalanceWatch> onOver;

  private int failures;
  private boolean over;
  private @Nullable ClientCall<WatchBalanceRequest, WatchBalanceResponse> call;
  private @Nullable ScheduledFuture<?> timer;

  BalanceWatch(
      Connection connection,
      BalanceRequest request,
      BalanceListener listener,
      Consumer<BalanceWatch> onOver) {
    this.connection = connection;
    this.request =
        WatchBalanceRequest.newBuilder()
            .setAccountId(request.accountId())
            .setMemberId(Protos.orEmpty(request.memberId()))
            .addAllTokenTypes(request.tokenTypes())
            .build();
    this.listener = listener;
    this.onOver = onOver;
  }

  /** Ends the watch. At most one message that is under way is told after this. */
  @Override
  public void close() {
    ClientCall<?, ?> running;
    synchronized (this) {
      if (over) {
        return;
      }
      over = true;
      running = call;
      if (timer != null) {
        timer.cancel(false);
      }
    }
    onOver.accept(this);
    if (running != null) {
      running.cancel("the watch was closed", null);
    }
  }

  void start() {
    ClientCall<WatchBalanceRequest, WatchBalanceResponse> next;
    synchronized (this) {
      if (over) {
        return;
      }
      timer = null;
      next =
          connection
              .channel()
              .newCall(TokenGuardServiceGrpc.getWatchBalanceMethod(), connection.options());
      call = next;
    }
    // The watch outlives the call, if any, in which it was begun.
    Context.ROOT.run(() -> ClientCalls.asyncServerStreamingCall(next, request, new Stream()));
    synchronized (this) {
      if (!over) {
        return;
      }
    }
    next.cancel("the watch was closed", null); // It was closed before the call had started.
  }

  private synchronized boolean watching() {
    return !over;
  }

  private void balances(AccountBalances balances) {
    synchronized (this) {
      failures = 0;
    }
    if (watching()) {
      tell(() -> listener.onBalances(balances));
    }
  }

  private void failed(TokenGuardException exception) {
    if (!watching()) {
      return;
    }
    if (exception.unavailable()) {
      tell(() -> listener.onInterrupted(exception));
      if (startLater(exception)) {
        return;
      }
    }
    synchronized (this) {
      if (over) {
        return;
      }
      over = true;
    }
    onOver.accept(this);
    tell(() -> listener.onEnded(exception));
  }

  private synchronized boolean startLater(TokenGuardException exception) {
    if (over) {
      return true;
    }
    failures++;
    long wait =
        Durations.backoffNanos(
            failures, FIRST_WAIT, MAX_WAIT, connection.timing().random().getAsDouble());
    Duration asked = exception.retryAfter();
    if (asked != null) {
      wait = Math.max(wait, Durations.toNanos(asked));
    }
    timer =
        connection
            .timing()
            .later(
                wait,
                () -> {
                  connection.onUnreachable().run();
                  start();
                });
    return timer != null;
  }

  private static void tell(Runnable event) {
    try {
      event.run();
    } catch (RuntimeException e) {
      System.getLogger("dev.tokenguard.client").log(Level.WARNING, "a listener failed", e);
    }
  }

  private final class Stream implements StreamObserver<WatchBalanceResponse> {
    @Override
    public void onNext(WatchBalanceResponse message) {
      balances(message.getAccount());
    }

    @Override
    public void onError(Throwable thrown) {
      failed(Fault.read("WatchBalance", thrown));
    }

    @Override
    public void
        onCompleted() { // The contract does not end a watch well; one that does is begun again.
      failed(Fault.local(Status.Code.UNAVAILABLE, "WatchBalance: the stream ended", null));
    }
  }
}
