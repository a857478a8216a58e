package dev.tokenguard.store.redis;

import static dev.tokenguard.store.redis.Catalogs.once;
import static dev.tokenguard.store.redis.Catalogs.plan;
import static dev.tokenguard.store.redis.StoreTester.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.domain.ActivityPoint;
import dev.tokenguard.domain.ActivityResolution;
import dev.tokenguard.domain.Decision;
import dev.tokenguard.domain.Fault;
import dev.tokenguard.domain.FaultException;
import dev.tokenguard.service.ActivityRecorder;
import dev.tokenguard.store.ActivityStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Decisions and tokens over time: counted in memory, summed in Redis. */
class ActivityTest {
  private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");

  @RegisterExtension final StoreTester store = new StoreTester(plan("free", once("website", 3)));

  private Instant now = NOON;
  private final InstantSource time = () -> now;
  private ActivityStore numbers;
  private ActivityRecorder recorder;

  @BeforeEach
  void makeRecorder() {
    numbers = store.stores().activity();
    recorder = newRecorder(numbers);
  }

  private ActivityRecorder newRecorder(ActivityStore where) {
    return new ActivityRecorder(where, time.withZone(ZoneOffset.UTC));
  }

  private List<ActivityPoint> points(ActivityResolution resolution, Duration back) {
    return await(recorder.between(resolution, now.minus(back), now.plusSeconds(1)));
  }

  private static ActivityPoint point(Instant start, long allowed, long denied, long consumed) {
    return new ActivityPoint(
        start,
        allowed,
        denied == 0 ? Map.of() : Map.of("INSUFFICIENT_TOKENS", denied),
        consumed == 0 ? Map.of() : Map.of("website", consumed));
  }

  @Test
  void decisionsAndTokensAreCountedOnce() {
    Decision first = store.reserve("r1", 1);
    recorder.reserved(first);
    recorder.reserved(store.reserve("r1", 1)); // again
    recorder.committed(store.commit("r1"));
    recorder.committed(store.commit("r1")); // again
    recorder.consumed(store.consume("r2", 2));
    recorder.consumed(store.consume("r2", 2)); // again
    recorder.consumed(store.consume("r3", 2));
    recorder.reserved(store.reserve("r4", 9));
    assertEquals(
        List.of(point(NOON, 2, 2, 3)),
        points(ActivityResolution.FIVE_MINUTES, Duration.ofHours(1)));
    assertEquals(
        List.of(point(Instant.parse("2026-03-02T00:00:00Z"), 2, 2, 3)),
        points(ActivityResolution.DAY, Duration.ofDays(3)));
  }

  @Test
  void serversAddUpAndSpansFollowEachOther() {
    ActivityRecorder other = newRecorder(store.stores().activity());
    recorder.reserved(store.reserve("r1", 1));
    other.reserved(store.reserve("r2", 1));
    await(recorder.flush());
    await(other.flush());
    now = NOON.plus(Duration.ofMinutes(9));
    other.reserved(store.reserve("r3", 1));
    await(other.flush());
    now = NOON.plus(Duration.ofHours(13)); // the next day
    recorder.reserved(store.reserve("r4", 1));
    assertEquals(
        List.of(
            point(NOON, 2, 0, 0),
            point(NOON.plus(Duration.ofMinutes(5)), 1, 0, 0),
            point(now, 0, 1, 0)),
        points(ActivityResolution.FIVE_MINUTES, Duration.ofDays(1)));
    assertEquals(
        List.of(
            point(Instant.parse("2026-03-02T00:00:00Z"), 3, 0, 0),
            point(Instant.parse("2026-03-03T00:00:00Z"), 0, 1, 0)),
        points(ActivityResolution.DAY, Duration.ofDays(40)));
    assertEquals(
        List.of(point(now, 0, 1, 0)), points(ActivityResolution.FIVE_MINUTES, Duration.ofHours(1)));
  }

  @Test
  void ninetyDaysAreReadFromAFewHashes() {
    for (int day = 0; day < 90; day++) {
      now = NOON.plus(Duration.ofDays(day));
      recorder.reserved(store.reserve("r" + day, 9));
      await(recorder.flush());
    }
    assertEquals(90, points(ActivityResolution.DAY, Duration.ofDays(90)).size());
    String days = store.namespace() + ":{!activity}:d*";
    List<byte[]> hashes = await(store.redis().commands().keys(days));
    assertTrue(hashes.size() <= 4, () -> "hashes: " + hashes.size());
    long left = await(store.redis().commands().pttl(hashes.get(0)));
    assertTrue(left > Duration.ofDays(90).toMillis(), () -> "left: " + left);
  }

  @Test
  void whatTheStoreDoesNotTakeIsKept() {
    boolean[] away = {true};
    ActivityStore flaky =
        new ActivityStore() {
          @Override
          public CompletionStage<?> add(Instant moment, Map<String, Long> some) {
            return away[0]
                ? CompletableFuture.failedFuture(FaultException.of(Fault.STORE_UNAVAILABLE, "away"))
                : numbers.add(moment, some);
          }

          @Override
          public CompletionStage<SortedMap<Instant, Map<String, Long>>> read(
              ActivityResolution resolution, Instant from, Instant until) {
            return numbers.read(resolution, from, until);
          }
        };
    recorder = newRecorder(flaky);
    recorder.consumed(store.consume("r1", 2));
    recorder.reserved(store.reserve("r2", 9));
    assertEquals(List.of(), points(ActivityResolution.DAY, Duration.ofDays(1)));
    away[0] = false;
    assertEquals(
        List.of(point(Instant.parse("2026-03-02T00:00:00Z"), 1, 1, 2)),
        points(ActivityResolution.DAY, Duration.ofDays(1)));
  }

  @Test
  void nothingIsLostBetweenThreads() throws Exception {
    Decision denied = store.reserve("r1", 9);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Thread thread =
          new Thread(
              () -> {
                for (int n = 0; n < 5000; n++) {
                  recorder.reserved(denied);
                  if (n % 500 == 0) {
                    await(recorder.flush());
                  }
                }
              });
      thread.start();
      threads.add(thread);
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertEquals(
        List.of(point(NOON, 0, 20_000, 0)),
        points(ActivityResolution.FIVE_MINUTES, Duration.ofHours(1)));
  }
}
