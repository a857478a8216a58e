package dev.tokenguard.store.redis;

import static dev.tokenguard.store.redis.Catalogs.amounts;
import static dev.tokenguard.store.redis.Catalogs.once;
import static dev.tokenguard.store.redis.Catalogs.plan;
import static dev.tokenguard.store.redis.Catalogs.website;
import static dev.tokenguard.store.redis.StoreTester.await;
import static dev.tokenguard.store.redis.TestRedis.bytes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.domain.AccountSnapshot;
import dev.tokenguard.domain.Amounts;
import dev.tokenguard.domain.Catalog;
import dev.tokenguard.domain.Estimate;
import dev.tokenguard.domain.Fault;
import dev.tokenguard.domain.FaultException;
import dev.tokenguard.domain.Feature;
import dev.tokenguard.domain.Reservation;
import dev.tokenguard.domain.Settlement;
import dev.tokenguard.domain.TokenType;
import dev.tokenguard.service.EstimateRecorder;
import dev.tokenguard.store.EstimateStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What commits really used is counted, on every server, and summed up. */
class EstimatesTest {
  private static final Catalog CATALOG =
      new Catalog(
          new TreeMap<>(
              Map.of(
                  "website", new TokenType("website", "", 20),
                  "image", new TokenType("image", "", 20))),
          new TreeMap<>(
              Map.of(
                  "chat",
                  new Feature("chat", "", Amounts.NONE),
                  "draw",
                  new Feature("draw", "", Amounts.NONE))),
          new TreeMap<>(),
          Optional.empty());

  @RegisterExtension final StoreTester store = new StoreTester(plan("free", once("website", 1)));

  private Instant now = Instant.parse("2026-03-02T12:00:00Z");
  private final InstantSource time = () -> now;
  private final Clock clock = time.withZone(ZoneOffset.UTC);
  private EstimateStore estimates;
  private EstimateRecorder recorder;

  @BeforeEach
  void makeRecorder() {
    estimates = store.stores().estimates();
    recorder = newRecorder(estimates);
  }

  private EstimateRecorder newRecorder(EstimateStore where) {
    return new EstimateRecorder(where, () -> CATALOG, clock);
  }

  @Test
  void countsMeansAndOverrunsAreExact() {
    commit(recorder, "chat", website(10), website(4));
    commit(recorder, "chat", website(10), website(10));
    commit(recorder, "chat", website(10), website(16));
    commit(recorder, "chat", website(20), website(2));
    commit(recorder, "draw", amounts("website", 1, "image", 3), Amounts.of("image", 2));
    commit(recorder, "draw", Amounts.NONE, Amounts.of("image", 5));
    await(recorder.flush());
    assertEquals(
        List.of(
            new Estimate("chat", "website", 4, 12.5, 8, 4, 16, 16, 0.25),
            new Estimate("draw", "image", 2, 1.5, 3.5, 2, 5, 5, 0.5),
            new Estimate("draw", "website", 1, 1, 0, 0, 0, 0, 0)),
        await(recorder.of("", 30)));
    assertEquals(1, await(recorder.of("chat", 1)).size());
    assertEquals(List.of(), await(recorder.of("other", 1)));
  }

  @Test
  void percentilesAreWithinTwoPercent() {
    Random random = new Random(7);
    long[] used = new long[5000];
    for (int i = 0; i < used.length; i++) {
      used[i] = (long) Math.exp(random.nextGaussian() * 2 + 8);
      commit(recorder, "chat", website(1000), website(used[i]));
    }
    await(recorder.flush());
    Arrays.sort(used);
    Estimate estimate = await(recorder.of("chat", 1)).get(0);
    assertClose(used[used.length / 2 - 1], estimate.p50());
    assertClose(used[used.length * 95 / 100 - 1], estimate.p95());
    assertClose(used[used.length - 1], estimate.max());
    assertEquals(Arrays.stream(used).average().orElseThrow(), estimate.meanActual(), 1e-6);
  }

  private static void assertClose(long expected, long actual) {
    assertEquals(expected, actual, expected * 0.02, "expected about " + expected);
  }

  @Test
  void manyServersAndDaysAreSummedUp() {
    for (int day = 0; day < 5; day++) {
      for (int server = 0; server < 3; server++) {
        EstimateRecorder another = newRecorder(estimates);
        commit(another, "chat", website(10), website(day));
        await(another.flush());
        await(another.flush()); // there is nothing new
      }
      now = now.plus(Duration.ofDays(1));
    }
    now = now.minus(Duration.ofDays(1));
    assertEquals(15, await(recorder.of("chat", 90)).get(0).count());
    assertEquals(3, await(recorder.of("chat", 1)).get(0).count());
    assertEquals(3.5, await(recorder.of("chat", 2)).get(0).meanActual());
  }

  @Test
  void countedByManyThreadsAtOnce() {
    IntStream.range(0, 8)
        .parallel()
        .forEach(
            thread -> {
              for (int i = 0; i < 2000; i++) {
                commit(recorder, "chat", website(10), website(i % 20));
                if (i % 500 == 0) {
                  await(recorder.flush());
                }
              }
            });
    await(recorder.flush());
    Estimate estimate = await(recorder.of("chat", 1)).get(0);
    assertEquals(16_000, estimate.count());
    assertEquals(9.5, estimate.meanActual());
    assertEquals(0.45, estimate.overrunRatio());
  }

  @Test
  void theLargestAmountsBreakNothing() {
    for (int i = 0; i < 2000; i++) { // more than 2^63 together
      commit(recorder, "chat", website(Amounts.MAX), website(Amounts.MAX));
    }
    await(recorder.flush());
    Estimate estimate = await(recorder.of("chat", 1)).get(0);
    assertEquals(2000, estimate.count());
    assertEquals((double) Amounts.MAX, estimate.meanActual(), 1e6);
    assertClose(Amounts.MAX, estimate.p95());
  }

  @Test
  void whatIsNotInTheCatalogIsNotCounted() {
    commit(recorder, "gone", website(1), website(1));
    commit(recorder, "chat", Amounts.of("gone", 1), Amounts.of("gone", 1));
    recorder.committed(settlement("chat", website(1), website(1), true));
    await(recorder.flush());
    assertEquals(List.of(), await(recorder.of("", 30)));
  }

  @Test
  void whatTheStoreDoesNotTakeIsToldLater() {
    AtomicBoolean away = new AtomicBoolean(true);
    EstimateRecorder unlucky =
        newRecorder(
            new EstimateStore() {
              @Override
              public CompletionStage<Set<String>> add(
                  LocalDate day, String feature, Map<String, Double> numbers) {
                return away.get()
                    ? CompletableFuture.failedFuture(
                        FaultException.of(Fault.STORE_UNAVAILABLE, "away"))
                    : estimates.add(day, feature, numbers);
              }

              @Override
              public CompletionStage<List<Map<String, Double>>> sum(
                  LocalDate first, LocalDate last, Collection<String> features) {
                return estimates.sum(first, last, features);
              }
            });
    commit(unlucky, "chat", website(10), website(12));
    await(unlucky.flush());
    commit(unlucky, "chat", website(10), website(8));
    away.set(false);
    await(unlucky.flush());
    assertEquals(
        List.of(new Estimate("chat", "website", 2, 10, 10, 8, 12, 12, 0.5)),
        await(unlucky.of("chat", 1)));
  }

  @Test
  void numbersGoAwayByThemselves() {
    commit(recorder, "chat", website(1), website(1));
    await(recorder.flush());
    long day = LocalDate.ofInstant(now, ZoneOffset.UTC).toEpochDay();
    byte[] key = bytes(store.namespace() + ":e:" + day + ":chat");
    long left = await(store.redis().commands().ttl(key));
    assertTrue(left > 90 * 86_400 && left <= 91 * 86_400, "goes away in " + left + " s");
  }

  private static void commit(
      EstimateRecorder where, String feature, Amounts held, Amounts charged) {
    where.committed(settlement(feature, held, charged, false));
  }

  private static Settlement settlement(
      String feature, Amounts held, Amounts charged, boolean replayed) {
    Instant then = Instant.EPOCH;
    return new Settlement(
        new Reservation("job", "acme", "", feature, held, Reservation.State.COMMITTED, then, then),
        charged,
        Amounts.NONE,
        Amounts.NONE,
        Amounts.NONE,
        false,
        replayed,
        new AccountSnapshot("acme", "", null, List.of(), List.of(), 0, 1, then, List.of()));
  }
}
