package dev.tokenguard.service;

import dev.tokenguard.domain.AccountSnapshot;
import dev.tokenguard.domain.Fault;
import dev.tokenguard.domain.FaultException;
import dev.tokenguard.store.TokenStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Keeps those who watch balances informed. Thread-safe.
 *
 * <p>There is one {@link BalancePoller} for each watched account and member, whatever the number of
 * those who watch it, and no thread of its own: pollers ask the store at an interval, and at once
 * when this server has changed the account. Changes that others made, and resets that only time
 * brings about, show at the next interval.
 */
public final class BalanceWatcher implements AutoCloseable {

  private final TokenStore store;
  private final GuardListener listener;
  private final ScheduledExecutorService timer;
  private final LongSupplier nanoTime;
  private final Duration interval;
  private final int maxWatches;
  private final AtomicInteger watches = new AtomicInteger();

  /** By account; the lists are immutable and never empty. */
  private final ConcurrentMap<String, List<BalancePoller>> pollers = new ConcurrentHashMap<>();

  private volatile boolean closed;

  /**
   * A watcher of a store.
   *
   * @param listener hears of resets that a poll brought about
   * @param timer starts polls; not closed by this watcher. It should remove cancelled tasks
   * @param interval between two polls of one account
   * @param maxWatches streams at most
   */
  public BalanceWatcher(
      TokenStore store,
      GuardListener listener,
      ScheduledExecutorService timer,
      Duration interval,
      int maxWatches) {
    this(store, listener, timer, System::nanoTime, interval, maxWatches);
  }

  BalanceWatcher(
      TokenStore store,
      GuardListener listener,
      ScheduledExecutorService timer,
      LongSupplier nanoTime,
      Duration interval,
      int maxWatches) {
    this.store = store;
    this.listener = listener;
    this.timer = timer;
    this.nanoTime = nanoTime;
    this.interval = interval;
    this.maxWatches = maxWatches;
  }

  /**
   * Starts to watch.
   *
   * @param view what of an account the subscriber is shown
   * @throws FaultException if there are too many, or the server is stopping
   */
  Watch watch(
      String account, String member, UnaryOperator<AccountSnapshot> view, Subscriber subscriber) {
    if (watches.incrementAndGet() > maxWatches) {
      watches.decrementAndGet();
      throw FaultException.of(
          Fault.TOO_MANY_WATCHES,
          "this server has "
              + maxWatches
              + " balance watches, as many as it may (watch.max_streams)");
    }
    Subscription subscription = new Subscription(this, account, view, subscriber);
    pollers.compute(
        account,
        (key, list) -> {
          List<BalancePoller> known = list == null ? List.of() : list;
          for (BalancePoller poller : known) {
            if (poller.member().equals(member)) {
              poller.add(subscription);
              return known;
            }
          }
          BalancePoller poller = newPoller(account, member);
          poller.add(subscription);
          return Stream.concat(known.stream(), Stream.of(poller)).toList();
        });
    if (closed) {
      subscription.end(stopping());
    }
    changed(account);
    return subscription;
  }

  /** Polls an account at once, if anybody watches it. Costs one look-up if nobody does. */
  public void changed(String account) {
    List<BalancePoller> list = pollers.get(account);
    if (list != null) {
      list.forEach(BalancePoller::kick);
    }
  }

  /** Streams that are open. */
  public int openWatches() {
    return watches.get();
  }

  /** Ends every watch; those that come later end at once. */
  @Override
  public void close() {
    closed = true;
    pollers.values().forEach(list -> list.forEach(poller -> poller.endAll(stopping())));
  }

  /** Called once by every subscription, when it ends. */
  void remove(Subscription subscription) {
    watches.decrementAndGet();
    pollers.computeIfPresent(
        subscription.account(),
        (key, list) -> {
          List<BalancePoller> left =
              list.stream().filter(poller -> !poller.removeLast(subscription)).toList();
          return left.isEmpty() ? null : left;
        });
  }

  private BalancePoller newPoller(String account, String member) {
    return new BalancePoller(
        member,
        () ->
            store
                .balance(account, member)
                .thenApply(
                    snapshot -> {
                      listener.looked(snapshot);
                      return snapshot;
                    }),
        timer,
        nanoTime,
        interval);
  }

  private static FaultException stopping() {
    return FaultException.of(Fault.SHUTTING_DOWN, "the server is stopping; watch again");
  }

  /** Who watches. Calls never overlap, but come on any thread. */
  public interface Subscriber {

    /** Whether a balance would be sent at once; if not, {@link Watch#ready} is called later. */
    boolean isReady();

    /** The balance, newer than the one before. */
    void balance(AccountSnapshot account);

    /** Nothing comes after this. Not called after {@link Watch#close}. */
    void ended(FaultException why);
  }

  /** A subscriber's hand on its watch. */
  public interface Watch extends AutoCloseable {

    /** The subscriber has become ready: it is told the newest balance, if it missed that. */
    void ready();

    /** Ends the watch silently. May be repeated. */
    @Override
    void close();
  }
}
