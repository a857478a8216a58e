package dev.tokenguard.store.redis;

import static dev.tokenguard.store.redis.Ask.ask;
import static dev.tokenguard.store.redis.Catalogs.amounts;
import static dev.tokenguard.store.redis.Catalogs.daily;
import static dev.tokenguard.store.redis.Catalogs.once;
import static dev.tokenguard.store.redis.Catalogs.plan;
import static dev.tokenguard.store.redis.StoreTester.ACCOUNT;
import static dev.tokenguard.store.redis.StoreTester.await;
import static dev.tokenguard.store.redis.StoreTester.fault;
import static dev.tokenguard.store.redis.TestRedis.bytes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.domain.AccountAudit;
import dev.tokenguard.domain.AccountAudit.TypeAudit;
import dev.tokenguard.domain.Decision;
import dev.tokenguard.domain.Fault;
import dev.tokenguard.store.StoreListener;
import dev.tokenguard.store.UpkeepStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An audit finds what is off, says it in words, and finds nothing where nothing is. */
class AuditTest {
  @RegisterExtension
  final StoreTester store =
      new StoreTester(plan("free", once("website", 100_000), daily("image", 5)))
          .limits(20_000, 1000, StoreTester.MEMORY);

  private UpkeepStore upkeep;

  @BeforeEach
  void makeStore() {
    upkeep = store.stores().upkeep(Duration.ofDays(400));
  }

  @Test
  void findsNothingWhereNothingIsOff() {
    work();
    AccountAudit audit = audit();
    assertEquals(List.of(), audit.findings());
    assertTrue(audit.balanced());
    assertEquals(
        List.of(
            new TypeAudit("image", 10, 1, 3, 1, 5, 6, 1),
            new TypeAudit("website", 100_000, 5, 0, 5, 99_990, 99_995, 5)),
        audit.types());
    assertEquals(2, audit.openReservations());
    assertEquals(5, audit.ledgerEntries());
    assertEquals(store.account().revision(), audit.revision());
  }

  /** Holds over midnight, what is remembered, what was settled. */
  private void work() {
    store.reserve(ask("open", amounts("website", 3, "image", 1)).ttl(Duration.ofDays(2)));
    store.reserve("charged", 5);
    store.reserve("returned", 7);
    store.consume(ask("at once", amounts("website", 1, "image", 1)));
    store.commit("charged", 4);
    store.refund("returned");
    store.clock.advance(Duration.ofHours(13)); // midnight passes
    store.reserve(ask("today", 2).ttl(Duration.ofDays(1)));
    store.account();
  }

  /** Its ledger is one entry, which lies in the account. */
  @Test
  void findsWhatIsOffOnAnAccountThatHasOnlyBegun() {
    store.reserve("first", 5);
    assertTrue(audit().balanced());
    assertEquals(1, audit().ledgerEntries());
    store.fixture().spoil("account[A_FIRST] = ''");
    assertFinds("website: granted is 100000, and 0 by the ledger");
    store.leave(ACCOUNT);
  }

  @ParameterizedTest(name = "{2}")
  @CsvSource(
      delimiter = '|',
      value = {
        "balance[B_GRANTED] = balance[B_GRANTED] + 1 | website |"
            + " website: granted 100001 is not free 99990 + held 5 + consumed 5 + lapsed 0: off by 1",
        "balance[B_GRANTED] = balance[B_GRANTED] + 1 | website |"
            + " website: granted is 100001, and 100000 by the ledger",
        "balance[B_POCKETS + P_FREE] = 0 | website |"
            + " website: free and held are 5, and the ledger adds up to 99995",
        "balance[B_POCKETS + P_HELD] = 6 | website |"
            + " website: held is 6, and open reservations hold 5",
        "balance[B_POCKETS + P_HELD] = 6 | website |"
            + " website: held of pocket 2 is 6, and open reservations hold 5 of it",
        "balance[B_ORPHANED] = 0 | image | image: held is 0, and open reservations hold 1",
        "balance[B_CONSUMED] = 9 | website | website: consumed is 9, and 5 by the ledger",
        "balance[B_LAPSED] = 9 | image | image: lapsed is 9, and 3 by the ledger",
        "balance[#balance] = nil | image | the balance of image cannot be read",
      })
  void findsABalanceThatIsOff(String damage, String type, String finding) {
    work();
    store.fixture().spoilBalance(type, damage);
    assertFinds(finding.strip());
  }

  @Test
  void findsHoldsThatAreOff() {
    work();
    byte[][] keys = store.fixture().keys();
    byte[] today = await(store.redis().commands().hget(keys[1], bytes("today")));
    await(store.redis().commands().hset(keys[1], bytes("today"), bytes("no hold")));
    assertFinds("reservation today cannot be read");
    assertFinds("website: held is 5, and open reservations hold 3");
    await(store.redis().commands().hdel(keys[1], bytes("today")));
    assertFinds("reservation today is due and missing");
    assertFinds("there are 4 reservations, open or remembered, and times of 5");
    assertFinds("the account counts 2 open reservations, there are 1");
    await(store.redis().commands().hset(keys[1], bytes("today"), today));
    assertTrue(audit().balanced());
    long expires = store.clock.time().plus(Duration.ofDays(1)).toEpochMilli();
    await(store.redis().commands().zadd(keys[2], 1.0, bytes("today")));
    assertFinds("reservation today expires at " + expires + " and is due at 1");
    await(store.redis().commands().zadd(keys[2], expires, bytes("today")));
    await(store.redis().commands().zadd(keys[2], expires, bytes("charged")));
    assertFinds("reservation charged is due to expire and is COMMITTED");
    await(store.redis().commands().zadd(keys[2], 1e16, bytes("charged")));
    assertTrue(audit().balanced());
    await(store.redis().commands().zadd(keys[2], expires, bytes("#77")));
    assertFinds("grant 77 is due and missing");
    await(store.redis().commands().hset(keys[5], bytes("77"), bytes("anything")));
    assertTrue(audit().balanced());
  }

  @Test
  void findsAHoldThatTheAccountWouldNotLookFor() {
    work();
    store.fixture().spoil("account[A_NEXT_DUE] = FOREVER");
    long due = Objects.requireNonNull(store.stored().due.get("today"));
    assertFinds(
        "today is due at %d, and the account looks for nothing before %d"
            .formatted(due, (1L << 53) - 1));
    store.leave(ACCOUNT);
  }

  @Test
  void findsALedgerThatIsOff() {
    work();
    byte[] ledger = store.fixture().keys()[3];
    List<byte[]> entries = await(store.redis().commands().lrange(ledger, 0, -1));
    await(store.redis().commands().lset(ledger, 1, bytes("no entry")));
    assertFinds("entry 2 of the ledger cannot be read");
    assertFinds("website: consumed is 5, and 4 by the ledger");
    await(store.redis().commands().lset(ledger, 1, entries.get(2)));
    assertFinds("the ledger is out of order: revision 6 comes after 6");
    await(store.redis().commands().lset(ledger, 1, entries.get(1)));
    await(store.redis().commands().lset(ledger, 2, entries.get(3)));
    assertFinds(
        "website: the ledger tells a balance of 99995 at revision 7, where its entries add");
    store.leave(ACCOUNT);
  }

  @ParameterizedTest
  @CsvSource({
    "0, the account cannot be read",
    "1, the reservations are no hash",
    "2, the times at which reservations are due are no sorted set",
    "3, the ledger is no list"
  })
  void findsAKeyOfAnotherType(int key, String finding) {
    work();
    byte[] spoilt = store.fixture().keys()[key];
    await(store.redis().commands().del(spoilt));
    await(store.redis().commands().geoadd(spoilt, 1, 1, bytes("here")));
    if (key == 2) {
      await(store.redis().commands().del(spoilt));
      await(store.redis().commands().sadd(spoilt, bytes("here")));
    }
    assertFinds(finding);
    store.leave(ACCOUNT);
  }

  @Test
  void findsAnAccountThatIsCutShort() {
    work();
    byte[] key = store.fixture().keys()[0];
    byte[] whole = await(store.redis().commands().get(key));
    await(store.redis().commands().set(key, java.util.Arrays.copyOf(whole, whole.length - 2)));
    assertFinds("the account cannot be read");
    await(store.redis().commands().set(key, whole));
    store.leave(ACCOUNT);
  }

  @Test
  void anAccountThatDoesNotExist() {
    assertEquals(Fault.ACCOUNT_NOT_FOUND, fault(() -> await(upkeep.audit("nobody"))));
  }

  @Test
  void anAccountThatNeverRestsIsBalancedAllTheSame() {
    store.reserve("first", 1);
    List<CompletionStage<Decision>> going = new ArrayList<>();
    for (int i = 0; i < 2500; i++) { // the ledger is folded meanwhile
      going.add(store.store().reserve(ask("job-" + i, 1).command()));
      going.add(store.store().consume(ask("use-" + i, 1).command()));
      if (i % 100 == 0) {
        CompletionStage<AccountAudit> audit = upkeep.audit(ACCOUNT);
        going.add(store.store().reserve(ask("more-" + i, 1).command()));
        if (i % 500 == 0) {
          assertEquals(List.of(), await(audit).findings());
        }
      }
    }
    going.forEach(StoreTester::await);
    AccountAudit audit = audit();
    assertEquals(List.of(), audit.findings());
    assertEquals(2526, audit.openReservations());
    assertTrue(store.stored().ledger.size() < 1064, "nothing was folded");
  }

  @Test
  void readInOneStepItIsTheSame() {
    work();
    byte[][] keys = store.fixture().keys();
    List<Object> reply = inOneStep(keys, 2);
    assertEquals(ReplyCode.OK, ReplyCode.of(StoredValues.number(reply, 0)));
    assertEquals(6, reply.size());
    assertEquals(ReplyCode.TOO_MANY, ReplyCode.of(StoredValues.number(inOneStep(keys, 1), 0)));
    assertTrue(audit().balanced());
  }

  private List<Object> inOneStep(byte[][] keys, int most) {
    return await(
        new ScriptRunner(store.redis().link(), StoreListener.NONE)
            .run(Script.AUDIT, keys, new byte[][] {bytes(most)}));
  }

  private AccountAudit audit() {
    return await(upkeep.audit(ACCOUNT));
  }

  private void assertFinds(String finding) {
    List<String> findings = audit().findings();
    assertTrue(
        findings.stream().anyMatch(each -> each.startsWith(finding)),
        () -> "not found: " + finding + "\n" + String.join("\n", findings));
    store.leave(ACCOUNT);
  }
}
