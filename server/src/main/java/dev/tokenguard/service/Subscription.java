package dev.tokenguard.service;

import dev.tokenguard.domain.AccountSnapshot;
import dev.tokenguard.domain.FaultException;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One watch: remembers what its subscriber was told, and keeps the newest balance for one that
 * reads slowly. Thread-safe: calls of the subscriber are made under its lock, one at a time.
 */
final class Subscription implements BalanceWatcher.Watch {

  private static final Logger log = LoggerFactory.getLogger(Subscription.class);

  private static final long NOTHING = -1;

  private final BalanceWatcher watcher;
  private final String account;
  private final UnaryOperator<AccountSnapshot> view;
  private final BalanceWatcher.Subscriber subscriber;

  private long told = NOTHING;
  private @Nullable AccountSnapshot missed;
  private boolean over;

  Subscription(
      BalanceWatcher watcher,
      String account,
      UnaryOperator<AccountSnapshot> view,
      BalanceWatcher.Subscriber subscriber) {
    this.watcher = watcher;
    this.account = account;
    this.view = view;
    this.subscriber = subscriber;
  }

  String account() {
    return account;
  }

  /** Tells a balance if it is newer than what was told, now or when the subscriber is ready. */
  synchronized void offer(AccountSnapshot snapshot) {
    if (!over && snapshot.revision() > told) {
      missed = snapshot;
      ready();
    }
  }

  @Override
  public synchronized void ready() {
    AccountSnapshot newest = missed;
    if (!over && newest != null && subscriber.isReady()) {
      missed = null;
      told = newest.revision();
      tell(newest);
    }
  }

  /** One that breaks must not keep the others, whom the same poll tells, from hearing. */
  private void tell(AccountSnapshot newest) {
    try {
      subscriber.balance(view.apply(newest));
    } catch (RuntimeException e) {
      log.error("Could not tell a balance", e);
      end(Faults.of(e));
    }
  }

  /** Ends the watch and says why. */
  synchronized void end(FaultException why) {
    if (!over) {
      close();
      subscriber.ended(why);
    }
  }

  @Override
  public synchronized void close() {
    if (!over) {
      over = true;
      missed = null;
      watcher.remove(this);
    }
  }
}
