package dev.tokenguard.client;

import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A fake TokenGuard and both clients of it, all on the test's own thread and time. */
abstract class ClientFixture {

  static final ReserveRequest REQUEST = ReserveRequest.of("ann", "paint");
  static final Duration TTL = Duration.ofSeconds(90);

  final TestTime time = new TestTime();
  final FakeTokenGuard server = new FakeTokenGuard();
  final FakeTokenAdmin adminServer = new FakeTokenAdmin();
  final Events events = new Events();
  private final List<AutoCloseable> opened = new ArrayList<>();
  private Server grpc;
  ManagedChannel channel;
  TokenGuardClient client;
  TokenAdminClient admin;

  /** What the listener was told. */
  static final class Events implements ClientListener {
    final List<ReserveRequest> unmetered = new ArrayList<>();
    final List<Reservation> lostHolds = new ArrayList<>();
    final List<Settlement> failed = new ArrayList<>();
    final List<TokenGuardException> causes = new ArrayList<>();

    @Override
    public void unmetered(ReserveRequest request, TokenGuardException cause) {
      unmetered.add(request);
    }

    @Override
    public void holdLost(Reservation reservation, TokenGuardException cause) {
      lostHolds.add(reservation);
    }

    @Override
    public void settlementFailed(Settlement settlement, TokenGuardException cause) {
      failed.add(settlement);
      causes.add(cause);
    }
  }

  @BeforeEach
  void open() throws IOException {
    String name = InProcessServerBuilder.generateName();
    grpc =
        InProcessServerBuilder.forName(name)
            .directExecutor()
            .scheduledExecutorService(time.scheduler())
            .deadlineTicker(time.ticker)
            .addService(server)
            .addService(adminServer.definition())
            .build()
            .start();
    channel =
        InProcessChannelBuilder.forName(name)
            .directExecutor()
            .idleTimeout(365, TimeUnit.DAYS) /* No timer of its own. */
            .scheduledExecutorService(time.scheduler())
            .build();
    client = newClient(builder -> builder);
    admin = newAdmin(builder -> builder);
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable one : opened) {
      one.close();
    }
    channel.shutdownNow();
    grpc.shutdownNow();
  }

  TokenGuardClient newClient(UnaryOperator<TokenGuardClientBuilder> settings) {
    TokenGuardClient made =
        settings
            .apply(
                TokenGuardClient.builder(channel)
                    .listener(events)
                    .closeTimeout(Duration.ZERO)
                    .timing(time.timing()))
            .build();
    opened.add(made);
    return made;
  }

  TokenAdminClient newAdmin(UnaryOperator<TokenAdminClientBuilder> settings) {
    TokenAdminClient made =
        settings.apply(TokenAdminClient.builder(channel).timing(time.timing())).build();
    opened.add(made);
    return made;
  }

  Reservation reserve() {
    return client.reserve(REQUEST.withTtl(TTL)).orThrow();
  }
}
