package dev.tokenguard.bench;

import dev.tokenguard.v1.AccountBalances;
import dev.tokenguard.v1.Balance;
import dev.tokenguard.v1.CheckAndReserveRequest;
import dev.tokenguard.v1.CheckAndReserveResponse;
import dev.tokenguard.v1.CommitRequest;
import dev.tokenguard.v1.CommitResponse;
import dev.tokenguard.v1.ConsumeRequest;
import dev.tokenguard.v1.GetBalanceRequest;
import dev.tokenguard.v1.RefundRequest;
import dev.tokenguard.v1.TokenGuardServiceGrpc;
import io.grpc.MethodDescriptor;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/** What services call, over gRPC. Thread-safe. */
final class GrpcCalls {
  private static final HealthCheckRequest ECHO = HealthCheckRequest.getDefaultInstance();

  private final Channels channels;
  private final String feature;
  private final Names names;

  /** A reservation that waits for its commit. */
  record Held(String account, String id) {}

  GrpcCalls(Channels channels, String feature, Names names) {
    this.channels = channels;
    this.feature = feature;
    this.names = names;
  }

  /** The health RPC: what a call costs that does nothing. */
  Operation echo() {
    return done -> {
      channels.call(HealthGrpc.getCheckMethod(), ECHO, done, reply -> done.succeeded());
      return true;
    };
  }

  /** A reservation of each caller in turn. */
  Operation reserve(Supplier<Caller> callers, Consumer<Held> onHeld) {
    return done -> {
      reserve(
          reserveRequest(callers.get(), names.reservation()),
          done,
          held -> {
            onHeld.accept(held);
            done.succeeded();
          });
      return true;
    };
  }

  /** The same by accounts that name themselves alone. */
  Operation reserve(String[] accounts, Consumer<Held> onHeld) {
    return reserve(inTurn(Caller.alone(accounts)), onHeld);
  }

  /** Commits reservations until there are none. */
  Operation commit(Queue<Held> reservations) {
    return done -> {
      Held held = reservations.poll();
      if (held == null) {
        return false;
      }
      commit(held, done);
      return true;
    };
  }

  /** A call about each of these reservations, until there are none. */
  <Q, R> Operation ofEach(
      Queue<Held> reservations, MethodDescriptor<Q, R> method, Function<Held, Q> request) {
    return done -> {
      Held held = reservations.poll();
      if (held == null) {
        return false;
      }
      channels.call(method, request.apply(held), done, reply -> done.succeeded());
      return true;
    };
  }

  /** A call of each account in turn. */
  <Q, R> Operation ofAccounts(
      Supplier<String> accounts, MethodDescriptor<Q, R> method, Function<String, Q> request) {
    return done -> {
      channels.call(method, request.apply(accounts.get()), done, reply -> done.succeeded());
      return true;
    };
  }

  /** A reservation and its commit, of each caller in turn. */
  Operation pair(Supplier<Caller> callers) {
    return done -> {
      reserve(reserveRequest(callers.get(), names.reservation()), done, held -> commit(held, done));
      return true;
    };
  }

  /** The same by accounts that name themselves alone. */
  Operation pair(String... accounts) {
    return pair(inTurn(Caller.alone(accounts)));
  }

  /** Holds so much of a token type and returns it; an account that is at it is not in the queue. */
  Operation borrow(Queue<String> accounts, String type, long amount) {
    return done -> {
      String account = accounts.remove();
      reserve(
          reserveRequest(Caller.alone(account), names.reservation()).putAmounts(type, amount),
          done,
          held ->
              channels.call(
                  TokenGuardServiceGrpc.getRefundMethod(),
                  RefundRequest.newBuilder()
                      .setAccountId(account)
                      .setReservationId(held.id())
                      .build(),
                  done,
                  reply -> {
                    accounts.add(account);
                    done.succeeded();
                  }));
      return true;
    };
  }

  /** A consume of each account in turn, under ids of the caller's. */
  Operation consume(Supplier<String> accounts, Supplier<String> ids) {
    return done -> {
      ConsumeRequest request =
          ConsumeRequest.newBuilder()
              .setAccountId(accounts.get())
              .setFeature(feature)
              .setReservationId(ids.get())
              .build();
      channels.call(
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
    return limited(
        done -> {
          CheckAndReserveRequest request =
              reserveRequest(Caller.alone(account), names.reservation())
                  .putAmounts(type, amount)
                  .build();
          channels.call(
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
        },
        tries);
  }

  /** What an account has, as the server tells. */
  AccountBalances balance(String account) throws BenchException {
    return channels
        .await(
            TokenGuardServiceGrpc.getGetBalanceMethod(),
            GetBalanceRequest.newBuilder().setAccountId(account).build())
        .getAccount();
  }

  /**
   * One reservation, to see whether the server does what is measured.
   *
   * @return the token types that it costs
   */
  List<Balance> tryReserve(String account, String id) throws BenchException {
    CheckAndReserveResponse reply =
        channels.await(
            TokenGuardServiceGrpc.getCheckAndReserveMethod(),
            reserveRequest(Caller.alone(account), id).build());
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

  private void reserve(
      CheckAndReserveRequest.Builder request, Operation.Completion done, Consumer<Held> then) {
    channels.call(
        TokenGuardServiceGrpc.getCheckAndReserveMethod(),
        request.build(),
        done,
        reply -> {
          if (reply.hasReservation()) {
            then.accept(new Held(request.getAccountId(), request.getReservationId()));
          } else {
            done.failed("denied: " + reply.getDenial().getReason());
          }
        });
  }

  private void commit(Held held, Operation.Completion done) {
    CommitRequest request =
        CommitRequest.newBuilder().setAccountId(held.account()).setReservationId(held.id()).build();
    Consumer<CommitResponse> ended = reply -> done.succeeded();
    channels.call(TokenGuardServiceGrpc.getCommitMethod(), request, done, ended);
  }

  private CheckAndReserveRequest.Builder reserveRequest(Caller caller, String id) {
    return CheckAndReserveRequest.newBuilder()
        .setAccountId(caller.account())
        .setMemberId(caller.member())
        .setFeature(feature)
        .setReservationId(id);
  }

  /** Each of them in turn, from the start again after the last. */
  static <T> Supplier<T> inTurn(T[] all) {
    AtomicLong next = new AtomicLong();
    return () -> all[(int) (next.getAndIncrement() % all.length)];
  }

  /** So many of them and no more. */
  static Operation limited(Operation operation, long count) {
    AtomicLong left = new AtomicLong(count);
    return done -> left.decrementAndGet() >= 0 && operation.start(done);
  }
}
