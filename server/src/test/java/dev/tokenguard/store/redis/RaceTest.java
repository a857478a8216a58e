package dev.tokenguard.store.redis;

import static dev.tokenguard.store.redis.Ask.ask;
import static dev.tokenguard.store.redis.Catalogs.daily;
import static dev.tokenguard.store.redis.Catalogs.once;
import static dev.tokenguard.store.redis.Catalogs.plan;
import static dev.tokenguard.store.redis.Catalogs.website;
import static dev.tokenguard.store.redis.StoreTester.allowed;
import static dev.tokenguard.store.redis.StoreTester.denied;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.domain.Decision;
import dev.tokenguard.domain.Fault;
import dev.tokenguard.domain.FaultException;
import dev.tokenguard.domain.Reservation;
import dev.tokenguard.domain.Settlement;
import dev.tokenguard.store.TokenStore;
import dev.tokenguard.store.TokenStore.CommitCommand;
import dev.tokenguard.store.TokenStore.ExtendCommand;
import dev.tokenguard.store.TokenStore.RefundCommand;
import dev.tokenguard.store.redis.AccountFixture.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Many callers at once on one account. */
class RaceTest {
  private static final int CALLERS = 64;

  @RegisterExtension
  final StoreTester store = new StoreTester(plan("free", once("website", 1_000_000)));

  private final RedisLink[] links = new RedisLink[3];
  private final TokenStore[] sidecars = new TokenStore[4];

  /** Several servers, each with a connection of its own. */
  @BeforeEach
  void startSidecars() {
    sidecars[0] = store.store();
    for (int i = 0; i < links.length; i++) {
      links[i] = TestRedis.shared().newLink(Duration.ofSeconds(15), 10_000);
      sidecars[i + 1] = store.newStore(links[i], store.clock);
    }
  }

  @AfterEach
  void stopSidecars() {
    for (RedisLink link : links) {
      link.close();
    }
  }

  private TokenStore sidecar(int caller) {
    return sidecars[caller % sidecars.length];
  }

  private static String text(Object outcome) {
    if (outcome instanceof Decision.Allowed allowed) {
      return (allowed.replayed() ? "told " : "") + allowed.reservation().state();
    }
    if (outcome instanceof Decision.Denied denied) {
      return denied.denial().reason().name();
    }
    Settlement settlement = (Settlement) outcome;
    return (settlement.replayed() ? "told " : "") + settlement.reservation().state();
  }

  private static Fault faultOf(Throwable thrown) {
    Throwable cause = thrown.getCause() == null ? thrown : thrown.getCause();
    return ((FaultException) cause).fault();
  }

  /** Starts all calls, waits for all, and tells how often each outcome came. */
  private static Map<String, Integer> all(List<Supplier<CompletionStage<?>>> calls) {
    List<CompletableFuture<String>> answers = new ArrayList<>();
    for (Supplier<CompletionStage<?>> call : calls) {
      answers.add(
          call.get()
              .<String>handle(
                  (outcome, thrown) -> thrown == null ? text(outcome) : faultOf(thrown).name())
              .toCompletableFuture());
    }
    Map<String, Integer> counts = new TreeMap<>();
    for (CompletableFuture<String> answer : answers) {
      counts.merge(StoreTester.await(answer), 1, Integer::sum);
    }
    return counts;
  }

  @Test
  void exactlyWhatCanBeAffordedSucceeds() {
    Random random = new Random(7);
    for (int round = 0; round < 60; round++) {
      String account = "hot-" + round;
      long tokens = random.nextInt(1, 40);
      long each = random.nextInt(1, 4);
      store.catalog(plan("free", once("website", tokens)));
      boolean consume = round % 3 == 0;
      List<Supplier<CompletionStage<?>>> calls = new ArrayList<>();
      for (int i = 0; i < CALLERS; i++) {
        Ask ask = ask("job-" + i, each).account(account);
        TokenStore sidecar = sidecar(i);
        calls.add(() -> consume ? sidecar.consume(ask.command()) : sidecar.reserve(ask.command()));
      }
      Map<String, Integer> counts = all(calls);
      int affordable = (int) (tokens / each);
      assertEquals(affordable, counts.getOrDefault(consume ? "COMMITTED" : "OPEN", 0));
      assertEquals(CALLERS - affordable, counts.getOrDefault("INSUFFICIENT_TOKENS", 0));
      store.touched(account);
    }
  }

  @Test
  void oneIdFromManyCallersHoldsOnce() {
    for (int round = 0; round < 20; round++) {
      Ask ask = ask("job-" + round, 5);
      List<Supplier<CompletionStage<?>>> calls = new ArrayList<>();
      for (int i = 0; i < CALLERS; i++) {
        TokenStore sidecar = sidecar(i);
        calls.add(() -> sidecar.reserve(ask.command()));
      }
      assertEquals(Map.of("OPEN", 1, "told OPEN", CALLERS - 1), all(calls));
    }
    assertEquals(100, store.balance("website").held());
  }

  /** Whatever comes first, the reservation ends once and the tokens are counted once. */
  @Test
  void settlesOfOneReservationThatRace() {
    Random random = new Random(11);
    Set<String> ends = new TreeSet<>();
    for (int round = 0; round < 300; round++) {
      String account = "round-" + round;
      String id = "job";
      boolean mayExpire = round % 3 == 0;
      SimulatedClock late = new SimulatedClock(store.clock.time().plus(Duration.ofMinutes(10)));
      TokenStore lateStore = store.newStore(links[0], late);
      StoreTester.await(store.store().reserve(ask(id, 5).account(account).command()));
      List<Supplier<CompletionStage<?>>> calls = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        TokenStore sidecar = sidecar(i);
        long used = random.nextInt(3, 8);
        calls.add(() -> sidecar.commit(new CommitCommand(account, id, website(used), Map.of())));
        calls.add(() -> sidecar.commit(new CommitCommand(account, id, null, Map.of())));
        calls.add(() -> sidecar.refund(new RefundCommand(account, id, "")));
        calls.add(
            () ->
                sidecar.extend(new ExtendCommand(account, id, Duration.ofMinutes(1), website(6))));
        calls.add(() -> sidecar.reserve(ask(id, 5).account(account).command()));
      }
      if (mayExpire) {
        calls.add(() -> lateStore.check(ask("", 1).account(account).command()));
      }
      Collections.shuffle(calls, random);
      Map<String, Integer> counts = all(calls);
      int committed = counts.getOrDefault("COMMITTED", 0);
      int refunded = counts.getOrDefault("REFUNDED", 0);
      Reservation end =
          allowed(StoreTester.await(store.store().reserve(ask(id, 5).account(account).command())));
      assertEquals(
          switch (end.state()) {
            case COMMITTED -> "1 0";
            case REFUNDED -> "0 1";
            default -> "0 0";
          },
          committed + " " + refunded,
          () -> end + ": " + counts);
      assertNotEquals(Reservation.State.OPEN, end.state());
      ends.add(end.state().name());
      AccountFixture.Stored stored = Objects.requireNonNull(store.fixture(account).read());
      int expired = mayExpire ? stored.ledger(Kind.EXPIRE).size() : 0;
      assertEquals(committed, stored.ledger(Kind.COMMIT).size());
      assertEquals(refunded, stored.ledger(Kind.REFUND).size());
      assertTrue(expired <= 1);
      store.touched(account);
    }
    assertTrue(ends.containsAll(Set.of("COMMITTED", "REFUNDED")), () -> "ends: " + ends);
  }

  @Test
  void expiryFoundByManyAtOnceHappensOnce() {
    for (int round = 0; round < 20; round++) {
      String account = "asleep-" + round;
      for (int i = 0; i < 10; i++) {
        StoreTester.await(store.store().reserve(ask("job-" + i, 5).account(account).command()));
      }
      store.clock.advance(Duration.ofMinutes(10));
      List<Supplier<CompletionStage<?>>> calls = new ArrayList<>();
      for (int i = 0; i < CALLERS; i++) {
        TokenStore sidecar = sidecar(i);
        String id = "job-" + i % 10;
        calls.add(
            i % 2 == 0
                ? () -> sidecar.check(ask("", 1).account(account).command())
                : () -> sidecar.refund(new RefundCommand(account, id, "")));
      }
      assertEquals(Map.of("OPEN", CALLERS / 2, "RESERVATION_ENDED", CALLERS / 2), all(calls));
      AccountFixture.Stored stored = Objects.requireNonNull(store.fixture(account).read());
      assertEquals(10, stored.ledger(Kind.EXPIRE).size());
      store.touched(account);
    }
  }

  @Test
  void resetFoundByManyAtOnceHappensOnce() {
    store.catalog(plan("free", daily("website", 40)));
    store.consume("job", 30);
    for (int day = 1; day <= 20; day++) {
      store.clock.advance(Duration.ofDays(1));
      List<Supplier<CompletionStage<?>>> calls = new ArrayList<>();
      for (int i = 0; i < CALLERS; i++) {
        TokenStore sidecar = sidecar(i);
        Ask ask = ask("job-" + day + "-" + i, 1);
        calls.add(() -> sidecar.consume(ask.command()));
      }
      assertEquals(Map.of("COMMITTED", 40, "INSUFFICIENT_TOKENS", CALLERS - 40), all(calls));
    }
    assertEquals(21 * 40, store.balance("website").lifetime().granted());
  }
}
