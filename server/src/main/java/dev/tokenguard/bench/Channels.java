package dev.tokenguard.bench;

import dev.tokenguard.v1.TokenAdminServiceGrpc;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** The connections to a server, used in turn. Thread-safe. */
final class Channels implements AutoCloseable {
  /** A page of a thousand accounts may be larger than gRPC expects. */
  private static final int MAX_REPLY_BYTES = 64 << 20;

  private static final long PATIENCE_SECONDS = 30;

  private final List<ManagedChannel> channels = new ArrayList<>();
  private final ClientInterceptor operator;
  private final AtomicLong turn = new AtomicLong();

  /**
   * Connections.
   *
   * @param key of an operator, sent with the calls that need one; empty for none
   */
  Channels(String target, int count, String key) {
    Metadata headers = new Metadata();
    if (!key.isEmpty()) {
      headers.put(
          Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + key);
    }
    this.operator = MetadataUtils.newAttachHeadersInterceptor(headers);
    for (int i = 0; i < count; i++) {
      // Replies are heard on the event loop, which makes the next call without a change of threads.
      channels.add(
          Grpc.newChannelBuilder(target, InsecureChannelCredentials.create())
              .maxInboundMessageSize(MAX_REPLY_BYTES)
              .directExecutor()
              .build());
    }
  }

  /** Starts a call. The reply is heard if it succeeds, the completion if it does not. */
  <Q, R> void call(
      MethodDescriptor<Q, R> method, Q request, Operation.Completion done, Consumer<R> onReply) {
    ClientCalls.asyncUnaryCall(
        next(method).newCall(method, CallOptions.DEFAULT), request, new Reply<>(onReply, done));
  }

  /** Makes a call and waits for its reply. */
  <Q, R> R await(MethodDescriptor<Q, R> method, Q request) throws BenchException {
    try {
      return ClientCalls.blockingUnaryCall(
          next(method),
          method,
          CallOptions.DEFAULT.withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS),
          request);
    } catch (StatusRuntimeException e) {
      throw new BenchException(method.getBareMethodName() + ": " + e.getStatus(), e);
    }
  }

  private Channel next(MethodDescriptor<?, ?> method) {
    Channel channel = channels.get((int) (turn.getAndIncrement() % channels.size()));
    return TokenAdminServiceGrpc.SERVICE_NAME.equals(method.getServiceName())
        ? ClientInterceptors.intercept(channel, operator)
        : channel;
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
