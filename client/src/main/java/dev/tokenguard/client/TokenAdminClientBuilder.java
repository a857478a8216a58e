package dev.tokenguard.client;

import io.grpc.CallCredentials;
import io.grpc.Channel;
import io.grpc.ChannelCredentials;
import io.grpc.ManagedChannelBuilder;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Builds a {@link TokenAdminClient}. Every setting has a default. Not thread-safe. */
public final class TokenAdminClientBuilder {

  /** A page of 1,000 accounts with all their balances may have more than gRPC's own 4 MiB. */
  private static final int MAX_ANSWER_BYTES = 64 << 20;

  /** 4 attempts, of which each has the time that an audit or a page of resets may take. */
  static final RetryPolicy RETRY = RetryPolicy.DEFAULT.withAttemptTimeout(Duration.ofSeconds(10));

  private final ConnectionSettings connection;

  TokenAdminClientBuilder(String target, @Nullable Channel givenChannel) {
    connection = new ConnectionSettings(target, givenChannel, Duration.ofSeconds(30), RETRY);
    channelOptions(builder -> {});
  }

  /**
   * How long one call may take with all its attempts: each page of a list, each batch of a bulk
   * form, each chunk of an export. Default: 30 seconds.
   */
  public TokenAdminClientBuilder deadline(Duration newDeadline) {
    connection.deadline(newDeadline);
    return this;
  }

  /**
   * How a call is retried within the deadline. Default: {@link RetryPolicy#DEFAULT} with 10 seconds
   * for an attempt.
   */
  public TokenAdminClientBuilder retry(RetryPolicy newRetry) {
    connection.retry(newRetry);
    return this;
  }

  /**
   * How the channel is secured. Default: not at all, as befits a sidecar. Replaces {@link #tls}.
   */
  public TokenAdminClientBuilder channelCredentials(ChannelCredentials newChannelCredentials) {
    connection.channelCredentials(newChannelCredentials);
    return this;
  }

  /**
   * TLS, by files that may be replaced while the client is open. Replaces channel credentials.
   * {@link #build} reads them.
   */
  public TokenAdminClientBuilder tls(ClientTls newTls) {
    connection.tls(newTls);
    return this;
  }

  /** Who calls, told with every call. Default: nobody. Replaces a bearer token. */
  public TokenAdminClientBuilder callCredentials(CallCredentials newCallCredentials) {
    connection.callCredentials(newCallCredentials);
    return this;
  }

  /**
   * A token that is sent with every call ({@code authorization: Bearer ...}), asked for each time
   * so that it can be renewed. Replaces call credentials.
   */
  public TokenAdminClientBuilder bearerToken(Supplier<String> token) {
    connection.bearerToken(token);
    return this;
  }

  /** Changes the channel before it is built: interceptors, keepalive, message sizes. */
  public TokenAdminClientBuilder channelOptions(
      Consumer<ManagedChannelBuilder<?>> newChannelOptions) {
    Consumer<ManagedChannelBuilder<?>> own =
        builder -> builder.maxInboundMessageSize(MAX_ANSWER_BYTES);
    connection.channelOptions(own.andThen(newChannelOptions));
    return this;
  }

  TokenAdminClientBuilder timing(Timing newTiming) {
    connection.timing(newTiming);
    return this;
  }

  /** Builds the client. It connects at its first call. */
  public TokenAdminClient build() {
    return new TokenAdminClient(new AdminCalls(connection.open(), new Ulids()));
  }
}
