package dev.tokenguard.grpc;

import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.Epoll;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollDomainSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioDomainSocketChannel;
import java.nio.file.Path;

/** A client's channel over a Unix domain socket. */
final class UnixChannel {

  private static final EventLoopGroup LOOPS = Transport.best().newEventLoops(1);

  private UnixChannel() {}

  static ManagedChannel to(Path socket) {
    return NettyChannelBuilder.forAddress(Transport.best().unixAddress(socket))
        .channelType(
            Epoll.isAvailable() ? EpollDomainSocketChannel.class : NioDomainSocketChannel.class)
        .eventLoopGroup(LOOPS)
        .withOption(ChannelOption.SO_KEEPALIVE, null)
        .overrideAuthority("localhost")
        .usePlaintext()
        .build();
  }
}
