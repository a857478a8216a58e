package dev.tokenguard.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tokenguard.v1.RefundRequest;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.Epoll;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollIoHandler;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client on real sockets and in real time. */
class TransportTest {

  private static final ReserveRequest REQUEST = ReserveRequest.of("ann", "paint");

  private final FakeTokenGuard service = new FakeTokenGuard();

  @Test
  void speaksOverTcpAndSaysWhoItIs() throws IOException {
    Queue<String> told = new ConcurrentLinkedQueue<>();
    Server server =
        Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
            .addService(service)
            .intercept(authorization(told))
            .build()
            .start();
    AtomicInteger renewed = new AtomicInteger();
    try (TokenGuardClient client =
        TokenGuardClient.builder("localhost:" + server.getPort())
            .bearerToken(() -> "token-" + renewed.incrementAndGet())
            .build()) {
      assertEquals("a cat", client.guard(REQUEST, reservation -> "a cat"));
    } finally {
      server.shutdownNow();
    }
    assertEquals("[Bearer token-1, Bearer token-2]", told.toString());
  }

  @Test
  void speaksOverAUnixSocket(@TempDir Path folder) throws IOException {
    assumeTrue(Epoll.isAvailable(), "a Linux with epoll");
    MultiThreadIoEventLoopGroup loop =
        new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    Path socket = folder.resolve("tokenguard.sock");
    Server server =
        NettyServerBuilder.forAddress(new DomainSocketAddress(socket.toFile()))
            .channelType(EpollServerDomainSocketChannel.class)
            .bossEventLoopGroup(loop)
            .workerEventLoopGroup(loop)
            .addService(service)
            .build()
            .start();
    try (TokenGuardClient client = TokenGuardClient.builder("unix:" + socket).build()) {
      assertTrue(client.reserve(REQUEST).orThrow().metered());
    } finally {
      server.shutdownNow();
      var unused = loop.shutdownGracefully(0, 0, java.util.concurrent.TimeUnit.SECONDS);
    }
  }

  @Test
  void findsAServerThatComesBack() throws IOException {
    int port = freePort();
    RetryPolicy patient =
        RetryPolicy.DEFAULT
            .withMaxAttempts(100)
            .withBackoff(Duration.ofMillis(20), Duration.ofMillis(100));
    try (TokenGuardClient client =
        TokenGuardClient.builder("localhost:" + port)
            .deadline(Duration.ofSeconds(20))
            .retry(patient)
            .build()) {
      var result = client.reserveAsync(REQUEST);
      assertFalse(result.isDone());
      Server server =
          Grpc.newServerBuilderForPort(port, InsecureServerCredentials.create())
              .addService(service)
              .build()
              .start();
      try {
        assertTrue(result.join().orThrow().metered());
      } finally {
        server.shutdownNow();
      }
    }
  }

  @Test
  void nothingIsUnknownWhenNobodyListens() throws IOException {
    try (TokenGuardClient client = TokenGuardClient.builder("localhost:" + freePort()).build()) {
      TokenGuardException fault =
          assertThrows(TokenGuardException.class, () -> client.reserve(REQUEST));
      assertTrue(fault.unavailable());
      assertFalse(fault.outcomeUnknown(), fault.toString());
      assertEquals(0, client.pendingSettlements());
    }
    assertEquals(0, service.requests(RefundRequest.class).size());
  }

  @Test
  void anExportIsSentAsFastAsItIsRead() throws IOException {
    FakeTokenAdmin admin = new FakeTokenAdmin();
    admin.chunks = Collections.nCopies(512, "x".repeat(64 << 10));
    Server server =
        Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
            .addService(admin.definition())
            .build()
            .start();
    try (TokenAdminClient client =
            TokenAdminClient.builder("localhost:" + server.getPort()).build();
        ExportStream export = client.history().export(ExportQuery.balances())) {
      int read = 0;
      while (export.hasNext()) {
        assertEquals(64 << 10, export.next().size());
        read++;
        // Of 32 MiB in all. A connection has a window of 1 MiB, and buffers on both sides.
        assertTrue(admin.chunksSent() - read < 64, "4 MiB at most are on the way");
      }
      assertEquals(512, read);
    } finally {
      server.shutdownNow();
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static ServerInterceptor authorization(Queue<String> told) {
    Metadata.Key<String> key = Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    return new ServerInterceptor() {
      @Override
      public <Q, A> ServerCall.Listener<Q> interceptCall(
          ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        told.add(String.valueOf(headers.get(key)));
        return next.startCall(call, headers);
      }
    };
  }
}
