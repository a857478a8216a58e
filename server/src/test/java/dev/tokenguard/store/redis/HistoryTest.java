package dev.tokenguard.store.redis;

import static dev.tokenguard.store.redis.Ask.ask;
import static dev.tokenguard.store.redis.Catalogs.amounts;
import static dev.tokenguard.store.redis.Catalogs.daily;
import static dev.tokenguard.store.redis.Catalogs.inZone;
import static dev.tokenguard.store.redis.Catalogs.once;
import static dev.tokenguard.store.redis.Catalogs.plan;
import static dev.tokenguard.store.redis.StoreTester.ACCOUNT;
import static dev.tokenguard.store.redis.StoreTester.NOON;
import static dev.tokenguard.store.redis.StoreTester.await;
import static dev.tokenguard.store.redis.StoreTester.fault;
import static dev.tokenguard.store.redis.TestRedis.bytes;
import static java.util.Comparator.comparing;
import static java.util.Comparator.naturalOrder;
import static java.util.Comparator.reverseOrder;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.domain.Fault;
import dev.tokenguard.domain.LedgerEntry;
import dev.tokenguard.domain.LedgerEntry.Kind;
import dev.tokenguard.domain.LedgerEntry.Line;
import dev.tokenguard.domain.Reservation;
import dev.tokenguard.domain.UsageCell;
import dev.tokenguard.store.HistoryStore;
import dev.tokenguard.store.Page;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** History is told as it was written, in pages that stay right while it goes on. */
class HistoryTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  @RegisterExtension
  final StoreTester store =
      new StoreTester(plan("free", once("website", 1_000_000), daily("image", 5)))
          .limits(20_000, 1000, StoreTester.MEMORY);

  private HistoryStore history;

  @BeforeEach
  void makeHistory() {
    history = store.stores().history();
  }

  @Test
  void entriesSayWhatHappened() {
    store.reserve(ask("charged", amounts("website", 4, "image", 1)).member("ann"));
    store.reserve("returned", 3);
    store.reserve(ask("forgotten", 2).ttl(MINUTE));
    store.clock.advance(Duration.ofSeconds(1));
    store.commit("charged", amounts("website", 2, "image", 1));
    store.refund("returned");
    store.clock.advance(MINUTE);
    store.account();

    List<LedgerEntry> entries = await(history.entriesAfter(ACCOUNT, -1, 100));

    assertEquals(
        List.of(Kind.OPEN, Kind.COMMIT, Kind.REFUND, Kind.EXPIRE),
        entries.stream().map(LedgerEntry::kind).toList());
    assertEquals(
        new LedgerEntry(
            entries.get(1).revision(),
            NOON.plusSeconds(1),
            Kind.COMMIT,
            "create_website",
            "ann",
            "charged",
            Map.of("job", "charged", "by", "test"),
            "",
            false,
            List.of(new Line("image", 0, 1, 0, 1, 4), new Line("website", 0, 2, 0, 4, 999_998))),
        entries.get(1));
    assertEquals("failed", entries.get(2).reason());
    assertEquals(Map.of("job", "returned"), entries.get(2).metadata());
    assertEquals(List.of(new Line("website", 0, 0, 0, 3, 999_998)), entries.get(2).lines());
    assertEquals("forgotten", entries.get(3).reservation());
    assertEquals(Map.of(), entries.get(0).metadata());

    List<LedgerEntry> newestFirst = await(history.entriesBefore(ACCOUNT, Long.MAX_VALUE, 100));
    assertEquals(
        entries.stream().sorted(comparing(LedgerEntry::revision, reverseOrder())).toList(),
        newestFirst);
  }

  /** A list of one would take more than the rest of an account that nobody has used. */
  @Test
  void theOnlyEntryLiesInTheAccount() {
    byte[] list = store.fixture().keys()[3];
    store.reserve("work", 3);
    store.reserve("more", 4);

    assertEquals(0, await(store.redis().commands().exists(list)));
    List<LedgerEntry> only = await(history.entriesBefore(ACCOUNT, Long.MAX_VALUE, 10));
    assertEquals(List.of(Kind.OPEN), only.stream().map(LedgerEntry::kind).toList());
    assertEquals(1, only.get(0).revision());
    assertEquals(only, await(history.entriesAfter(ACCOUNT, -1, 10)));
    assertEquals(only, await(history.entriesAfter(ACCOUNT, 0, 10)));
    assertEquals(only, await(history.entriesBefore(ACCOUNT, 2, 10)));
    assertEquals(List.of(), await(history.entriesAfter(ACCOUNT, 1, 10)));
    assertEquals(List.of(), await(history.entriesBefore(ACCOUNT, 1, 10)));
    store.audit();

    store.commit("work");
    assertEquals(2, await(store.redis().commands().llen(list)));
    assertEquals(
        List.of(Kind.COMMIT, Kind.OPEN),
        await(history.entriesBefore(ACCOUNT, Long.MAX_VALUE, 10)).stream()
            .map(LedgerEntry::kind)
            .toList());
    assertEquals(only, await(history.entriesBefore(ACCOUNT, 2, 10)));
    store.audit();
  }

  /** What a first call does at once is two entries, and a list from the beginning. */
  @Test
  void twoEntriesOfTheFirstCallAreAList() {
    store.consume("work", 3);
    assertEquals(2, await(store.redis().commands().llen(store.fixture().keys()[3])));
    assertEquals(
        List.of(Kind.OPEN, Kind.COMMIT),
        await(history.entriesAfter(ACCOUNT, -1, 10)).stream().map(LedgerEntry::kind).toList());
  }

  @Test
  void aLateCommitIsToldAsLate() {
    store.reserve(ask("late", 2).ttl(MINUTE));
    store.clock.advance(MINUTE.multipliedBy(2));
    store.commit("late");
    LedgerEntry newest = await(history.entriesBefore(ACCOUNT, Long.MAX_VALUE, 1)).get(0);
    assertEquals(Kind.COMMIT, newest.kind());
    assertTrue(newest.late());
    assertEquals(Map.of("by", "test", "job", "late"), newest.metadata());
  }

  @Test
  void pagesOfEverySizeHaveEveryEntryOnce() {
    consume(0, 57);
    List<Long> all = revisions(await(history.entriesAfter(ACCOUNT, -1, 1000)));
    assertEquals(58, all.size());
    for (int size : new int[] {1, 2, 7, 57, 58, 59, 1000}) {
      assertEquals(all, revisions(forward(size)), "pages of " + size);
      assertEquals(all, revisions(backward(size)).stream().sorted().toList(), "pages of " + size);
    }
    for (long between = all.get(0) - 1; between <= all.get(57) + 1; between++) {
      long revision = between; // also those that no entry has
      assertEquals(
          all.stream().filter(each -> each > revision).limit(3).toList(),
          revisions(await(history.entriesAfter(ACCOUNT, revision, 3))));
      assertEquals(
          all.stream().filter(each -> each < revision).sorted(reverseOrder()).limit(3).toList(),
          revisions(await(history.entriesBefore(ACCOUNT, revision, 3))));
    }
  }

  @Test
  void aPageLargerThanAReadIsWhole() {
    pushEntries(3000);
    List<LedgerEntry> all = await(history.entriesAfter(ACCOUNT, -1, 2500));
    assertEquals(2500, all.size());
    assertRising(all);
    List<LedgerEntry> newest = await(history.entriesBefore(ACCOUNT, Long.MAX_VALUE, 2500));
    assertEquals(2500, newest.size());
    assertRising(newest.stream().sorted(comparing(LedgerEntry::revision)).toList());
    assertEquals(3002, await(history.entriesBefore(ACCOUNT, Long.MAX_VALUE, 5000)).size());
    store.leave(ACCOUNT);
  }

  @Test
  void pagesStayRightWhileEntriesAreAddedAndFolded() {
    consume(0, 900); // 1000 are kept, and 64 more before the oldest are folded
    Set<Long> seen = new HashSet<>();
    List<LedgerEntry> backward = new ArrayList<>();
    long before = Long.MAX_VALUE;
    int made = 900;
    while (true) {
      List<CompletionStage<?>> going = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        going.add(store.store().consume(ask("job-" + made++, 1).command()));
      }
      List<LedgerEntry> page = await(history.entriesBefore(ACCOUNT, before, 50));
      going.forEach(StoreTester::await);
      for (LedgerEntry entry : page) {
        assertTrue(entry.revision() < before && seen.add(entry.revision()), "twice: " + entry);
      }
      backward.addAll(page);
      if (page.size() < 50) {
        break;
      }
      before = page.get(page.size() - 1).revision();
    }
    assertNoGap(backward.stream().sorted(comparing(LedgerEntry::revision)).toList());
    assertTrue(store.stored().ledger.size() < 1064, "nothing was folded");

    List<LedgerEntry> forward = new ArrayList<>();
    long after = -1;
    for (int pages = 0; pages < 40; pages++) {
      List<CompletionStage<?>> going = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        going.add(store.store().consume(ask("job-" + made++, 1).command()));
      }
      List<LedgerEntry> page = await(history.entriesAfter(ACCOUNT, after, 50));
      going.forEach(StoreTester::await);
      forward.addAll(page);
      after = page.get(page.size() - 1).revision();
    }
    assertNoGap(forward);
  }

  @Test
  void aHundredThousandEntriesArePagedQuickly() {
    pushEntries(100_000);
    store.leave(ACCOUNT);
    await(history.entriesBefore(ACCOUNT, 50_000, 100));
    long start = System.nanoTime();
    for (int page = 0; page < 100; page++) {
      List<LedgerEntry> entries = await(history.entriesBefore(ACCOUNT, 100_000 - 997L * page, 100));
      assertEquals(100, entries.size());
      assertEquals(100_000 - 997L * page - 1, entries.get(0).revision());
    }
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    assertTrue(millis < 5000, "100 pages took " + millis + " ms");
  }

  @Test
  void openReservationsInOrderOfExpiry() {
    store.reserve(ask("c", 1).ttl(MINUTE.multipliedBy(3)));
    store.reserve(ask("b", 1).ttl(MINUTE));
    store.reserve(ask("a", 2).ttl(MINUTE).member("ann"));
    store.reserve("ended", 1);
    store.commit("ended");
    store.reserve(ask("d", 1).ttl(MINUTE.multipliedBy(2)));

    Page<Reservation> page = await(history.openReservations(ACCOUNT, "", 10));

    assertEquals(List.of("a", "b", "d", "c"), page.items().stream().map(Reservation::id).toList());
    assertEquals(
        new Reservation(
            "a",
            ACCOUNT,
            "ann",
            "create_website",
            Catalogs.website(2),
            Reservation.State.OPEN,
            NOON,
            NOON.plus(MINUTE)),
        page.items().get(0));
    assertEquals(null, page.next());
  }

  @Test
  void pagesOfOpenReservationsStayRightWhileTheyEnd() {
    List<CompletionStage<?>> going = new ArrayList<>();
    for (int i = 0; i < 700; i++) { // many in the same millisecond
      going.add(store.store().reserve(ask("job-" + i, 1).ttl(MINUTE.plusMillis(i % 3)).command()));
    }
    going.forEach(StoreTester::await);
    store.touched(ACCOUNT);
    Set<String> seen = new TreeSet<>();
    String cursor = "";
    int pages = 0;
    while (true) {
      Page<Reservation> page = await(history.openReservations(ACCOUNT, cursor, 50));
      page.items().forEach(each -> assertTrue(seen.add(each.id()), "twice: " + each.id()));
      for (Reservation each : page.items().subList(0, Math.min(7, page.items().size()))) {
        store.commit(each.id());
      }
      if (page.next() == null) {
        break;
      }
      cursor = page.next();
      pages++;
    }
    assertEquals(700, seen.size());
    assertEquals(13, pages);
  }

  @Test
  void whatIsNoReservationIsNotListed() {
    store.reserve("job", 1);
    byte[][] keys = store.fixture().keys();
    await(store.redis().commands().zadd(keys[2], NOON.toEpochMilli() + 5.0, bytes("#7")));
    await(store.redis().commands().zadd(keys[2], NOON.toEpochMilli() + 6.0, bytes("gone")));
    await(store.redis().commands().hset(keys[1], bytes("!request"), bytes("x")));
    assertEquals(
        List.of("job"),
        await(history.openReservations(ACCOUNT, "", 10)).items().stream()
            .map(Reservation::id)
            .toList());
    assertEquals(
        Fault.RESERVATION_NOT_FOUND, fault(() -> await(history.reservation(ACCOUNT, "!request"))));
    assertEquals(
        Fault.RESERVATION_NOT_FOUND, fault(() -> await(history.reservation(ACCOUNT, "#7"))));
    assertEquals(
        Fault.INVALID_REQUEST, fault(() -> await(history.openReservations(ACCOUNT, "x", 10))));
    store.leave(ACCOUNT);
  }

  @Test
  void oneReservation() {
    store.reserve("job", 3);
    assertEquals(Reservation.State.OPEN, await(history.reservation(ACCOUNT, "job")).state());
    store.commit("job", 2);
    Reservation ended = await(history.reservation(ACCOUNT, "job"));
    assertEquals(Reservation.State.COMMITTED, ended.state());
    assertEquals(Catalogs.website(3), ended.amounts());
    assertEquals(
        Fault.RESERVATION_NOT_FOUND, fault(() -> await(history.reservation(ACCOUNT, "other"))));
  }

  @Test
  void usageByDayFeatureTypeAndMember() {
    store.consume(ask("1", amounts("website", 4, "image", 1)).member("a:b@c"));
    store.consume(ask("2", 2));
    store.consume(ask("3", 3).feature("fix"));
    store.clock.advance(Duration.ofDays(1));
    store.consume(ask("4", 5));
    store.clock.advance(Duration.ofDays(40));
    store.consume(ask("5", 6));
    LocalDate day = LocalDate.ofInstant(NOON, ZoneOffset.UTC);

    assertEquals(
        List.of(
            new UsageCell(day, "create_website", "image", "a:b@c", 1),
            new UsageCell(day, "create_website", "website", "", 2),
            new UsageCell(day, "create_website", "website", "a:b@c", 4),
            new UsageCell(day, "fix", "website", "", 3)),
        usage(day, day));
    assertEquals(5, usage(day, day.plusDays(1)).size());
    assertEquals(6, usage(day, day.plusDays(41)).size());
    assertEquals(2, usage(day.plusDays(1), day.plusDays(41)).size());
    assertEquals(List.of(), usage(day.plusDays(2), day.plusDays(40)));
  }

  @Test
  void usageOfManyMembersIsReadInParts() {
    List<CompletionStage<?>> going =
        IntStream.range(0, 900)
            .<CompletionStage<?>>mapToObj(
                i ->
                    store
                        .store()
                        .consume(ask("job-" + i, 1 + i % 3).member("member-" + i).command()))
            .toList();
    going.forEach(StoreTester::await);
    LocalDate day = LocalDate.ofInstant(NOON, ZoneOffset.UTC);
    List<UsageCell> cells = usage(day, day);
    assertEquals(900, cells.size());
    assertEquals(1800, cells.stream().mapToLong(UsageCell::amount).sum());
    assertEquals(900, cells.stream().map(UsageCell::member).distinct().count());
  }

  @Test
  void daysAreThoseOfTheAccountsTimeZone() {
    store.catalog(inZone("Asia/Bangkok", plan("free", once("website", 100))));
    store.clock.set("2026-03-02T17:00:00Z"); // midnight in Bangkok
    store.consume("1", 1);
    assertEquals(ZoneId.of("Asia/Bangkok"), await(history.zone(ACCOUNT)));
    LocalDate march = LocalDate.of(2026, 3, 1);
    assertEquals(
        List.of(new UsageCell(march.plusDays(2), "create_website", "website", "", 1)),
        usage(march, march.plusDays(30)));

    store.fixture().zone("America/New_York");
    store.consume("2", 2);
    assertEquals(ZoneId.of("America/New_York"), await(history.zone(ACCOUNT)));
    assertEquals(
        List.of(march.plusDays(1), march.plusDays(2)),
        usage(march, march.plusDays(30)).stream().map(UsageCell::day).toList());
    store.fixture().zone("Mars/Crater");
    assertEquals(Fault.ACCOUNT_CORRUPT, fault(() -> await(history.zone(ACCOUNT))));
  }

  @Test
  void aDayThatAZoneSkippedHadNoUsage() {
    store.catalog(inZone("Pacific/Apia", plan("free", once("website", 100))));
    store.clock.set("2011-12-30T09:59:59Z"); // still the 29th
    store.consume("1", 1);
    store.clock.set("2011-12-30T10:00:00Z"); // the 31st begins
    store.consume("2", 2);
    LocalDate day = LocalDate.of(2011, 12, 29);
    assertEquals(1, usage(day, day).get(0).amount());
    assertEquals(List.of(), usage(day.plusDays(1), day.plusDays(1)));
    assertEquals(2, usage(day.plusDays(2), day.plusDays(2)).get(0).amount());
    assertEquals(2, usage(day, day.plusDays(2)).size());
  }

  @Test
  void anAccountThatDoesNotExist() {
    assertEquals(Fault.ACCOUNT_NOT_FOUND, fault(() -> await(history.entriesAfter("x", -1, 1))));
    assertEquals(
        Fault.ACCOUNT_NOT_FOUND, fault(() -> await(history.entriesBefore("x", Long.MAX_VALUE, 1))));
    assertEquals(Fault.ACCOUNT_NOT_FOUND, fault(() -> await(history.reservation("x", "y"))));
    assertEquals(Fault.ACCOUNT_NOT_FOUND, fault(() -> await(history.openReservations("x", "", 1))));
    assertEquals(
        Fault.ACCOUNT_NOT_FOUND,
        fault(() -> await(history.usage("x", LocalDate.EPOCH, LocalDate.EPOCH))));
    assertEquals(Fault.ACCOUNT_NOT_FOUND, fault(() -> await(history.zone("x"))));
  }

  @Test
  void damageIsTheAccountsAlone() {
    store.consume("1", 1);
    await(store.redis().commands().rpush(store.fixture().keys()[3], bytes("no entry")));
    assertEquals(
        Fault.ACCOUNT_CORRUPT,
        fault(() -> await(history.entriesBefore(ACCOUNT, Long.MAX_VALUE, 10))));
    await(store.redis().commands().del(store.fixture().keys()[3]));
    await(store.redis().commands().set(store.fixture().keys()[3], bytes("no list")));
    assertEquals(Fault.ACCOUNT_CORRUPT, fault(() -> await(history.entriesAfter(ACCOUNT, -1, 10))));
    store.leave(ACCOUNT);
  }

  private void consume(int from, int count) {
    for (int i = from; i < from + count; i++) {
      store.consume("job-" + i, i % 2);
    }
  }

  /** Entries with the revisions that follow, as no account will ever have so many. */
  private void pushEntries(int count) {
    store.consume("job", 0);
    long revision = store.account().revision();
    store
        .redis()
        .eval(
            """
            for i = 1, tonumber(ARGV[2]) do
              redis.call('RPUSH', KEYS[1], cmsgpack.pack(tonumber(ARGV[1]) + i, 1, 3, 'f', '', '', '', '', 0,
                'website', 0, 0, 0, 0, 1000000))
            end
            return {}
            """,
            new byte[][] {store.fixture().keys()[3]},
            bytes(revision),
            bytes(count));
  }

  private List<LedgerEntry> forward(int size) {
    List<LedgerEntry> all = new ArrayList<>();
    List<LedgerEntry> page = await(history.entriesAfter(ACCOUNT, -1, size));
    all.addAll(page);
    while (page.size() == size) {
      page = await(history.entriesAfter(ACCOUNT, page.get(size - 1).revision(), size));
      all.addAll(page);
    }
    return all;
  }

  private List<LedgerEntry> backward(int size) {
    List<LedgerEntry> all = new ArrayList<>();
    List<LedgerEntry> page = await(history.entriesBefore(ACCOUNT, Long.MAX_VALUE, size));
    all.addAll(page);
    while (page.size() == size) {
      page = await(history.entriesBefore(ACCOUNT, page.get(size - 1).revision(), size));
      all.addAll(page);
    }
    return all;
  }

  private List<UsageCell> usage(LocalDate first, LocalDate last) {
    return await(history.usage(ACCOUNT, first, last)).stream()
        .sorted(
            comparing(UsageCell::day)
                .thenComparing(UsageCell::feature)
                .thenComparing(UsageCell::tokenType)
                .thenComparing(UsageCell::member, naturalOrder()))
        .toList();
  }

  private static List<Long> revisions(List<LedgerEntry> entries) {
    return entries.stream().map(LedgerEntry::revision).toList();
  }

  private static void assertRising(List<LedgerEntry> entries) {
    assertNotNull(entries.get(0));
    for (int i = 1; i < entries.size(); i++) {
      assertTrue(entries.get(i - 1).revision() < entries.get(i).revision());
    }
  }

  /** Each balance follows from the one before; what was folded tells the balance it ended with. */
  private static void assertNoGap(List<LedgerEntry> entries) {
    assertRising(entries);
    for (int i = 1; i < entries.size(); i++) {
      for (Line line : entries.get(i).lines()) {
        if (line.tokenType().equals("website") && !entries.get(i).reason().equals("folded")) {
          Line last =
              entries.get(i - 1).lines().stream()
                  .filter(each -> each.tokenType().equals("website"))
                  .findFirst()
                  .orElse(null);
          if (last != null) {
            assertEquals(last.balance() + line.amount(), line.balance());
          }
        }
      }
    }
  }
}
