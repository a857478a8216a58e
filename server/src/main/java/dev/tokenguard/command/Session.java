package dev.tokenguard.command;

import dev.tokenguard.v1.TokenAdminServiceGrpc;
import dev.tokenguard.v1.TokenAdminServiceGrpc.TokenAdminServiceBlockingStub;
import dev.tokenguard.v1.TokenAdminServiceGrpc.TokenAdminServiceBlockingV2Stub;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.stub.MetadataUtils;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The connection of one command to a server; made when the first call is. */
final class Session implements AutoCloseable {
  /** A page of a thousand accounts with many balances is larger than gRPC expects. */
  private static final int MAX_ANSWER_BYTES = 64 << 20;

  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private final ManagedChannel channel;
  private final Duration timeout;

  /**
   * A connection.
   *
   * @param key sent with every call; empty for none
   */
  Session(String target, String key, TlsOptions tls, Duration timeout) {
    ManagedChannelBuilder<?> builder = tls.channel(target).maxInboundMessageSize(MAX_ANSWER_BYTES);
    if (builder instanceof NettyChannelBuilder netty) {
      // A Unix socket has no such option, and a warning would come with every answer.
      netty.withOption(ChannelOption.SO_KEEPALIVE, null);
    }
    if (!key.isEmpty()) {
      Metadata headers = new Metadata();
      headers.put(AUTHORIZATION, "Bearer " + key);
      builder.intercept(MetadataUtils.newAttachHeadersInterceptor(headers));
    }
    this.channel = builder.build();
    this.timeout = timeout;
  }

  /** For one call, which has all the time that the operator gave. */
  TokenAdminServiceBlockingStub admin() {
    return TokenAdminServiceGrpc.newBlockingStub(channel).withDeadlineAfter(timeout);
  }

  /** For a stream, which may take as long as something comes. */
  TokenAdminServiceBlockingV2Stub streams() {
    return TokenAdminServiceGrpc.newBlockingV2Stub(channel);
  }

  /** How long to wait for an answer, or for the next part of a stream. */
  Duration timeout() {
    return timeout;
  }

  @Override
  public void close() {
    channel.shutdownNow();
    try {
      if (!channel.awaitTermination(1, TimeUnit.SECONDS)) {
        return; // Its threads are daemons: they keep nobody.
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
