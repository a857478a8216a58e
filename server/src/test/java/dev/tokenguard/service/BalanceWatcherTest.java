package dev.tokenguard.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tokenguard.domain.AccountSnapshot;
import dev.tokenguard.domain.Fault;
import dev.tokenguard.domain.FaultException;
import dev.tokenguard.service.BalanceWatcher.Watch;
import dev.tokenguard.testing.CapturedLog;
import dev.tokenguard.testing.Samples;
import dev.tokenguard.testing.ScriptedStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BalanceWatcherTest {

  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final int MAX_WATCHES = 3;

  private final ScriptedStore store = new ScriptedStore();
  private final ManualTimer timer = new ManualTimer();
  private final BalanceWatcher watcher =
      new BalanceWatcher(store, GuardListener.NONE, timer, timer::nanoTime, INTERVAL, MAX_WATCHES);
  private long revision = 1;

  @BeforeEach
  void answerWithRevision() {
    store.onBalance =
        account -> CompletableFuture.completedFuture(Samples.account(account, 5, revision));
  }

  @Test
  void tellsTheBalanceAtOnceAndThenEveryChange() {
    Display display = watch("a");
    timer.runDue();
    assertEquals(List.of(1L), display.revisions);

    timer.pass(INTERVAL.multipliedBy(3));
    assertEquals(List.of(1L), display.revisions, "nothing changed");

    revision = 2;
    timer.pass(INTERVAL);
    assertEquals(List.of(1L, 2L), display.revisions);
  }

  @Test
  void showsAChangeOfThisServerWithoutWaitingForTheInterval() {
    Display display = watch("a");
    timer.pass(INTERVAL.dividedBy(2));
    revision = 2;
    watcher.changed("a");
    timer.runDue();
    assertEquals(List.of(1L, 2L), display.revisions);
  }

  @Test
  void readsABusyAccountNoOftenerThanTheLeastGap() {
    Display display = watch("a");
    timer.runDue();
    store.asked.clear();
    for (int i = 0; i < 1000; i++) {
      revision++;
      watcher.changed("a");
      timer.pass(Duration.ofMillis(1));
    }
    assertEquals(20, store.asked.size(), "one second in gaps of 50 ms");
    timer.pass(BalancePoller.MIN_GAP);
    assertEquals(revision, display.last(), "the last change is not missed");
  }

  @Test
  void manyWhoWatchOneAccountCostOnePoll() {
    Display one = watch("a");
    Display two = watch("a");
    timer.runDue();
    store.asked.clear();
    revision = 5;
    timer.pass(INTERVAL);
    assertEquals(1, store.asked.size());
    assertEquals(5, one.last());
    assertEquals(5, two.last());
  }

  @Test
  void whoJoinsLaterIsToldTheBalanceToo() {
    watch("a");
    timer.pass(INTERVAL);
    Display late = watch("a");
    timer.pass(BalancePoller.MIN_GAP);
    assertEquals(List.of(1L), late.revisions);
  }

  @Test
  void aSlowReaderMissesStepsButNotTheLast() {
    Display slow = watch("a");
    timer.runDue();
    slow.ready = false;
    for (int i = 0; i < 5; i++) {
      revision++;
      timer.pass(INTERVAL);
    }
    assertEquals(List.of(1L), slow.revisions);
    slow.ready = true;
    slow.watch().ready();
    assertEquals(List.of(1L, 6L), slow.revisions);
    slow.watch().ready();
    assertEquals(List.of(1L, 6L), slow.revisions, "told once");
  }

  @Test
  void aChangeWhileThePollIsUnderwayIsPolledAgain() {
    CompletableFuture<AccountSnapshot> slow = new CompletableFuture<>();
    store.onBalance = account -> slow;
    Display display = watch("a");
    timer.runDue();
    watcher.changed("a");
    store.onBalance = account -> CompletableFuture.completedFuture(Samples.account(account, 5, 9));
    slow.complete(Samples.account("a", 5, 8));
    assertEquals(List.of(8L), display.revisions);
    timer.pass(BalancePoller.MIN_GAP);
    assertEquals(List.of(8L, 9L), display.revisions);
  }

  @Test
  void neverAsksTwiceAtATime() {
    store.onBalance = account -> new CompletableFuture<>();
    watch("a");
    timer.pass(INTERVAL.multipliedBy(5));
    watcher.changed("a");
    timer.pass(INTERVAL.multipliedBy(5));
    assertEquals(1, store.asked.size());
  }

  @Test
  void endsWhenTheStoreIsLost() {
    for (Fault fault : List.of(Fault.STORE_UNAVAILABLE, Fault.STORE_TIMEOUT)) {
      answerWithRevision();
      Display display = watch("a");
      timer.runDue();
      store.onBalance = account -> CompletableFuture.failedFuture(FaultException.of(fault, "gone"));
      timer.pass(INTERVAL);
      assertEquals(List.of(Fault.STORE_UNAVAILABLE), display.ends, fault.name());
      assertEquals(0, watcher.openWatches());
      assertEquals(0, timer.planned(), "nobody is polled for");
    }
  }

  @Test
  void endsWhenTheStoreLostChanges() {
    revision = 9;
    Display display = watch("a");
    timer.runDue();
    revision = 4;
    timer.pass(INTERVAL);
    assertEquals(List.of(9L), display.revisions, "revisions rise");
    assertEquals(List.of(Fault.STORE_UNAVAILABLE), display.ends);

    Display again = watch("a");
    timer.pass(INTERVAL);
    assertEquals(List.of(4L), again.revisions);
  }

  @Test
  void endsWithTheFaultOfTheAccount() {
    store.onBalance =
        account -> CompletableFuture.failedFuture(FaultException.of(Fault.ACCOUNT_NOT_FOUND, "-"));
    Display display = watch("a");
    timer.runDue();
    assertEquals(List.of(Fault.ACCOUNT_NOT_FOUND), display.ends);
  }

  @Test
  void endsWithOurFaultWhenADisplayBreaks() {
    Display display =
        watch(
            "a",
            account -> {
              throw new IllegalStateException("broken");
            });
    Display sound = watch("b");
    try (CapturedLog log = new CapturedLog(Subscription.class)) {
      timer.pass(INTERVAL);
      assertEquals(List.of("Could not tell a balance"), log.messages());
    }
    revision = 2;
    timer.pass(INTERVAL);
    assertEquals(List.of(Fault.INTERNAL), display.ends);
    assertEquals(List.of(1L, 2L), sound.revisions);
  }

  @Test
  void refusesMoreThanItMay() {
    for (int i = 0; i < MAX_WATCHES; i++) {
      watch("a" + i);
    }
    FaultException refused = assertThrows(FaultException.class, () -> watch("another"));
    assertEquals(Fault.TOO_MANY_WATCHES, refused.fault());
    assertEquals(MAX_WATCHES, watcher.openWatches());
  }

  @Test
  void forgetsWhoLeaves() {
    Display one = watch("a");
    Display two = watch("a");
    timer.runDue();
    one.watch().close();
    one.watch().close();
    assertEquals(1, watcher.openWatches());
    revision = 2;
    timer.pass(INTERVAL);
    assertEquals(List.of(1L), one.revisions);
    assertEquals(List.of(1L, 2L), two.revisions);

    two.watch().close();
    assertEquals(0, watcher.openWatches());
    assertEquals(0, timer.planned());
  }

  @Test
  void endsEverythingWhenTheServerStops() {
    Display display = watch("a");
    timer.runDue();
    watcher.close();
    assertEquals(List.of(Fault.SHUTTING_DOWN), display.ends);
    Display late = watch("a");
    assertEquals(List.of(Fault.SHUTTING_DOWN), late.ends);
    assertEquals(0, watcher.openWatches());
  }

  @Test
  void countsWhatAPollBroughtAbout() {
    List<Long> looked = new ArrayList<>();
    GuardListener listener =
        new GuardListener() {
          @Override
          public void looked(AccountSnapshot account) {
            looked.add(account.revision());
          }
        };
    BalanceWatcher counted =
        new BalanceWatcher(store, listener, timer, timer::nanoTime, INTERVAL, MAX_WATCHES);
    Display display = new Display();
    display.watch = counted.watch("a", "", UnaryOperator.identity(), display);
    timer.runDue();
    assertEquals(List.of(1L), looked);
  }

  private Display watch(String account) {
    return watch(account, UnaryOperator.identity());
  }

  private Display watch(String account, UnaryOperator<AccountSnapshot> view) {
    Display display = new Display();
    display.watch = watcher.watch(account, "", view, display);
    return display;
  }

  private static final class Display implements BalanceWatcher.Subscriber {
    final List<Long> revisions = new ArrayList<>();
    final List<Fault> ends = new ArrayList<>();
    boolean ready = true;
    @Nullable Watch watch;

    Watch watch() {
      if (watch == null) {
        throw new IllegalStateException();
      }
      return watch;
    }

    long last() {
      return revisions.get(revisions.size() - 1);
    }

    @Override
    public boolean isReady() {
      return ready;
    }

    @Override
    public void balance(AccountSnapshot account) {
      revisions.add(account.revision());
    }

    @Override
    public void ended(FaultException why) {
      ends.add(why.fault());
    }
  }
}
