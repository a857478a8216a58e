package dev.tokenguard.grpc;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import dev.tokenguard.domain.DisplayToken;
import dev.tokenguard.domain.Fault;
import dev.tokenguard.service.BalanceWatcher;
import dev.tokenguard.service.DisplayTokenService;
import dev.tokenguard.service.GuardListener;
import dev.tokenguard.service.GuardService;
import dev.tokenguard.service.Limits;
import dev.tokenguard.service.Tenant;
import dev.tokenguard.service.Tenants;
import dev.tokenguard.testing.AdminFixture;
import dev.tokenguard.testing.Keys;
import dev.tokenguard.testing.Samples;
import dev.tokenguard.testing.ScriptedStore;
import dev.tokenguard.v1.CheckAndReserveRequest;
import dev.tokenguard.v1.TokenAdminServiceGrpc;
import dev.tokenguard.v1.TokenGuardServiceGrpc;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.StatusProto;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A real server on a real port, in front of a store that answers what a test wants. */
final class TestServer implements AutoCloseable {

  /** Longer than anything takes here. */
  static final Duration LONG = Duration.ofSeconds(20);

  final ScriptedStore store = new ScriptedStore();
  final AdminFixture admin;
  final BlockingQueue<String> ended = new LinkedBlockingQueue<>();
  final BlockingQueue<Fault> refused = new LinkedBlockingQueue<>();
  final GrpcServer server;
  final BalanceWatcher watcher;
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final ManagedChannel channel;

  TestServer() throws IOException {
    this(GrpcOptions.tcp("127.0.0.1", 0));
  }

  TestServer(GrpcOptions options) throws IOException {
    watcher = new BalanceWatcher(store, GuardListener.NONE, timer, Duration.ofMillis(20), 2);
    GuardService service =
        new GuardService(store, () -> Samples.CATALOG, Limits.DEFAULT, GuardListener.NONE, watcher);
    admin = new AdminFixture(service, watcher, Limits.DEFAULT);
    server =
        new GrpcServer(
            options,
            Tenants.only(
                new Tenant(
                    "tg",
                    service,
                    new DisplayTokenService(
                        (account, member, ttl) ->
                            CompletableFuture.completedFuture(
                                new DisplayToken("tgd_" + account, Samples.NOW.plus(ttl))),
                        () -> Samples.CATALOG,
                        Limits.DEFAULT),
                    admin.services,
                    watcher)),
            Keys.callers(),
            () -> Samples.CATALOG,
            new Recorder(),
            new Release("1.2.3", 2),
            List.of());
    server.start();
    channel =
        options.socket() == null
            ? NettyChannelBuilder.forAddress("127.0.0.1", server.port()).usePlaintext().build()
            : UnixChannel.to(options.socket());
  }

  /** Notes what metrics would be told. */
  private final class Recorder implements CallListener {
    @Override
    public void ended(
        String method, Status.Code code, boolean stream, @Nullable String client, long nanos) {
      ended.add(method + " " + code);
    }

    @Override
    public void refused(Fault reason) {
      refused.add(reason);
    }
  }

  Channel channel() {
    return channel;
  }

  /** The channel of an operator. */
  Channel operators() {
    return Keys.with(Keys.ADMIN, channel);
  }

  /** A client with a deadline that only a test that hangs comes to. */
  TokenGuardServiceGrpc.TokenGuardServiceBlockingStub client() {
    return TokenGuardServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(LONG.toSeconds(), TimeUnit.SECONDS);
  }

  TokenGuardServiceGrpc.TokenGuardServiceFutureStub futureClient() {
    return TokenGuardServiceGrpc.newFutureStub(channel)
        .withDeadlineAfter(LONG.toSeconds(), TimeUnit.SECONDS);
  }

  TokenGuardServiceGrpc.TokenGuardServiceStub asyncClient() {
    return TokenGuardServiceGrpc.newStub(channel);
  }

  /** The same for operators. */
  TokenAdminServiceGrpc.TokenAdminServiceBlockingStub adminClient() {
    return TokenAdminServiceGrpc.newBlockingStub(operators())
        .withDeadlineAfter(LONG.toSeconds(), TimeUnit.SECONDS);
  }

  static CheckAndReserveRequest reserve(String reservation) {
    return CheckAndReserveRequest.newBuilder()
        .setAccountId("a")
        .setFeature("create_website")
        .setReservationId(reservation)
        .build();
  }

  /** The next call that the server says has ended. */
  String nextEnded() throws InterruptedException {
    return String.valueOf(ended.poll(LONG.toSeconds(), TimeUnit.SECONDS));
  }

  @Override
  public void close() throws InterruptedException {
    channel.shutdownNow();
    server.stop();
    timer.shutdownNow();
  }

  static Status.Code code(StatusRuntimeException e) {
    return e.getStatus().getCode();
  }

  static String reason(StatusRuntimeException e) {
    return detail(e, ErrorInfo.class).map(ErrorInfo::getReason).orElse("");
  }

  static Optional<RetryInfo> retry(StatusRuntimeException e) {
    return detail(e, RetryInfo.class);
  }

  static List<String> violatedFields(StatusRuntimeException e) {
    return detail(e, BadRequest.class).stream()
        .flatMap(bad -> bad.getFieldViolationsList().stream())
        .map(BadRequest.FieldViolation::getField)
        .toList();
  }

  static <T extends com.google.protobuf.Message> Optional<T> detail(
      StatusRuntimeException e, Class<T> type) {
    com.google.rpc.Status status = StatusProto.fromThrowable(e);
    if (status == null) {
      return Optional.empty();
    }
    return status.getDetailsList().stream()
        .filter(any -> any.is(type))
        .map(
            any -> {
              try {
                return any.unpack(type);
              } catch (InvalidProtocolBufferException bad) {
                throw new AssertionError(bad);
              }
            })
        .findFirst();
  }
}
