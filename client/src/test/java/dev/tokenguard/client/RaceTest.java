package dev.tokenguard.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.client.FakeTokenGuard.Fate;
import dev.tokenguard.v1.ReservationState;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Many threads in real time, on a TokenGuard that loses answers. The seed is in every message. */
class RaceTest {

  private static final RetryPolicy FAST =
      new RetryPolicy(50, Duration.ofSeconds(5), Duration.ofMillis(1), Duration.ofMillis(5));

  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);
  private final FakeTokenGuard service = new FakeTokenGuard();
  private final ExecutorService threads = Executors.newFixedThreadPool(8);
  private Server server;
  private ManagedChannel channel;
  private TokenGuardClient client;

  @BeforeEach
  void open() throws IOException {
    String name = InProcessServerBuilder.generateName();
    server = InProcessServerBuilder.forName(name).addService(service).build().start();
    channel = InProcessChannelBuilder.forName(name).build();
    client = TokenGuardClient.builder(channel).deadline(Duration.ofSeconds(20)).retry(FAST).build();
    service.always(
        answer -> {
          int chance = random.nextInt(10); // The fake calls this under its lock.
          return chance == 0
              ? Fate.unavailable().decide(answer)
              : chance == 1 ? Fate.ANSWER_LOST.decide(answer) : answer.get();
        });
  }

  @AfterEach
  void close() {
    threads.shutdownNow();
    client.close();
    channel.shutdownNow();
    server.shutdownNow();
  }

  @Test
  void everyReservationOfManyGuardsEndsAsItsWorkDid() throws Exception {
    List<Future<Boolean>> works = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      boolean fails = i % 3 == 0;
      String id = "job-" + i;
      works.add(
          threads.submit(
              () -> {
                try {
                  return client.guard(
                      ReserveRequest.of("ann", "paint").withReservationId(id),
                      reservation -> {
                        if (fails) {
                          throw new IOException("no paint");
                        }
                        return true;
                      });
                } catch (IOException e) {
                  return false;
                }
              }));
    }
    for (int i = 0; i < works.size(); i++) {
      boolean made = works.get(i).get();
      assertEquals(i % 3 != 0, made);
      assertEquals(
          made
              ? ReservationState.RESERVATION_STATE_COMMITTED
              : ReservationState.RESERVATION_STATE_REFUNDED,
          service.state("job-" + i),
          "job " + i + ", seed " + seed);
    }
    assertEquals(0, client.pendingSettlements(), "seed " + seed);
  }

  @Test
  void ofCommitRefundAndCloseAtOnceOneWins() throws Exception {
    for (int i = 0; i < 100; i++) {
      Reservation reservation =
          client.reserve(ReserveRequest.of("ann", "paint")).orThrow().keepAlive();
      CyclicBarrier start = new CyclicBarrier(3);
      Future<Boolean> commit = threads.submit(() -> wins(start, reservation::commit));
      Future<Boolean> refund =
          threads.submit(() -> wins(start, () -> reservation.refund("no use")));
      Future<Boolean> close = threads.submit(() -> wins(start, reservation::close));

      boolean committed = commit.get();
      boolean refunded = refund.get();
      assertTrue(close.get());

      assertTrue(committed ^ refunded, "one of the two, seed " + seed);
      assertEquals(
          committed
              ? ReservationState.RESERVATION_STATE_COMMITTED
              : ReservationState.RESERVATION_STATE_REFUNDED,
          service.state(reservation.id()),
          "seed " + seed);
    }
  }

  private static boolean wins(CyclicBarrier start, Runnable settlement) throws Exception {
    start.await();
    try {
      settlement.run();
      return true;
    } catch (IllegalStateException e) {
      return false;
    }
  }
}
