package dev.tokenguard.grpc;

import dev.tokenguard.domain.AccountSnapshot;
import dev.tokenguard.domain.FaultException;
import dev.tokenguard.service.BalanceWatcher;
import dev.tokenguard.service.DisplayTokenService;
import dev.tokenguard.service.GuardService;
import dev.tokenguard.v1.CheckAndReserveRequest;
import dev.tokenguard.v1.CheckAndReserveResponse;
import dev.tokenguard.v1.CheckRequest;
import dev.tokenguard.v1.CheckResponse;
import dev.tokenguard.v1.CommitRequest;
import dev.tokenguard.v1.CommitResponse;
import dev.tokenguard.v1.ConsumeRequest;
import dev.tokenguard.v1.ConsumeResponse;
import dev.tokenguard.v1.CreateDisplayTokenRequest;
import dev.tokenguard.v1.CreateDisplayTokenResponse;
import dev.tokenguard.v1.ExtendRequest;
import dev.tokenguard.v1.ExtendResponse;
import dev.tokenguard.v1.GetBalanceRequest;
import dev.tokenguard.v1.GetBalanceResponse;
import dev.tokenguard.v1.RefundRequest;
import dev.tokenguard.v1.RefundResponse;
import dev.tokenguard.v1.TokenGuardServiceGrpc.TokenGuardServiceImplBase;
import dev.tokenguard.v1.WatchBalanceRequest;
import dev.tokenguard.v1.WatchBalanceResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The RPCs: map, ask the service, map back. Runs on the event loop and never blocks it; replies are
 * written by whatever thread the store answers on, with no hop in between.
 */
final class TokenGuardGrpcService extends TokenGuardServiceImplBase {

  private final Supplier<GuardService> service;
  private final Supplier<DisplayTokenService> displays;
  private final ResponseMapper responses;

  /**
   * The RPCs on their service.
   *
   * @param service that of the tenant whose call is being worked on
   * @param displays likewise
   */
  TokenGuardGrpcService(
      Supplier<GuardService> service,
      Supplier<DisplayTokenService> displays,
      ResponseMapper responses) {
    this.service = service;
    this.displays = displays;
    this.responses = responses;
  }

  @Override
  public void checkAndReserve(
      CheckAndReserveRequest request, StreamObserver<CheckAndReserveResponse> call) {
    Reply.to(
        call,
        () -> service.get().reserve(RequestMapper.reserve(request)),
        decision -> responses.reserved(decision, request.getLocale()));
  }

  @Override
  public void commit(CommitRequest request, StreamObserver<CommitResponse> call) {
    Reply.to(call, () -> service.get().commit(RequestMapper.commit(request)), responses::committed);
  }

  @Override
  public void refund(RefundRequest request, StreamObserver<RefundResponse> call) {
    Reply.to(call, () -> service.get().refund(RequestMapper.refund(request)), responses::refunded);
  }

  @Override
  public void extend(ExtendRequest request, StreamObserver<ExtendResponse> call) {
    Reply.to(
        call,
        () -> service.get().extend(RequestMapper.extend(request)),
        decision -> responses.extended(decision, request.getLocale()));
  }

  @Override
  public void consume(ConsumeRequest request, StreamObserver<ConsumeResponse> call) {
    Reply.to(
        call,
        () -> service.get().consume(RequestMapper.consume(request)),
        decision -> responses.consumed(decision, request.getLocale()));
  }

  @Override
  public void check(CheckRequest request, StreamObserver<CheckResponse> call) {
    Reply.to(
        call,
        () -> service.get().check(RequestMapper.check(request)),
        checked -> responses.checked(checked, request.getLocale()));
  }

  @Override
  public void getBalance(GetBalanceRequest request, StreamObserver<GetBalanceResponse> call) {
    Reply.to(
        call,
        () -> service.get().balance(RequestMapper.balance(request)),
        account -> GetBalanceResponse.newBuilder().setAccount(responses.account(account)).build());
  }

  @Override
  public void watchBalance(WatchBalanceRequest request, StreamObserver<WatchBalanceResponse> call) {
    ServerCallStreamObserver<WatchBalanceResponse> stream =
        (ServerCallStreamObserver<WatchBalanceResponse>) call;
    Watcher watcher = new Watcher(stream);
    stream.setOnCancelHandler(watcher::cancelled);
    stream.setOnReadyHandler(watcher::ready);
    try {
      watcher.watch = service.get().watch(RequestMapper.balance(request), watcher);
    } catch (RuntimeException e) {
      stream.onError(StatusMapper.of(e));
    }
  }

  @Override
  public void createDisplayToken(
      CreateDisplayTokenRequest request, StreamObserver<CreateDisplayTokenResponse> call) {
    Reply.to(
        call,
        () ->
            displays
                .get()
                .create(
                    request.getAccountId(),
                    request.getMemberId(),
                    request.hasTtl() ? Times.duration(request.getTtl()) : null),
        made ->
            CreateDisplayTokenResponse.newBuilder()
                .setToken(made.token())
                .setExpireTime(Times.timestamp(made.expires()))
                .build());
  }

  /**
   * A watch on the wire. Its handlers run on the event loop, its balances come from the store's.
   */
  private final class Watcher implements BalanceWatcher.Subscriber {
    private final ServerCallStreamObserver<WatchBalanceResponse> call;

    /** Written and read on the event loop only. */
    private BalanceWatcher.@Nullable Watch watch;

    Watcher(ServerCallStreamObserver<WatchBalanceResponse> call) {
      this.call = call;
    }

    @Override
    public boolean isReady() {
      return call.isReady();
    }

    @Override
    public void balance(AccountSnapshot account) {
      call.onNext(WatchBalanceResponse.newBuilder().setAccount(responses.account(account)).build());
    }

    @Override
    public void ended(FaultException why) {
      call.onError(StatusMapper.of(why));
    }

    void ready() {
      if (watch != null) {
        watch.ready();
      }
    }

    void cancelled() {
      if (watch != null) {
        watch.close();
      }
    }
  }
}
