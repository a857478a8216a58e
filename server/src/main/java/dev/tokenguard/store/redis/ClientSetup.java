package dev.tokenguard.store.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.event.connection.ReconnectFailedEvent;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.Delay;
import io.lettuce.core.resource.NettyCustomizer;
import io.netty.channel.Channel;
import io.netty.handler.flush.FlushConsolidationHandler;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** How Lettuce is set up, for any kind of Redis. */
final class ClientSetup {
  private static final int COMMANDS_IN_ONE_WRITE = 64;

  /** Adaptive looks come on top, whenever a connection is lost or Redis leads elsewhere. */
  private static final Duration TOPOLOGY_REFRESH = Duration.ofSeconds(20);

  private static final Duration BETWEEN_ADAPTIVE_LOOKS = Duration.ofMillis(250);

  private ClientSetup() {}

  /**
   * Threads, and what is done to every connection.
   *
   * @param failedReconnect hears why a lost connection cannot be made again: Lettuce makes it by
   *     itself, and tells nowhere else
   */
  static ClientResources resources(RedisLink.Options options, Consumer<Throwable> failedReconnect) {
    ClientResources resources =
        DefaultClientResources.builder()
            .ioThreadPoolSize(2)
            .computationThreadPoolSize(2)
            .nettyCustomizer(new Pipeline(options.durability()))
            // Many sidecars lose one Redis at the same moment: jitter spreads their return.
            .reconnectDelay(
                () ->
                    Delay.fullJitter(
                        Duration.ofMillis(20), Duration.ofSeconds(1), 20, TimeUnit.MILLISECONDS))
            .build();
    resources
        .eventBus()
        .get()
        .subscribe(
            event -> {
              if (event instanceof ReconnectFailedEvent failed) {
                failedReconnect.accept(failed.getCause());
              }
            });
    return resources;
  }

  /** What is put into the pipeline of every connection. */
  private record Pipeline(Durability durability) implements NettyCustomizer {

    @Override
    public void afterChannelInitialized(Channel channel) {
      // Commands that other threads hand over while the event loop is busy go out in one write, not
      // in one each: Lettuce flushes every command.
      channel.pipeline().addFirst(new FlushConsolidationHandler(COMMANDS_IN_ONE_WRITE, true));
      if (durability.replicas() > 0) {
        channel.pipeline().addLast(new ReplicaWait(durability));
      }
    }
  }

  /**
   * Every option that touches reliability is set on purpose. Lettuce's own default keeps a command
   * whose connection was lost and sends it again after the reconnect: a script would run twice.
   * With REJECT_COMMANDS it fails at once instead; its outcome is unknown, and the caller's id
   * resolves it.
   */
  static ClientOptions options(RedisTarget target, RedisLink.Options options) {
    return ClientOptions.builder()
        .autoReconnect(true)
        .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
        .requestQueueSize(options.maxQueued())
        .publishOnScheduler(false)
        .pingBeforeActivateConnection(true)
        .suspendReconnectOnProtocolFailure(false)
        .timeoutOptions(TimeoutOptions.enabled(options.commandTimeout()))
        .sslOptions(options.security().sslOptions(options.connectTimeout()))
        // Of one vendor's managed Redis: a question that a user with few rights may not ask.
        .maintNotificationsConfig(MaintNotificationsConfig.disabled())
        .socketOptions(
            SocketOptions.builder()
                .connectTimeout(options.connectTimeout())
                // A Unix socket has no such option, and Netty warns at every connect.
                .keepAlive(target.first().getSocket() == null)
                .tcpNoDelay(true)
                .build())
        .build();
  }

  /** The same for a Cluster, and how it is known who has which keys. */
  static ClusterClientOptions clusterOptions(RedisTarget target, RedisLink.Options options) {
    return ClusterClientOptions.builder(options(target, options))
        // A node that has just joined is one that keys lead to before anybody has told of it.
        .validateClusterNodeMembership(false)
        .topologyRefreshOptions(
            ClusterTopologyRefreshOptions.builder()
                .enablePeriodicRefresh(TOPOLOGY_REFRESH)
                .enableAllAdaptiveRefreshTriggers()
                .adaptiveRefreshTriggersTimeout(BETWEEN_ADAPTIVE_LOOKS)
                .refreshTriggersReconnectAttempts(1)
                .build())
        .build();
  }
}
