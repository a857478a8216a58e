package dev.tokenguard.client;

import static java.util.Objects.requireNonNull;

import io.grpc.CallCredentials;
import io.grpc.Channel;
import io.grpc.ChannelCredentials;
import io.grpc.ManagedChannelBuilder;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Builds a {@link TokenGuardClient}. Every setting has a default. Not thread-safe. */
public final class TokenGuardClientBuilder {

  private final ConnectionSettings connection;
  private FailurePolicy failurePolicy = FailurePolicy.CLOSED;
  private String locale = "";
  private ClientListener listener = new ClientListener() {};
  private Duration closeTimeout = Duration.ofSeconds(5);

  TokenGuardClientBuilder(String target, @Nullable Channel givenChannel) {
    connection =
        new ConnectionSettings(target, givenChannel, Duration.ofSeconds(3), RetryPolicy.DEFAULT);
  }

  /** How long one call may take with all its attempts. Default: 3 seconds. */
  public TokenGuardClientBuilder deadline(Duration newDeadline) {
    connection.deadline(newDeadline);
    return this;
  }

  /** How a call is retried within the deadline. Default: {@link RetryPolicy#DEFAULT}. */
  public TokenGuardClientBuilder retry(RetryPolicy newRetry) {
    connection.retry(newRetry);
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

  /**
   * How the channel is secured. Default: not at all, as befits a sidecar. Replaces {@link #tls}.
   */
  public TokenGuardClientBuilder channelCredentials(ChannelCredentials newChannelCredentials) {
    connection.channelCredentials(newChannelCredentials);
    return this;
  }

  /**
   * TLS, by files that may be replaced while the client is open. Replaces channel credentials.
   * {@link #build} reads them.
   */
  public TokenGuardClientBuilder tls(ClientTls newTls) {
    connection.tls(newTls);
    return this;
  }

  /** Who this service is, told with every call. Default: nobody. Replaces a bearer token. */
  public TokenGuardClientBuilder callCredentials(CallCredentials newCallCredentials) {
    connection.callCredentials(newCallCredentials);
    return this;
  }

  /**
   * A token that is sent with every call ({@code authorization: Bearer ...}), asked for each time
   * so that it can be renewed. Replaces call credentials.
   */
  public TokenGuardClientBuilder bearerToken(Supplier<String> token) {
    connection.bearerToken(token);
    return this;
  }

  /** Changes the channel before it is built: interceptors, keepalive, message sizes. */
  public TokenGuardClientBuilder channelOptions(
      Consumer<ManagedChannelBuilder<?>> newChannelOptions) {
    connection.channelOptions(newChannelOptions);
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
    connection.timing(newTiming);
    return this;
  }

  /** Builds the client. It connects at its first call. */
  public TokenGuardClient build() {
    Connection opened = connection.open();
    SafeListener safeListener = new SafeListener(listener);
    Settler settler = new Settler(opened.caller(), opened.timing(), safeListener);
    return new TokenGuardClient(
        opened,
        new Wiring(opened.caller(), settler, opened.timing(), safeListener, locale),
        failurePolicy,
        closeTimeout);
  }
}
