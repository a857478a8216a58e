package dev.tokenguard.client;

import static java.util.Objects.requireNonNull;

import io.grpc.CallCredentials;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ChannelCredentials;
import io.grpc.ClientInterceptors;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What the builders of both clients set of the way to the server. Not thread-safe. */
final class ConnectionSettings {

  private final String target;
  private final @Nullable Channel givenChannel;
  private ChannelCredentials channelCredentials = InsecureChannelCredentials.create();
  private @Nullable ClientTls tls;
  private @Nullable CallCredentials callCredentials;
  private Consumer<ManagedChannelBuilder<?>> channelOptions = builder -> {};
  private Duration deadline;
  private RetryPolicy retry;
  private @Nullable Timing timing;

  ConnectionSettings(
      String target, @Nullable Channel givenChannel, Duration deadline, RetryPolicy retry) {
    this.target = requireNonNull(target, "target");
    this.givenChannel = givenChannel;
    this.deadline = deadline;
    this.retry = retry;
  }

  void deadline(Duration newDeadline) {
    deadline = Durations.requirePositive("deadline", newDeadline);
  }

  void retry(RetryPolicy newRetry) {
    retry = requireNonNull(newRetry, "retry");
  }

  void channelCredentials(ChannelCredentials newChannelCredentials) {
    channelCredentials = requireNonNull(newChannelCredentials, "channelCredentials");
    tls = null;
  }

  void tls(ClientTls newTls) {
    tls = requireNonNull(newTls, "tls");
  }

  void callCredentials(CallCredentials newCallCredentials) {
    callCredentials = requireNonNull(newCallCredentials, "callCredentials");
  }

  void bearerToken(Supplier<String> token) {
    callCredentials = new BearerToken(requireNonNull(token, "token"));
  }

  void channelOptions(Consumer<ManagedChannelBuilder<?>> newChannelOptions) {
    channelOptions = requireNonNull(newChannelOptions, "channelOptions");
  }

  void timing(Timing newTiming) {
    timing = newTiming;
  }

  /** Makes the channel unless one was given. It connects at its first call. */
  Connection open() {
    Timing time = timing == null ? Timing.system() : timing;
    ManagedChannel ownChannel = givenChannel == null ? newChannel(time) : null;
    Channel channel =
        givenChannel == null
            ? requireNonNull(ownChannel)
            : ClientInterceptors.intercept(givenChannel, new ClientHeaders());
    CallOptions options =
        callCredentials == null
            ? CallOptions.DEFAULT
            : CallOptions.DEFAULT.withCallCredentials(callCredentials);
    Channel bare = ownChannel == null ? givenChannel : ownChannel;
    Runnable onUnreachable =
        bare instanceof ManagedChannel managed ? new Reconnect(managed, time) : () -> {};
    Caller caller = new Caller(channel, options, deadline, retry, time, onUnreachable);
    return new Connection(
        channel, ownChannel, options, deadline, retry, time, onUnreachable, caller);
  }

  private ManagedChannel newChannel(Timing time) {
    ClientTls by = tls;
    ManagedChannelBuilder<?> builder =
        Grpc.newChannelBuilder(
            target, by == null ? channelCredentials : by.credentials(time.scheduler()));
    if (by != null && by.serverName() != null) {
      builder.overrideAuthority(by.serverName());
    }
    if (!target.startsWith("unix:")) {
      // Finds out that a server is gone without a word, which a watch would not notice. Servers of
      // gRPC forbid pings more often than every 5 minutes unless they are told otherwise.
      builder.keepAliveTime(6, TimeUnit.MINUTES).keepAliveTimeout(20, TimeUnit.SECONDS);
    }
    // The first that is added comes last to a call: it sees what others have put into the headers.
    builder.intercept(new ClientHeaders());
    channelOptions.accept(builder);
    return builder.build();
  }
}
