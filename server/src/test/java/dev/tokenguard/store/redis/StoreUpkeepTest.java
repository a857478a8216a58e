package dev.tokenguard.store.redis;

import static dev.tokenguard.store.redis.Ask.ask;
import static dev.tokenguard.store.redis.Catalogs.amounts;
import static dev.tokenguard.store.redis.Catalogs.daily;
import static dev.tokenguard.store.redis.Catalogs.once;
import static dev.tokenguard.store.redis.Catalogs.plan;
import static dev.tokenguard.store.redis.StoreTester.await;
import static dev.tokenguard.store.redis.TestRedis.bytes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.domain.AccountSnapshot;
import dev.tokenguard.domain.DueAccount;
import dev.tokenguard.domain.Fault;
import dev.tokenguard.domain.FaultException;
import dev.tokenguard.domain.ResetRun;
import dev.tokenguard.service.GuardListener;
import dev.tokenguard.service.StoreUpkeep;
import dev.tokenguard.service.Upkeep;
import dev.tokenguard.store.Page;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Operators see which accounts are due, and reset them: each once. */
class StoreUpkeepTest {
  private static final Instant MIDNIGHT = Instant.parse("2026-03-03T00:00:00Z");

  @RegisterExtension
  final StoreTester store =
      new StoreTester(
          Catalogs.catalog(
              plan("free", once("website", 100), daily("image", 5), daily("video", 1)),
              plan("pro", daily("image", 50))));

  private final AtomicInteger resets = new AtomicInteger();
  private Upkeep upkeep;

  @BeforeEach
  void makeService() {
    upkeep =
        new StoreUpkeep(
            store.stores().upkeep(Duration.ofDays(400)),
            store.stores().accountIds(),
            new GuardListener() {
              @Override
              public void looked(AccountSnapshot account) {
                resets.incrementAndGet();
              }
            });
  }

  /** As many accounts that slept, and one that did not. */
  private void open(int sleepers) {
    List<CompletionStage<?>> going = new ArrayList<>();
    for (int i = 0; i < sleepers; i++) {
      going.add(
          store
              .store()
              .consume(ask("job", amounts("image", 1, "video", 1)).account(sleeper(i)).command()));
    }
    going.forEach(StoreTester::await);
    store.clock.advance(Duration.ofDays(1));
    await(store.store().consume(ask("job", 1).account("awake").command()));
    store.touched("awake");
  }

  private static String sleeper(int i) {
    return "sleeper-%04d".formatted(i);
  }

  @Test
  void whatIsDueIsListedInOrder() {
    open(3);
    Page<DueAccount> page = await(upkeep.due("", "", 10, 100, plan -> true));
    assertNull(page.next());
    assertEquals(
        List.of("sleeper-0000", "sleeper-0001", "sleeper-0002"),
        page.items().stream().map(DueAccount::account).toList());
    assertEquals(
        new DueAccount("sleeper-0000", "free", List.of("image", "video"), MIDNIGHT),
        page.items().get(0));
  }

  @Test
  void pagesOfWhatIsDue() {
    open(25);
    List<String> found = new ArrayList<>();
    String after = "";
    int pages = 0;
    while (after != null) {
      Page<DueAccount> page = await(upkeep.due(after, "sleeper-00", 4, 7, plan -> true));
      assertTrue(page.items().size() <= 4);
      page.items().forEach(each -> found.add(each.account()));
      after = page.next();
      pages++;
    }
    assertEquals(25, found.size());
    assertEquals(25, Set.copyOf(found).size());
    assertEquals(7, pages);
    assertEquals(List.of(), await(upkeep.due("", "awake", 4, 7, plan -> true)).items());
    assertEquals(
        List.of(), await(upkeep.due("", "", 100, 100, plan -> plan.equals("pro"))).items());
  }

  @Test
  void resetsAllThatIsDueAndNothingTwice() {
    open(1200);
    ResetRun run = await(upkeep.resetDue(List.of(), "", 1000, plan -> true));
    assertEquals(new ResetRun(1000, 999, Map.of(), "sleeper-0998"), run);
    run = await(upkeep.resetDue(List.of(), "sleeper-0998", 1000, plan -> true));
    assertEquals(new ResetRun(201, 201, Map.of(), null), run);
    run = await(upkeep.resetDue(List.of(), "", 10_000, plan -> true));
    assertEquals(new ResetRun(1201, 0, Map.of(), null), run);
    assertEquals(1200, resets.get());
    assertEquals(List.of(), await(upkeep.due("", "", 10, 10_000, plan -> true)).items());
    store.touched("sleeper-0500");
  }

  @Test
  void resetsThoseThatAreNamed() {
    open(4);
    store.fixture(sleeper(1)).plan("pro");
    await(store.redis().commands().set(store.fixture(sleeper(2)).keys()[0], bytes("spoilt")));
    ResetRun run =
        await(
            upkeep.resetDue(
                List.of(sleeper(0), sleeper(1), sleeper(2), "awake", "nobody"),
                "",
                0,
                plan -> plan.equals("free")));
    assertEquals(5, run.lookedAt());
    assertEquals(1, run.reset());
    assertNull(run.next());
    Map<String, Fault> faults = new TreeMap<>();
    for (Map.Entry<String, FaultException> each : run.errors().entrySet()) {
      faults.put(each.getKey(), each.getValue().fault());
    }
    assertEquals(
        Map.of(sleeper(2), Fault.ACCOUNT_CORRUPT, "nobody", Fault.ACCOUNT_NOT_FOUND), faults);
  }
}
