package dev.tokenguard.wire;

import dev.tokenguard.testing.Keys;
import dev.tokenguard.v1.AccountBalances;
import dev.tokenguard.v1.CheckAndReserveRequest;
import dev.tokenguard.v1.CheckAndReserveResponse;
import dev.tokenguard.v1.CommitRequest;
import dev.tokenguard.v1.CommitResponse;
import dev.tokenguard.v1.ConsumeRequest;
import dev.tokenguard.v1.ConsumeResponse;
import dev.tokenguard.v1.ExtendRequest;
import dev.tokenguard.v1.ExtendResponse;
import dev.tokenguard.v1.GetBalanceRequest;
import dev.tokenguard.v1.RefundRequest;
import dev.tokenguard.v1.RefundResponse;
import dev.tokenguard.v1.TokenAmounts;
import dev.tokenguard.v1.TokenGuardServiceGrpc;
import dev.tokenguard.v1.TokenGuardServiceGrpc.TokenGuardServiceBlockingStub;
import dev.tokenguard.v1.TokenGuardServiceGrpc.TokenGuardServiceFutureStub;
import io.grpc.Channel;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A service in any language: the generated stubs and nothing else. Thread-safe. */
public final class Caller implements AutoCloseable {

  private final ManagedChannel channel;

  /** A caller of a target. */
  public Caller(String target) {
    channel = Grpc.newChannelBuilder(target, InsecureChannelCredentials.create()).build();
  }

  /** The connection. */
  public Channel channel() {
    return channel;
  }

  /** The same connection, as an operator uses it. */
  public Channel operators() {
    return Keys.with(Keys.ADMIN, channel);
  }

  /** The stub, with a deadline that only a test that hangs comes to. */
  public TokenGuardServiceBlockingStub stub() {
    return stub(Await.LONG.toMillis());
  }

  /** The stub with a deadline. */
  public TokenGuardServiceBlockingStub stub(long deadlineMillis) {
    // The reconnect that a restart of the server needs is not to wait for the channel's backoff.
    if (channel.getState(false) == io.grpc.ConnectivityState.TRANSIENT_FAILURE) {
      channel.resetConnectBackoff();
    }
    return TokenGuardServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(deadlineMillis, TimeUnit.MILLISECONDS);
  }

  /** The stub whose calls are futures. */
  public TokenGuardServiceFutureStub futureStub() {
    return TokenGuardServiceGrpc.newFutureStub(channel)
        .withDeadlineAfter(Await.LONG.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** What health says of a name; SERVICE_UNKNOWN if the server cannot be asked. */
  public ServingStatus health(String service) {
    if (channel.getState(false) == io.grpc.ConnectivityState.TRANSIENT_FAILURE) {
      channel.resetConnectBackoff();
    }
    try {
      return HealthGrpc.newBlockingStub(channel)
          .withDeadlineAfter(Await.LONG.toMillis(), TimeUnit.MILLISECONDS)
          .check(HealthCheckRequest.newBuilder().setService(service).build())
          .getStatus();
    } catch (StatusRuntimeException e) {
      return ServingStatus.SERVICE_UNKNOWN;
    }
  }

  /** Waits until health says so of readiness. */
  public void awaitHealth(ServingStatus expected) throws Exception {
    Await.untilEquals(expected, () -> health("readiness"));
  }

  /** Reserves what the feature costs. */
  public CheckAndReserveResponse reserve(String account, String feature, String id) {
    return stub().checkAndReserve(reserveRequest(account, feature, id).build());
  }

  /** Reserves an amount. */
  public CheckAndReserveResponse reserve(
      String account, String feature, String id, String tokenType, long amount) {
    return stub()
        .checkAndReserve(
            reserveRequest(account, feature, id).putAmounts(tokenType, amount).build());
  }

  /** Charges what is held. */
  public CommitResponse commit(String account, String id) {
    return stub()
        .commit(CommitRequest.newBuilder().setAccountId(account).setReservationId(id).build());
  }

  /** Charges these amounts. */
  public CommitResponse commit(String account, String id, Map<String, Long> actual) {
    return stub().commit(commitRequest(account, id, actual));
  }

  /** Returns a reservation. */
  public RefundResponse refund(String account, String id) {
    return stub()
        .refund(RefundRequest.newBuilder().setAccountId(account).setReservationId(id).build());
  }

  /** Raises what is held. */
  public ExtendResponse extend(String account, String id, Map<String, Long> totals) {
    return stub()
        .extend(
            ExtendRequest.newBuilder()
                .setAccountId(account)
                .setReservationId(id)
                .putAllAmounts(totals)
                .build());
  }

  /** Charges what the feature costs. */
  public ConsumeResponse consume(String account, String feature, String id) {
    return stub()
        .consume(
            ConsumeRequest.newBuilder()
                .setAccountId(account)
                .setFeature(feature)
                .setReservationId(id)
                .build());
  }

  /** The balances, their books checked. */
  public AccountBalances balance(String account) {
    AccountBalances balances =
        stub()
            .getBalance(GetBalanceRequest.newBuilder().setAccountId(account).build())
            .getAccount();
    Books.check(balances.getBalancesList());
    return balances;
  }

  /** A balance in short. */
  public String balance(String account, String tokenType) {
    return Books.shortly(Books.of(balance(account), tokenType));
  }

  /** A request to change before it is sent. */
  public static CheckAndReserveRequest.Builder reserveRequest(
      String account, String feature, String id) {
    return CheckAndReserveRequest.newBuilder()
        .setAccountId(account)
        .setFeature(feature)
        .setReservationId(id);
  }

  /** A commit of these amounts. */
  public static CommitRequest commitRequest(String account, String id, Map<String, Long> actual) {
    return CommitRequest.newBuilder()
        .setAccountId(account)
        .setReservationId(id)
        .setActual(TokenAmounts.newBuilder().putAllAmounts(actual))
        .build();
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
