package dev.tokenguard.store.redis;

import static dev.tokenguard.store.redis.Ask.ask;
import static dev.tokenguard.store.redis.Catalogs.daily;
import static dev.tokenguard.store.redis.Catalogs.once;
import static dev.tokenguard.store.redis.Catalogs.plan;
import static dev.tokenguard.store.redis.StoreTester.ACCOUNT;
import static dev.tokenguard.store.redis.StoreTester.await;
import static dev.tokenguard.store.redis.TestRedis.bytes;
import static java.util.stream.Collectors.toCollection;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.domain.AccountSnapshot;
import dev.tokenguard.domain.CatalogUse;
import dev.tokenguard.domain.SweepStatus;
import dev.tokenguard.service.GuardListener;
import dev.tokenguard.service.SweepTester;
import dev.tokenguard.service.SweepTester.Heard;
import dev.tokenguard.store.AccountIds;
import dev.tokenguard.store.UpkeepStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The background walk does for accounts that sleep what a call would do, and sees what is off. */
class SweepTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration LEDGER_AGE = Duration.ofDays(10);

  @RegisterExtension
  final StoreTester store = new StoreTester(plan("free", once("website", 100), daily("image", 5)));

  private final ConcurrentLinkedQueue<AccountSnapshot> looked = new ConcurrentLinkedQueue<>();
  private final GuardListener listener =
      new GuardListener() {
        @Override
        public void looked(AccountSnapshot account) {
          looked.add(account);
        }
      };
  private final Heard heard = new Heard();
  private UpkeepStore upkeep;
  private AccountIds ids;
  private SweepTester sweep;

  @BeforeEach
  void makeSweep() {
    upkeep = store.stores().upkeep(LEDGER_AGE);
    ids = store.stores().accountIds();
    sweep = newSweep("a", heard);
  }

  private SweepTester newSweep(String name, Heard hears) {
    return new SweepTester(upkeep, ids, listener, hears, name, 3000);
  }

  @Test
  void returnsTheHoldsOfAccountsThatSleep() {
    List<CompletionStage<?>> going = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      going.add(store.store().reserve(ask("job", 3).account("sleeper-" + i).ttl(MINUTE).command()));
    }
    going.forEach(StoreTester::await);
    sweep.round();
    assertEquals(2000, heard.looked);
    assertEquals(0, heard.touched);
    store.clock.advance(MINUTE);
    sweep.round();
    assertEquals(2000, heard.touched);
    assertEquals(2000, heard.returned);
    assertEquals(2000, looked.stream().map(AccountSnapshot::account).distinct().count());
    for (int i = 0; i < 2000; i += 111) {
      AccountFixture.Stored stored = store.fixture("sleeper-" + i).read();
      assertTrue(stored != null && stored.open == 0);
      store.touched("sleeper-" + i);
    }
    sweep.round();
    assertEquals(2000, heard.returned);
    assertEquals(0, heard.drifted);
    assertEquals(3, heard.walks);
  }

  @Test
  void resetsWhatIsDue() {
    store.consume(ask("job", Catalogs.amounts("website", 1, "image", 4)));
    store.clock.advance(Duration.ofDays(3));
    sweep.round();
    assertEquals(
        List.of(AccountSnapshot.Kind.LAPSED, AccountSnapshot.Kind.RESET),
        looked.element().events().stream().map(AccountSnapshot.Event::kind).toList());
    assertTrue(store.account().events().isEmpty());
    store.assertBalance("image", 5, 0, 0);
  }

  @Test
  void forgetsReservationsThatEndedLongAgo() {
    for (int i = 0; i < 20; i++) {
      store.consume("job-" + i, 0);
    }
    store.clock.advance(StoreTester.MEMORY.plusDays(1)); // a reset is due as well
    sweep.round();
    assertEquals(0, store.stored().holds.size());
    assertEquals(0, store.stored().due.size());
  }

  @Test
  void foldsWhatIsOldInTheLedgerAndKeepsItsSums() {
    for (int i = 0; i < 30; i++) {
      store.consume("job-" + i, 2);
    }
    store.clock.advance(LEDGER_AGE.plusDays(1));
    store.consume("new", 1);
    store.clock.advance(Duration.ofDays(1));
    sweep.round();
    assertTrue(store.stored().ledger.size() < 10, "entries " + store.stored().ledger.size());
    assertEquals("folded", store.stored().ledger.get(0).note());
    assertTrue(await(upkeep.audit(ACCOUNT)).balanced());
    store.assertWebsites(39, 0, 61);
  }

  @Test
  void oneOfTwoWalksAndTheOtherTakesOver() {
    store.consume("job", 1);
    Heard other = new Heard();
    SweepTester second = newSweep("b", other);
    for (int i = 0; i < 3; i++) {
      sweep.round();
      assertEquals(Duration.ofSeconds(10), second.round());
      second.pass(MINUTE);
    }
    assertEquals(3, heard.walks);
    assertEquals(0, other.walks);
    assertTrue(heard.holder && !other.holder);
    assertEquals("a", await(upkeep.status()).holder());
    long lease = await(store.redis().commands().pttl(bytes(store.namespace() + ":sweep")));
    assertTrue(lease > 0 && lease <= 30_000, "lease of " + lease + " ms");

    lapse(); // the first has crashed
    second.round();
    assertEquals(1, other.walks);
    assertTrue(other.holder);
    sweep.pass(MINUTE); // and was only stopped
    sweep.round();
    assertEquals(3, heard.walks);
    assertFalse(heard.holder);
    assertEquals("b", await(upkeep.status()).holder());

    second.close(); // gives it back
    sweep.round();
    assertEquals(4, heard.walks);
  }

  @Test
  void whoLosesTheLeaseStopsInTheMiddle() {
    open(4000);
    SweepTester second = newSweep("b", new Heard());
    sweep.whileAsleep(
        () -> {
          sweep.pass(MINUTE);
          lapse();
          second.round();
        });
    sweep.round();
    assertEquals(0, heard.walks);
    assertTrue(heard.looked < 4000, "looked at " + heard.looked);
    assertFalse(heard.holder);
  }

  private void lapse() {
    await(store.redis().commands().del(bytes(store.namespace() + ":sweep")));
  }

  @Test
  void keepsToItsRate() {
    open(1500);
    sweep.round();
    assertEquals(1500, heard.looked);
    Duration fast = sweep.slept();
    assertTrue(fast.toMillis() >= 500 && fast.toMillis() < 1500, "slept " + fast);
    sweep.close();
    SweepTester slow = new SweepTester(upkeep, ids, listener, heard, "slow", 100);
    slow.round();
    assertEquals(3000, heard.looked);
    assertTrue(slow.slept().toSeconds() >= 15, "slept " + slow.slept());
  }

  @Test
  void putsBackWhatTheIndexLacks() {
    open(300);
    Set<String> all = accountsOf(300);
    await(
        store
            .redis()
            .commands()
            .del(
                IntStream.range(0, 8)
                    .mapToObj(new Keys(store.namespace())::index)
                    .toArray(byte[][]::new)));
    assertTrue(await(ids.page("", "", 1000)).size() < 300);
    sweep.round();
    assertEquals(List.copyOf(all), await(ids.page("", "", 1000)));
  }

  @Test
  void damageIsCountedAndStopsNothing() {
    open(50);
    byte[][] cut = store.fixture("account-7").keys();
    await(store.redis().commands().set(cut[0], bytes("no account")));
    byte[][] other = store.fixture("account-8").keys();
    await(store.redis().commands().del(other[0]));
    await(store.redis().commands().rpush(other[0], bytes("no string")));
    store.fixture("account-9").spoilBalance("website", "balance[B_CONSUMED] = 55");
    store.clock.advance(Duration.ofDays(1));
    sweep.round();
    assertEquals(50, heard.looked);
    assertEquals(47, heard.touched);
    assertEquals(3, heard.drifted);
    SweepStatus status = await(upkeep.status());
    assertEquals(3, status.drifted());
    assertEquals(List.of("account-7", "account-8", "account-9"), status.driftedAccounts());
    assertEquals(50, status.accounts());
    assertEquals(47, status.touched());
    assertEquals(SweepTester.START.plus(status.took()), status.lastWalk());

    store.fixture("account-9").spoilBalance("website", "balance[B_CONSUMED] = 0");
    sweep.round();
    assertEquals(2, heard.drifted);
  }

  @Test
  void whatOnlyAnAuditSeesIsSeenWithinSixtyWalksAndTellsTheNextServer() {
    open(5);
    store.fixture("account-3").spoil("account[A_OPEN] = 1");
    int walks = 0;
    while (heard.drifted == 0) {
      sweep.round();
      assertTrue(++walks <= 60, "not seen");
    }
    sweep.round();
    assertEquals(1, heard.drifted); // audited again, though another sixtieth is due
    lapse();
    Heard other = new Heard();
    newSweep("b", other).round();
    assertEquals(1, other.drifted);
    store.fixture("account-3").spoil("account[A_OPEN] = 0");
    lapse();
    newSweep("c", other).round();
    assertEquals(0, other.drifted);
  }

  @Test
  void noWalkMeansNoStatus() {
    assertEquals(
        new SweepStatus("", null, Duration.ZERO, 0, 0, 0, List.of()), await(upkeep.status()));
  }

  @Test
  void aStoreThatIsAwayIsWaitedFor() {
    open(5);
    sweep.round();
    TestRedis own = TestRedis.durable(Duration.ofMillis(300));
    try {
      store.use(own);
      UpkeepStore away = store.stores().upkeep(LEDGER_AGE);
      SweepTester waiting = new SweepTester(away, ids, listener, heard, "away", 3000);
      own.server().close();
      assertEquals(Duration.ofSeconds(1), waiting.round());
      assertEquals(1, heard.walks);
    } finally {
      own.close();
      store.use(TestRedis.shared());
    }
  }

  @Test
  void countsWhoUsesPlansAndTokenTypes() {
    store.catalog(
        Catalogs.catalog(
            plan("free", once("website", 2), daily("image", 5)), plan("pro", once("video", 7))));
    open(3); // account-0 to account-2, with 2 websites each
    store.store();
    await(store.store().consume(ask("all", 2).account("account-0").command()));
    await(store.store().reserve(ask("held", 2).account("account-1").command()));
    store.fixture("account-2").plan("pro");
    for (int i = 0; i < 3; i++) {
      store.touched("account-" + i);
    }
    assertEquals(
        new CatalogUse.Counts(
            java.util.Map.of("free", 2L, "pro", 1L),
            java.util.Map.of("image", 2L, "website", 1L, "video", 1L)),
        await(
            upkeep.accountsUsing(
                Set.of("free", "pro", "gone"), Set.of("website", "image", "video", "gone"))));
    assertEquals(CatalogUse.Counts.NONE, await(upkeep.accountsUsing(Set.of(), Set.of())));
  }

  private void open(int count) {
    List<CompletionStage<?>> going = new ArrayList<>();
    for (String account : accountsOf(count)) {
      going.add(store.store().consume(ask("open", 0).account(account).command()));
    }
    going.forEach(StoreTester::await);
  }

  private static Set<String> accountsOf(int count) {
    return Stream.iterate(0, i -> i + 1)
        .limit(count)
        .map(i -> "account-" + i)
        .collect(toCollection(TreeSet::new));
  }
}
