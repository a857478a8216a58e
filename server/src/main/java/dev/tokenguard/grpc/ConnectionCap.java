package dev.tokenguard.grpc;

import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelFactory;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandler.Sharable;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import io.grpc.netty.shaded.io.netty.channel.ReflectiveChannelFactory;
import io.grpc.netty.shaded.io.netty.channel.ServerChannel;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts the connections of a listening socket, and closes at once those that are too many: one
 * that is told no can go elsewhere, one that is left waiting cannot. gRPC has no such limit of its
 * own; to the socket that listens, a new connection is a message that is read. Thread-safe.
 */
@Sharable
final class ConnectionCap extends ChannelInboundHandlerAdapter {
  private final int max;
  private final Runnable refused;
  private final AtomicInteger open = new AtomicInteger();

  /**
   * A cap.
   *
   * @param refused run for every connection that is closed
   */
  ConnectionCap(int max, Runnable refused) {
    this.max = max;
    this.refused = refused;
  }

  /** Connections that are open. */
  int open() {
    return open.get();
  }

  /** Makes listening sockets that have this cap. */
  ChannelFactory<ServerChannel> on(Class<? extends ServerChannel> type) {
    ReflectiveChannelFactory<ServerChannel> factory = new ReflectiveChannelFactory<>(type);
    return () -> {
      ServerChannel channel = factory.newChannel();
      channel.pipeline().addFirst(this);
      return channel;
    };
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (!(message instanceof Channel connection)) {
      context.fireChannelRead(message);
      return;
    }
    if (open.incrementAndGet() > max) {
      open.decrementAndGet();
      connection.unsafe().closeForcibly();
      refused.run();
      return;
    }
    connection.closeFuture().addListener(closed -> open.decrementAndGet());
    context.fireChannelRead(connection);
  }
}
