package dev.tokenguard.store.redis;

import static dev.tokenguard.store.redis.Ask.ask;
import static dev.tokenguard.store.redis.Catalogs.daily;
import static dev.tokenguard.store.redis.Catalogs.plan;
import static dev.tokenguard.store.redis.Catalogs.website;
import static dev.tokenguard.store.redis.StoreTester.allowed;
import static dev.tokenguard.store.redis.StoreTester.fault;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.domain.Decision;
import dev.tokenguard.domain.Fault;
import dev.tokenguard.domain.FaultException;
import dev.tokenguard.store.TokenStore;
import dev.tokenguard.store.TokenStore.CommitCommand;
import dev.tokenguard.store.TokenStore.ExtendCommand;
import dev.tokenguard.store.TokenStore.RefundCommand;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A Redis that forgets, refuses or holds damaged data; tests that stop it are in {@link
 * OutageTest}.
 */
class StoreFaultTest {
  @RegisterExtension final StoreTester store = new StoreTester(plan("free", daily("website", 100)));

  private static TestRedis own() {
    return Objects.requireNonNull(own);
  }

  private static @org.jspecify.annotations.Nullable TestRedis own;

  /** Not the shared one: what is done to it here is felt by all its clients. */
  @BeforeAll
  static void start() {
    own = TestRedis.durable(Duration.ofSeconds(15));
  }

  @AfterAll
  static void stop() {
    own().close();
  }

  @BeforeEach
  void useOwn() {
    store.use(own());
  }

  @Test
  void scriptsThatRedisForgotAreLoadedAgain() {
    store.reserve("a", 5);
    flush();
    store.commit("a", 3);
    flush();
    store.assertWebsites(97, 0, 3);
    flush();
    allowed(store.consume("b", 1));
    flush();
    allowed(store.check(ask("c", 1)));
    allowed(store.reserve("d", 1));
    flush();
    allowed(store.extend("d", Duration.ofHours(1), website(2)));
    flush();
    store.refund("d");
    store.assertWebsites(96, 0, 4);
  }

  private void flush() {
    StoreTester.await(store.redis().commands().scriptFlush());
  }

  @Test
  void scriptsThatRedisForgetsUnderLoadRunOnce() {
    store.catalog(plan("free", daily("website", 100_000)));
    List<CompletableFuture<Decision>> answers = new ArrayList<>();
    for (int i = 0; i < 3000; i++) {
      if (i % 20 == 0) {
        answers.add(
            store
                .redis()
                .commands()
                .scriptFlush()
                .toCompletableFuture()
                .thenCompose(done -> store.store().consume(ask("flushed", 1).command()))
                .toCompletableFuture());
      }
      answers.add(store.store().consume(ask("job-" + i, 1).command()).toCompletableFuture());
    }
    for (CompletableFuture<Decision> answer : answers) {
      allowed(StoreTester.await(answer));
    }
    store.assertWebsites(100_000 - 3001, 0, 3001);
  }

  /** What is under each key of an account, whatever its type. */
  private List<String> dump(String account) {
    List<String> dump = new ArrayList<>();
    for (byte[] key : store.fixture(account).keys()) {
      if (StoreTester.await(store.redis().commands().type(key)).equals("hash")) {
        TreeSet<String> fields = new TreeSet<>(); // DUMP tells them in any order
        StoreTester.await(store.redis().commands().hgetall(key))
            .forEach((field, value) -> fields.add(hex(field) + " " + hex(value)));
        dump.add(fields.toString());
      } else {
        byte[] value = StoreTester.await(store.redis().commands().dump(key));
        dump.add(value == null ? "" : hex(value));
      }
    }
    return dump;
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  private static void assertSame(List<String> before, List<String> after, String what) {
    assertEquals(before, after, what);
  }

  /** Every call on the account; each is told apart by its name. */
  private Map<String, CompletionStage<?>> everyCall(int round) {
    Map<String, CompletionStage<?>> calls = new LinkedHashMap<>();
    TokenStore s = store.store();
    String a = StoreTester.ACCOUNT;
    calls.put("reserve", s.reserve(ask("new-" + round, 1).member("joe").command()));
    calls.put("consume", s.consume(ask("cons-" + round, 1).member("joe").command()));
    calls.put("check", s.check(ask("", 1).member("joe").command()));
    calls.put("commit", s.commit(new CommitCommand(a, "open", null, Map.of())));
    calls.put("refund", s.refund(new RefundCommand(a, "open-2", "")));
    calls.put("extend", s.extend(new ExtendCommand(a, "open-3", Duration.ofHours(1), website(9))));
    calls.put("balance", s.balance(a, "joe"));
    return calls;
  }

  private void fill() {
    store.reserve(ask("open", 5).member("joe"));
    store.reserve(ask("open-2", 5).member("joe"));
    store.reserve(ask("open-3", 5).member("joe"));
    store.reserve(ask("due", 5).member("joe").ttl(Duration.ofMinutes(1)));
    store.consume(ask("done", 5).member("joe"));
    store.reserve(ask("other", 1).account("sound"));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4})
  void keyOfAnotherTypeIsAFaultOfThatAccountAlone(int key) {
    fill();
    store.clock.advance(Duration.ofMinutes(2)); // a hold is due: every key is read
    byte[] name = store.fixture().keys()[key];
    StoreTester.await(store.redis().commands().del(name));
    if (key == 0 || key == 3) {
      StoreTester.await(store.redis().commands().sadd(name, TestRedis.bytes("x")));
    } else {
      StoreTester.await(store.redis().commands().set(name, TestRedis.bytes("x")));
    }
    store.leave(StoreTester.ACCOUNT);
    List<String> before = dump(StoreTester.ACCOUNT);
    everyCall(0)
        .forEach(
            (call, answer) -> {
              assertEquals(Fault.ACCOUNT_CORRUPT, fault(() -> StoreTester.await(answer)), call);
              assertSame(before, dump(StoreTester.ACCOUNT), call);
            });
    allowed(store.reserve(ask("fine", 1).account("sound")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "garbage", "\u00c1", "[]", "\u0093\u0001\u0002\u0003", "\u0080"})
  void accountOfBytesThatAreNoneIsAFault(String bytes) {
    fill();
    store.leave(StoreTester.ACCOUNT);
    StoreTester.await(
        store
            .redis()
            .commands()
            .set(
                store.fixture().keys()[0],
                bytes.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1)));
    List<String> before = dump(StoreTester.ACCOUNT);
    everyCall(0)
        .forEach(
            (call, answer) ->
                assertEquals(Fault.ACCOUNT_CORRUPT, fault(() -> StoreTester.await(answer)), call));
    assertSame(before, dump(StoreTester.ACCOUNT), bytes);
    allowed(store.reserve(ask("fine", 1).account("sound")));
  }

  @Test
  void aHoldThatIsDueAndMissingIsAFault() {
    fill();
    store.leave(StoreTester.ACCOUNT);
    StoreTester.await(
        store.redis().commands().hdel(store.fixture().keys()[1], TestRedis.bytes("due")));
    store.clock.advance(Duration.ofMinutes(2));
    List<String> before = dump(StoreTester.ACCOUNT);
    assertEquals(Fault.ACCOUNT_CORRUPT, fault(store::account));
    assertSame(before, dump(StoreTester.ACCOUNT), "missing hold");
  }

  /** Damage may go unseen, but a call that fails says so in one way and has changed nothing. */
  @Test
  void damagedBytesAreAFaultOrUnseenAndNeverHalfAChange() {
    Random random = new Random(3);
    AtomicInteger seen = new AtomicInteger();
    fill();
    store.leave(StoreTester.ACCOUNT);
    byte[] name = store.fixture().keys()[0];
    byte[] sound = StoreTester.await(store.redis().commands().get(name));
    byte[] openHold =
        StoreTester.await(
            store.redis().commands().hget(store.fixture().keys()[1], TestRedis.bytes("open")));
    for (int round = 0; round < 600; round++) {
      boolean inAccount = round % 2 == 0;
      byte[] damaged = (inAccount ? sound : openHold).clone();
      int cut = random.nextInt(6) == 0 ? random.nextInt(damaged.length) : damaged.length;
      damaged = Arrays.copyOf(damaged, cut);
      for (int i = random.nextInt(3); i >= 0 && cut > 0; i--) {
        damaged[random.nextInt(cut)] = (byte) random.nextInt(256);
      }
      byte[] holds = store.fixture().keys()[1];
      StoreTester.await(store.redis().commands().set(name, inAccount ? damaged : sound));
      StoreTester.await(
          store
              .redis()
              .commands()
              .hset(holds, TestRedis.bytes("open"), inAccount ? openHold : damaged));
      List<String> before = dump(StoreTester.ACCOUNT);
      String bytes = HexFormat.of().formatHex(damaged);
      try {
        StoreTester.await(
            store.store().commit(new CommitCommand(StoreTester.ACCOUNT, "open", null, Map.of())));
        // unseen: put back what it did
        StoreTester.await(store.redis().commands().set(name, sound));
      } catch (FaultException e) {
        if (e.fault() == Fault.ACCOUNT_CORRUPT) {
          seen.incrementAndGet();
        }
        // What a script took for sound, and only the server could not read, it has done.
        // Damage to the number of the layout is told from another release by nobody.
        if (e.fault() == Fault.LAYOUT_UNKNOWN
            || String.valueOf(e.getMessage()).contains("left as they are")) {
          assertSame(before, dump(StoreTester.ACCOUNT), bytes);
        } else if (e.fault() != Fault.ACCOUNT_CORRUPT) {
          assertTrue(
              Set.of(
                      Fault.RESERVATION_ENDED,
                      Fault.RESERVATION_NOT_FOUND,
                      Fault.IDEMPOTENCY_MISMATCH,
                      Fault.LATE_COMMIT_REJECTED,
                      Fault.AMOUNT_OUT_OF_RANGE,
                      Fault.STORE_UNAVAILABLE)
                  .contains(e.fault()),
              () -> bytes + ": " + e);
        }
      }
    }
    assertTrue(seen.get() > 100, () -> "seen " + seen);
  }

  @Test
  void outOfMemoryIsUnavailableChangesNothingAndPasses() {
    store.reserve("open", 5);
    List<String> before = dump(StoreTester.ACCOUNT);
    store.redis().config("maxmemory", "1");
    try {
      assertEquals(Fault.STORE_UNAVAILABLE, fault(() -> store.reserve("no", 1)));
      assertEquals(Fault.STORE_UNAVAILABLE, fault(() -> store.commit("open")));
      assertEquals(
          Fault.STORE_UNAVAILABLE, fault(() -> store.consume(ask("no", 1).account("new"))));
      assertEquals(Fault.STORE_UNAVAILABLE, fault(() -> store.extend("open", Duration.ofHours(1))));
      assertEquals(Fault.STORE_UNAVAILABLE, fault(() -> store.refund("open")));
      assertSame(before, dump(StoreTester.ACCOUNT), "out of memory");
      assertFalse(store.redis().link().isUp());
    } finally {
      store.redis().config("maxmemory", "0");
    }
    store.commit("open", 3);
    for (int i = 0; i < 500 && !store.redis().link().isUp(); i++) { // it probes on its own
      LockSupport.parkNanos(10_000_000);
    }
    assertTrue(store.redis().link().isUp());
    store.assertWebsites(97, 0, 3);
  }

  @Test
  void readOnlyReplicaIsUnavailableAndPasses() {
    store.reserve("open", 5);
    store.redis().replicaOf("127.0.0.1", "1");
    try {
      assertEquals(Fault.STORE_UNAVAILABLE, fault(() -> store.reserve("no", 1)));
      assertEquals(Fault.STORE_UNAVAILABLE, fault(() -> store.commit("open")));
    } finally {
      store.redis().replicaOf("NO", "ONE");
    }
    store.commit("open");
    store.assertWebsites(95, 0, 5);
  }
}
