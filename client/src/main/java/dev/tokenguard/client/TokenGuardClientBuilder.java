package dev.tokenguard.client;

import static java.util.Objects.requireNonNull;

import io.grpc.CallCredentials;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Builds a {@link TokenGuardClient}. Every setting has a default. Not thread-safe. */
public final class TokenGuardClientBuilder {

  private final String target;
  private final @Nullable Channel givenChannel;
  private ChannelCredentials channelCredentials = InsecureChannelCredentials.create();
  private @Nullable CallCredentials callCredentials;
  private Consumer<ManagedChannelBuilder<?>> channelOptions = builder -> {};
  private Duration deadline = Duration.ofSeconds(3);
  private RetryPolicy retry = RetryPolicy.DEFAULT;
  private FailurePolicy failurePolicy = FailurePolicy.CLOSED;
  private String locale = "";
  private ClientListener listener = new ClientListener() {};
  private Duration closeTimeout = Duration.ofSeconds(5);
  private @Nullable Timing timing;

  TokenGuardClientBuilder(String target, @Nullable Channel givenChannel) {
    this.target = requireNonNull(target, "target");
    this.givenChannel = givenChannel;
  }

  /** How long one call may take with all its attempts. Default: 3 seconds. */
  public TokenGuardClientBuilder deadline(Duration newDeadline) {
    deadline = Durations.requirePositive("deadline", newDeadline);
    return this;
  }

  /** How a call is retried within the deadline. Default: {@link RetryPolicy#DEFAULT}. */
  public TokenGuardClientBuilder retry(RetryPolicy newRetry) {
    retry = requireNonNull(newRetry, "retry");
    return this;
  }

  /** What happens when TokenGuard cannot be reached. Default: {@link FailurePolicy#CLOSED}. */
  public TokenGuardClientBuilder failurePolicy(FailurePolicy newFailurePolicy) {
    failurePolicy = requireNonNull(newFailurePolicy, "failurePolicy");
    return this;
  }

  /**
   * In which language denials are told unless a request says otherwise, a BCP 47 tag. Default: the
   * account's own.
   */
  public TokenGuardClientBuilder locale(String newLocale) {
    locale = requireNonNull(newLocale, "locale");
    return this;
  }

  /** Is told what no caller can be told. Default: a log. */
  public TokenGuardClientBuilder listener(ClientListener newListener) {
    listener = requireNonNull(newListener, "listener");
    return this;
  }

  /** How the channel is secured, as by TLS. Default: not at all, as befits a sidecar. */
  public TokenGuardClientBuilder channelCredentials(ChannelCredentials newChannelCredentials) {
    channelCredentials = requireNonNull(newChannelCredentials, "channelCredentials");
    return this;
  }

  /** Who this service is, told with every call. Default: nobody. Replaces a bearer token. */
  public TokenGuardClientBuilder callCredentials(CallCredentials newCallCredentials) {
    callCredentials = requireNonNull(newCallCredentials, "callCredentials");
    return this;
  }

  /**
   * A token that is sent with every call ({@code authorization: Bearer ...}), asked for each time
   * so that it can be renewed. Replaces call credentials.
   */
  public TokenGuardClientBuilder bearerToken(Supplier<String> token) {
    callCredentials = new BearerToken(requireNonNull(token, "token"));
    return this;
  }

  /** Changes the channel before it is built: interceptors, keepalive, message sizes. */
  public TokenGuardClientBuilder channelOptions(
      Consumer<ManagedChannelBuilder<?>> newChannelOptions) {
    channelOptions = requireNonNull(newChannelOptions, "channelOptions");
    return this;
  }

  /**
   * How long {@link TokenGuardClient#close} waits for commits and refunds that are under way; zero
   * waits for none. Default: 5 seconds.
   */
  public TokenGuardClientBuilder closeTimeout(Duration newCloseTimeout) {
    if (newCloseTimeout.isNegative()) {
      throw new IllegalArgumentException("closeTimeout: " + newCloseTimeout + " (expected: >= 0)");
    }
    closeTimeout = newCloseTimeout;
    return this;
  }

  TokenGuardClientBuilder timing(Timing newTiming) {
    timing = newTiming;
    return this;
  }

  /** Builds the client. It connects at its first call. */
  public TokenGuardClient build() {
    ManagedChannel ownChannel = givenChannel == null ? newChannel() : null;
    Channel channel = givenChannel == null ? requireNonNull(ownChannel) : givenChannel;
    CallOptions options =
        callCredentials == null
            ? CallOptions.DEFAULT
            : CallOptions.DEFAULT.withCallCredentials(callCredentials);
    Timing time = timing == null ? Timing.system() : timing;
    Runnable onUnreachable =
        channel instanceof ManagedChannel managed ? new Reconnect(managed, time) : () -> {};
    Caller caller = new Caller(channel, options, deadline, retry, time, onUnreachable);
    SafeListener safeListener = new SafeListener(listener);
    Settler settler = new Settler(caller, time, safeListener);
    return new TokenGuardClient(
        channel,
        ownChannel,
        options,
        new Wiring(caller, settler, time, safeListener, locale),
        onUnreachable,
        failurePolicy,
        closeTimeout);
  }

  private ManagedChannel newChannel() {
    ManagedChannelBuilder<?> builder = Grpc.newChannelBuilder(target, channelCredentials);
    if (!target.startsWith("unix:")) {
      // Finds out that a server is gone without a word, which a watch would not notice. Servers of
      // gRPC forbid pings more often than every 5 minutes unless they are told otherwise.
      builder.keepAliveTime(6, TimeUnit.MINUTES).keepAliveTimeout(20, TimeUnit.SECONDS);
    }
    channelOptions.accept(builder);
    return builder.build();
  }
}
