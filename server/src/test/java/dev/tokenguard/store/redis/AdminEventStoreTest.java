package dev.tokenguard.store.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.domain.AdminEvent;
import dev.tokenguard.domain.AdminEvent.Outcome;
import dev.tokenguard.domain.AdminEvent.Result;
import dev.tokenguard.domain.Fault;
import dev.tokenguard.domain.FaultException;
import dev.tokenguard.store.AdminEventStore;
import dev.tokenguard.store.AdminEventStore.Span;
import dev.tokenguard.store.Page;
import dev.tokenguard.testing.CapturedLog;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Admin events in a real Redis: bounded, in order, and none is missed. */
class AdminEventStoreTest {
  private static final Duration AGE = Duration.ofDays(30);

  @RegisterExtension final StoreTester store = new StoreTester(Catalogs.plan("free"));

  private AdminEventStore events() {
    return events(100, 100);
  }

  private AdminEventStore events(int changes, int attempts) {
    return store.stores().adminEvents(changes, attempts, AGE);
  }

  private static AdminEvent event(String account) {
    return new AdminEvent(
        0,
        "UpdateAccount",
        account,
        "bob",
        "r-1",
        new AdminEvent.Caller("desk", "operator", "tenant", "10.0.0.1"),
        "mia",
        "{\"plan\":\"pro\"}",
        Result.UNKNOWN);
  }

  private static AdminEvent begin(AdminEventStore events, String account) {
    return TestRedis.await(events.begin(List.of(event(account)))).get(0);
  }

  private static AdminEvent record(AdminEventStore events, String account, Result result) {
    AdminEvent ended = begin(events, account).with(result);
    TestRedis.await(events.finish(List.of(ended)));
    return ended;
  }

  private static List<AdminEvent> all(AdminEventStore events) {
    return list(events, new Span(false, "", Instant.MIN, Instant.MAX));
  }

  private static List<AdminEvent> list(AdminEventStore events, Span span) {
    Page<AdminEvent> page = TestRedis.await(events.list(span, 100_000, 100_000, any -> true));
    assertNull(page.next());
    return page.items();
  }

  private static List<String> accounts(List<AdminEvent> events) {
    return events.stream().map(AdminEvent::account).toList();
  }

  @Test
  void tellsWhatItWasTold() {
    AdminEvent ended = record(events(), "acme", Result.done("{\"plan\":\"\"}", "{\"plan\":\"é\"}"));

    assertEquals(List.of(ended), all(events()));
    assertEquals(StoreTester.NOON, ended.time());
  }

  /** As after a server that died between a change and the word of it. */
  @Test
  void anEventThatNobodyEndsStaysAsItWasBegun() {
    AdminEvent begun = begin(events(), "acme");

    assertEquals(List.of(begun), all(events()));
    assertEquals(Outcome.UNKNOWN, begun.result().outcome());
  }

  @Test
  void idsOnlyGrow() {
    List<Long> ids = new ArrayList<>();
    ids.add(begin(events(), "a").id());
    ids.add(begin(events(), "b").id());
    store.clock.set(StoreTester.NOON.minusSeconds(60));
    ids.add(begin(events(), "c").id());
    store.clock.set(StoreTester.NOON.plusSeconds(60));
    ids.add(begin(events(), "d").id());

    assertEquals(ids.stream().sorted().distinct().toList(), ids);
    assertEquals(List.of("d", "c", "b", "a"), accounts(all(events())));
  }

  @Test
  void keepsSoManyChangesAndSoManyAttempts() {
    AdminEventStore events = events(5, 3);
    for (int i = 0; i < 20; i++) {
      record(events, "done-" + i, Result.done("", ""));
      record(events, "refused-" + i, Result.of(Fault.ACCOUNT_EXISTS));
    }

    assertEquals(
        List.of(
            "refused-19",
            "done-19",
            "refused-18",
            "done-18",
            "refused-17",
            "done-17",
            "done-16",
            "done-15"),
        accounts(all(events)));
  }

  /** Else somebody could try what is refused until nobody knows any more what was done before. */
  @Test
  void attemptsCrowdOutNoChange() {
    AdminEventStore events = events(5, 3);
    IntStream.range(0, 5).forEach(i -> record(events, "done-" + i, Result.done("", "")));
    for (int i = 0; i < 500; i++) {
      record(events, "x", i % 2 == 0 ? Result.of(Fault.PERMISSION_DENIED) : Result.REPLAYED);
    }

    assertEquals(
        List.of("done-4", "done-3", "done-2", "done-1", "done-0"),
        accounts(all(events)).stream().filter(each -> each.startsWith("done")).toList());
    assertEquals(8, all(events).size());
  }

  @Test
  void aBatchLargerThanTheBoundLeavesAsManyAsAreKept() {
    AdminEventStore events = events(5, 3);
    List<AdminEvent> begun =
        TestRedis.await(
            events.begin(IntStream.range(0, 1000).mapToObj(i -> event("b-" + i)).toList()));
    TestRedis.await(
        events.finish(begun.stream().map(each -> each.with(Result.done("", ""))).toList()));

    assertEquals(List.of("b-999", "b-998", "b-997", "b-996", "b-995"), accounts(all(events)));
  }

  @Test
  void forgetsWhatIsOld() {
    record(events(), "old", Result.done("", ""));
    record(events(), "old-attempt", Result.REPLAYED);
    store.clock.set(StoreTester.NOON.plus(AGE).plusSeconds(1));

    assertEquals(List.of(), all(events()));
    record(events(), "new", Result.done("", ""));
    assertEquals(List.of("new"), accounts(all(events())));
    for (int list = 0; list < 3; list++) {
      byte[] key = new Keys(store.namespace()).adminEvents()[list];
      long size =
          list == 0
              ? TestRedis.await(store.redis().commands().hlen(key)) - 1 // the last id
              : TestRedis.await(store.redis().commands().zcard(key));
      assertEquals(list == 2 ? 0 : 1, size, "what is not told is not kept either");
    }
  }

  @Test
  void anIdleNamespaceForgetsAsWell() {
    record(events(), "acme", Result.done("", ""));

    for (byte[] key : new Keys(store.namespace()).adminEvents()) {
      if (TestRedis.await(store.redis().commands().exists(key)) == 1) {
        long left = TestRedis.await(store.redis().commands().pttl(key));
        assertTrue(left > 0 && left <= AGE.toMillis(), () -> "lives for " + left + " ms more");
      }
    }
  }

  @Test
  void tellsASpanOfTimeInEitherDirection() {
    for (int i = 0; i < 10; i++) {
      store.clock.set(StoreTester.NOON.plusSeconds(i));
      record(events(), "e" + i, i % 3 == 0 ? Result.REPLAYED : Result.done("", ""));
    }
    Instant from = StoreTester.NOON.plusSeconds(2);
    Instant until = StoreTester.NOON.plusSeconds(6);

    assertEquals(
        List.of("e2", "e3", "e4", "e5"), accounts(list(events(), new Span(true, "", from, until))));
    assertEquals(
        List.of("e5", "e4", "e3", "e2"),
        accounts(list(events(), new Span(false, "", from, until))));
  }

  /** Others write, and end what they began, between any two pages. */
  @Test
  void pagesTellEveryEventOnceWhileOthersWrite() {
    AdminEventStore events = events(10_000, 10_000);
    for (boolean oldestFirst : new boolean[] {true, false}) {
      List<AdminEvent> begun = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        begun.add(begin(events, oldestFirst + "-" + i));
      }
      List<String> told = new ArrayList<>();
      String position = "";
      int round = 0;
      while (position != null) {
        Page<AdminEvent> page =
            TestRedis.await(
                events.list(
                    new Span(oldestFirst, position, begun.get(0).time(), Instant.MAX),
                    7,
                    11,
                    any -> true));
        told.addAll(accounts(page.items()));
        position = page.next();
        if (round < 60) {
          Result result = round % 2 == 0 ? Result.REPLAYED : Result.done("", "");
          TestRedis.await(events.finish(List.of(begun.get((round * 37) % 60).with(result))));
          record(events, "meanwhile-" + round, Result.REPLAYED);
        }
        round++;
      }
      assertEquals(new HashSet<>(told).size(), told.size(), "told twice");
      List<String> before = told.stream().filter(each -> !each.startsWith("mean")).toList();
      List<String> expected = new ArrayList<>(accounts(begun));
      if (!oldestFirst) {
        Collections.reverse(expected);
      }
      assertEquals(expected, before);
    }
  }

  @Test
  void looksAtSoManyAtMost() {
    for (int i = 0; i < 30; i++) {
      record(events(), "e" + i, Result.done("", ""));
    }
    Span all = new Span(true, "", Instant.MIN, Instant.MAX);
    Page<AdminEvent> none = TestRedis.await(events().list(all, 10, 20, any -> false));

    assertEquals(List.of(), none.items());
    Span rest = new Span(true, String.valueOf(none.next()), Instant.MIN, Instant.MAX);
    assertEquals("e20", accounts(list(events(), rest)).get(0));
  }

  @Test
  void manyServersWriteAtATime() {
    List<CompletableFuture<?>> writing = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      AdminEventStore one = events(10_000, 10_000);
      writing.add(
          one.begin(List.of(event("a" + i), event("b" + i)))
              .thenCompose(
                  begun ->
                      one.finish(
                          begun.stream().map(each -> each.with(Result.done("", ""))).toList()))
              .toCompletableFuture());
    }
    CompletableFuture.allOf(writing.toArray(CompletableFuture[]::new)).join();

    assertEquals(128, new HashSet<>(accounts(all(events(10_000, 10_000)))).size());
    assertTrue(
        all(events(10_000, 10_000)).stream()
            .allMatch(each -> each.result().outcome() == Outcome.DONE));
  }

  /** Its own times are kept apart from the hash, the ids: what was lost comes back with its end. */
  @Test
  void anEndBringsBackAnEventThatWasLost() {
    AdminEvent begun = begin(events(), "acme");
    for (byte[] key : new Keys(store.namespace()).adminEvents()) {
      TestRedis.await(store.redis().commands().del(key));
    }
    TestRedis.await(events().finish(List.of(begun.with(Result.done("", "")))));

    assertEquals(List.of(begun.with(Result.done("", ""))), all(events()));
  }

  @Test
  void aDamagedEventHidesNoOther() {
    record(events(), "before", Result.done("", ""));
    AdminEvent spoilt = record(events(), "spoilt", Result.done("", ""));
    record(events(), "after", Result.done("", ""));
    TestRedis.await(
        store
            .redis()
            .commands()
            .hset(
                new Keys(store.namespace()).adminEvents()[0],
                OperatorCall.ascii(spoilt.id()),
                "garbage".getBytes(UTF_8)));
    try (CapturedLog log = new CapturedLog(RedisAdminEventStore.class)) {
      assertEquals(List.of("after", "before"), accounts(all(events())));
      assertTrue(log.messages().get(0).contains(String.valueOf(spoilt.id())));
    }
  }

  @Test
  void whatCannotBeStoredFails() {
    byte[] key = new Keys(store.namespace()).adminEvents()[2];
    TestRedis.await(store.redis().commands().set(key, new byte[] {1}));
    try (CapturedLog log = new CapturedLog(ScriptRunner.class)) {
      CompletionException thrown =
          assertThrows(
              CompletionException.class,
              () -> events().begin(List.of(event("acme"))).toCompletableFuture().join());
      assertEquals(
          Fault.ACCOUNT_CORRUPT, assertInstanceOf(FaultException.class, thrown.getCause()).fault());
      assertFalse(log.messages().isEmpty());
    }
    TestRedis.await(store.redis().commands().del(key));
    assertEquals(List.of(), all(events()), "nothing was written before it failed");
  }
}
