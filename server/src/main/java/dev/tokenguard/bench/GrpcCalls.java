package dev.tokenguard.bench;

import dev.tokenguard.v1.AccountBalances;
import dev.tokenguard.v1.Balance;
import dev.tokenguard.v1.CheckAndReserveRequest;
import dev.tokenguard.v1.CheckAndReserveResponse;
import dev.tokenguard.v1.CommitRequest;
import dev.tokenguard.v1.CommitResponse;
import dev.tokenguard.v1.ConsumeRequest;
import dev.tokenguard.v1.GetBalanceRequest;
import dev.tokenguard.v1.TokenGuardServiceGrpc;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Calls of a server over gRPC. Thread-safe. */
final class GrpcCalls implements AutoCloseable {
  private static final HealthCheckRequest ECHO = HealthCheckRequest.getDefaultInstance();

  private final List<ManagedChannel> channels = new ArrayList<>();
  private final AtomicLong turn = new AtomicLong();
  private final String feature;
  private final Names names;

  /** A reservation that waits for its commit. */
  record Held(String account, String id) {}

  GrpcCalls(String target, int channels, String feature, Names names) {
    this.feature = feature;
    this.names = names;
    for (int i = 0; i < channels; i++) {
      // Replies are heard on the event loop, which makes the next call without a change of threads.
      this.channels.add(
          Grpc.newChannelBuilder(target, InsecureChannelCredentials.create())
              .directExecutor()
              .build());
    }
  }

  /** The health RPC: what a call costs that does nothing. */
  Operation echo() {
    return done -> {
      call(HealthGrpc.getCheckMethod(), ECHO, done, reply -> done.succeeded());
      return true;
    };
  }

  /** A reservation on each account in turn. */
  Operation reserve(String[] accounts, Consumer<Held> onHeld) {
    Supplier<String> account = inTurn(accounts);
    return done -> {
      reserve(
          account.get(),
          done,
          held -> {
            onHeld.accept(held);
            done.succeeded();
          });
      return true;
    };
  }

  /** Commits reservations until there are none. */
  Operation commit(ConcurrentLinkedQueue<Held> reservations) {
    return done -> {
      Held held = reservations.poll();
      if (held == null) {
        return false;
      }
      commit(held, done);
      return true;
    };
  }

  /** A reservation and its commit, on each account in turn. */
  Operation pair(String[] accounts) {
    Supplier<String> account = inTurn(accounts);
    return done -> {
      reserve(account.get(), done, held -> commit(held, done));
      return true;
    };
  }

  /** A limited number of consumes of one account. */
  Operation consume(String account, long count) {
    return consume(account, count, names::reservation);
  }

  /** The same under ids of the caller's. */
  Operation consume(String account, long count, Supplier<String> ids) {
    AtomicLong left = new AtomicLong(count);
    return done -> {
      if (left.decrementAndGet() < 0) {
        return false;
      }
      ConsumeRequest request =
          ConsumeRequest.newBuilder()
              .setAccountId(account)
              .setFeature(feature)
              .setReservationId(ids.get())
              .build();
      call(
          TokenGuardServiceGrpc.getConsumeMethod(),
          request,
          done,
          reply -> {
            if (reply.hasReservation()) {
              done.succeeded();
            } else {
              done.failed("denied: " + reply.getDenial().getReason());
            }
          });
      return true;
    };
  }

  /** Tries to hold so much of a token type so many times; counts what was held. */
  Operation grab(String account, String type, long amount, long tries, AtomicLong held) {
    AtomicLong left = new AtomicLong(tries);
    return done -> {
      if (left.decrementAndGet() < 0) {
        return false;
      }
      CheckAndReserveRequest request =
          reserveRequest(account, names.reservation()).putAmounts(type, amount).build();
      call(
          TokenGuardServiceGrpc.getCheckAndReserveMethod(),
          request,
          done,
          reply -> {
            if (reply.hasReservation()) {
              held.addAndGet(amount);
            }
            done.succeeded();
          });
      return true;
    };
  }

  /** What an account has, as the server tells. */
  AccountBalances balance(String account) throws BenchException {
    try {
      return TokenGuardServiceGrpc.newBlockingStub(channel())
          .withDeadlineAfter(10, TimeUnit.SECONDS)
          .getBalance(GetBalanceRequest.newBuilder().setAccountId(account).build())
          .getAccount();
    } catch (StatusRuntimeException e) {
      throw new BenchException("GetBalance: " + e.getStatus(), e);
    }
  }

  /**
   * One reservation, to see whether the server does what is measured.
   *
   * @return the token types that it costs
   */
  List<Balance> tryReserve(String account, String id) throws BenchException {
    CheckAndReserveResponse reply;
    try {
      reply =
          TokenGuardServiceGrpc.newBlockingStub(channel())
              .withDeadlineAfter(10, TimeUnit.SECONDS)
              .checkAndReserve(reserveRequest(account, id).build());
    } catch (StatusRuntimeException e) {
      throw new BenchException("CheckAndReserve: " + e.getStatus(), e);
    }
    if (!reply.hasReservation()) {
      throw new BenchException(
          "feature "
              + feature
              + " is denied to a new account: "
              + reply.getDenial().getReason()
              + "; name one with --feature that the default plan has, with an allowance that lasts");
    }
    return reply.getBalancesList();
  }

  private void reserve(String account, Operation.Completion done, Consumer<Held> then) {
    String id = names.reservation();
    call(
        TokenGuardServiceGrpc.getCheckAndReserveMethod(),
        reserveRequest(account, id).build(),
        done,
        reply -> {
          if (reply.hasReservation()) {
            then.accept(new Held(account, id));
          } else {
            done.failed("denied: " + reply.getDenial().getReason());
          }
        });
  }

  private void commit(Held held, Operation.Completion done) {
    CommitRequest request =
        CommitRequest.newBuilder().setAccountId(held.account()).setReservationId(held.id()).build();
    Consumer<CommitResponse> ended = reply -> done.succeeded();
    call(TokenGuardServiceGrpc.getCommitMethod(), request, done, ended);
  }

  private CheckAndReserveRequest.Builder reserveRequest(String account, String id) {
    return CheckAndReserveRequest.newBuilder()
        .setAccountId(account)
        .setFeature(feature)
        .setReservationId(id);
  }

  /** Each of them in turn, from the start again after the last. */
  static <T> Supplier<T> inTurn(T[] all) {
    AtomicLong next = new AtomicLong();
    return () -> all[(int) (next.getAndIncrement() % all.length)];
  }

  private Channel channel() {
    return channels.get((int) (turn.getAndIncrement() % channels.size()));
  }

  private <Q, R> void call(
      MethodDescriptor<Q, R> method, Q request, Operation.Completion done, Consumer<R> onReply) {
    ClientCalls.asyncUnaryCall(
        channel().newCall(method, CallOptions.DEFAULT), request, new Reply<>(onReply, done));
  }

  /** A call ends when its status came, not when its message did. */
  private static final class Reply<R> implements StreamObserver<R> {
    private final Consumer<R> onReply;
    private final Operation.Completion done;
    private final List<R> reply = new ArrayList<>(1);

    Reply(Consumer<R> onReply, Operation.Completion done) {
      this.onReply = onReply;
      this.done = done;
    }

    @Override
    public void onNext(R message) {
      reply.add(message);
    }

    @Override
    public void onError(Throwable thrown) {
      Status status = Status.fromThrowable(thrown);
      done.failed(status.getCode() + ": " + status.getDescription());
    }

    @Override
    public void onCompleted() {
      onReply.accept(reply.get(0));
    }
  }

  @Override
  public void close() throws InterruptedException {
    channels.forEach(ManagedChannel::shutdownNow);
    for (ManagedChannel channel : channels) {
      channel.awaitTermination(2, TimeUnit.SECONDS);
    }
  }
}
